import { describe, expect, it } from "vitest";
import { awayFromMiddle, pixelOf } from "./fits.mjs";

// 2.7 arcseconds a pixel, north up, east left.
const HEADER = new Map([
  ["NAXIS1", 3856], ["NAXIS2", 2180], ["CRPIX1", 1928.5], ["CRPIX2", 1090.5], ["CRVAL1", 10.0], ["CRVAL2", 41.0],
  ["CD1_1", -0.00075], ["CD1_2", 0], ["CD2_1", 0], ["CD2_2", 0.00075],
]);

describe("a place on a FITS picture", () => {
  it("is the reference pixel at the reference direction", () => {
    expect(awayFromMiddle(HEADER, 10, 41)).toBeCloseTo(0, 9);
  });
  it("goes left with right ascension and up with declination", () => {
    const east = pixelOf(HEADER, 10.1, 41);
    expect(east.x).toBeCloseTo(1928.5 - (0.1 * Math.cos((41 * Math.PI) / 180)) / 0.00075, 0);
    expect(pixelOf(HEADER, 10, 41.15).y).toBeCloseTo(1090.5 + 200, 1);
  });
  it("is far from the middle when the telescope missed", () => {
    expect(awayFromMiddle(HEADER, 10, 41.15)).toBeGreaterThan(0.05);
  });
  it("is not told without coordinates in the header", () => {
    expect(awayFromMiddle(new Map([["NAXIS1", 3856]]), 10, 41)).toBeNull();
  });
});
