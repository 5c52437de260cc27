import { describe, expect, it } from "vitest";
import { bearing, circle, distance, inside, metres, moved, scaleBar } from "./geometry";

const MUNICH = { latitude_deg: 48.137, longitude_deg: 11.575 };

describe("places on the ground", () => {
  it("are a degree of latitude, 111 km, apart", () => {
    expect(distance(MUNICH, { ...MUNICH, latitude_deg: 49.137 })).toBeCloseTo(111_195, -1);
  });
  it("lie where one came from after going there and back", () => {
    for (const direction of [0, 45, 133, 270]) {
      const there = moved(MUNICH, direction, 1500);
      expect(distance(MUNICH, there)).toBeCloseTo(1500, 0);
      expect(bearing(MUNICH, there)).toBeCloseTo(direction, 0);
    }
  });
  it("are inside a ring that surrounds them, and outside when beyond it", () => {
    const ring = circle(MUNICH, 100).map(([longitude_deg, latitude_deg]) => ({ longitude_deg, latitude_deg }));
    expect(inside(ring, moved(MUNICH, 80, 90))).toBe(true);
    expect(inside(ring, moved(MUNICH, 80, 110))).toBe(false);
    expect(inside([], MUNICH)).toBe(false);
  });
});

describe("a scale", () => {
  it("is a round number of metres", () => {
    expect(scaleBar(0.31, 60)).toEqual({ metres: 20, px: 20 / 0.31 });
    expect(scaleBar(900, 60).metres).toBe(100_000);
  });
  it("is written as people write it", () => {
    expect([metres(480.4), metres(1234), metres(45_600)]).toEqual(["480 m", "1.2 km", "46 km"]);
  });
});
