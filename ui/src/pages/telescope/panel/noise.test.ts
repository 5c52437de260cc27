import { describe, expect, it } from "vitest";
import { NoiseTrack } from "./noise";

describe("the noise track of a stack", () => {
  it("waits for a picture that surely holds the new sub", () => {
    const track = new NoiseTrack();
    expect(track.due(1, 10)).toBe(false);
    expect(track.due(1, 10)).toBe(false);
    expect(track.due(1, 11)).toBe(true);
  });
  it("takes one measurement for each number of subs", () => {
    const track = new NoiseTrack();
    track.due(1, 0);
    track.due(1, 2);
    track.add(1, 9);
    expect(track.due(1, 3)).toBe(false);
    track.due(2, 4);
    expect(track.due(2, 6)).toBe(true);
  });
  it("begins anew with a new stack", () => {
    const track = new NoiseTrack();
    track.due(5, 0);
    track.add(5, 4);
    track.due(0, 9);
    expect(track.points).toEqual([]);
  });
  it("goes on for the same device while other pages are looked at", () => {
    NoiseTrack.of("a").add(3, 5);
    expect(NoiseTrack.of("a").points).toHaveLength(1);
    expect(NoiseTrack.of("b").points).toHaveLength(0);
  });
});
