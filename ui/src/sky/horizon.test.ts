import { describe, expect, it } from "vitest";
import { heightAt } from "./horizon";

const line = [
  { azimuth_deg: 90, altitude_deg: 10 },
  { azimuth_deg: 270, altitude_deg: 30 },
];

describe("the own horizon line", () => {
  it("is flat without points", () => {
    expect(heightAt([], 123)).toBe(0);
  });
  it("passes through its points and goes straight between them", () => {
    expect(heightAt(line, 90)).toBe(10);
    expect(heightAt(line, 270)).toBe(30);
    expect(heightAt(line, 180)).toBe(20);
  });
  it("goes on over north", () => {
    expect(heightAt(line, 0)).toBe(20);
    expect(heightAt(line, 360)).toBe(20);
    expect(heightAt(line, -45)).toBe(25);
  });
  it("stands everywhere as high as its only point", () => {
    expect(heightAt([{ azimuth_deg: 5, altitude_deg: 7 }], 200)).toBe(7);
  });
});
