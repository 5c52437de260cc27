// The little of FITS that the run needs to see whether the target stands in the middle.

import { readFileSync } from "node:fs";

const BLOCK = 2880;
const CARD = 80;
const RAD = Math.PI / 180;

/** The first header's cards as a map from keyword to text or number. */
export function readHeader(path) {
  const bytes = readFileSync(path);
  if (bytes.length === 0 || bytes.length % BLOCK !== 0) {
    throw new Error(`${bytes.length} bytes are not a FITS file: it comes in blocks of ${BLOCK}`);
  }
  const header = new Map();
  for (let at = 0; at < bytes.length; at += CARD) {
    const card = bytes.toString("latin1", at, at + CARD);
    const keyword = card.slice(0, 8).trim();
    if (keyword === "END") return header;
    if (card.slice(8, 10) !== "= ") continue;
    const text = card.slice(10).split("/")[0].trim();
    const number = Number(text);
    header.set(keyword, Number.isNaN(number) ? text.replaceAll("'", "").trim() : number);
  }
  throw new Error("the FITS header has no end");
}

/** Where a direction (degrees, J2000) lies on the picture, in pixels from 1, by its TAN coordinates. */
export function pixelOf(header, ra, dec) {
  const number = (keyword) => header.get(keyword);
  const wanted = ["CRVAL1", "CRVAL2", "CRPIX1", "CRPIX2", "CD1_1", "CD1_2", "CD2_1", "CD2_2"];
  if (wanted.some((keyword) => typeof number(keyword) !== "number")) return null;
  const turn = (ra - number("CRVAL1")) * RAD;
  const [d, d0] = [dec * RAD, number("CRVAL2") * RAD];
  const depth = Math.sin(d) * Math.sin(d0) + Math.cos(d) * Math.cos(d0) * Math.cos(turn);
  if (depth <= 0) return null;
  const east = (Math.cos(d) * Math.sin(turn)) / depth / RAD;
  const north = (Math.sin(d) * Math.cos(d0) - Math.cos(d) * Math.sin(d0) * Math.cos(turn)) / depth / RAD;
  const [a, b, c, e] = ["CD1_1", "CD1_2", "CD2_1", "CD2_2"].map(number);
  const area = a * e - b * c;
  return {
    x: number("CRPIX1") + (e * east - b * north) / area,
    y: number("CRPIX2") + (a * north - c * east) / area,
  };
}

/** How far a direction lies from the middle, as the larger of the two shares of width and height. */
export function awayFromMiddle(header, ra, dec) {
  const spot = pixelOf(header, ra, dec);
  if (!spot) return null;
  const share = (at, size) => Math.abs(at - (size + 1) / 2) / size;
  return Math.max(share(spot.x, header.get("NAXIS1")), share(spot.y, header.get("NAXIS2")));
}
