// A PMTiles file (version 3) of one picture for the whole world, made by hand: a header of 127 bytes,
// a directory with one entry, no metadata to speak of, and a PNG of one colour.

import { deflateSync } from "node:zlib";

const HEADER = 127;
const NOT_PACKED = 1;
const PNG = 2;

function crc(bytes) {
  let sum = ~0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let i = 0; i < 8; i++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return ~sum >>> 0;
}

function chunk(kind, data) {
  const body = Buffer.concat([Buffer.from(kind, "latin1"), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc(body));
  return Buffer.concat([length, body, sum]);
}

/** A PNG of one colour. */
export function onePicture([red, green, blue], side = 256) {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(side, 0);
  head.writeUInt32BE(side, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const row = Buffer.alloc(1 + side * 3);
  for (let x = 0; x < side; x++) row.set([red, green, blue], 1 + x * 3);
  const rows = Buffer.concat(Array.from({ length: side }, () => row));
  const parts = [chunk("IHDR", head), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))];
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), ...parts]);
}

function varint(value) {
  const bytes = [];
  for (let left = value; ; left = Math.floor(left / 128)) {
    if (left < 128) return [...bytes, left];
    bytes.push((left % 128) | 128);
  }
}

/** The whole world in one colour. */
export function oneColourWorld(colour, attribution) {
  const tile = onePicture(colour);
  // One entry: tile 0, a run of 1, its length, its offset (one more than it is).
  const directory = Buffer.from([1, 0, 1, ...varint(tile.length), 1]);
  const metadata = Buffer.from(JSON.stringify({ attribution }));
  const header = Buffer.alloc(HEADER);
  header.write("PMTiles", 0, "latin1");
  header.writeUInt8(3, 7);
  const [atMetadata, atTiles] = [HEADER + directory.length, HEADER + directory.length + metadata.length];
  const places = [HEADER, directory.length, atMetadata, metadata.length, atTiles, 0, atTiles, tile.length, 1, 1, 1];
  places.forEach((place, i) => header.writeBigUInt64LE(BigInt(place), 8 + i * 8));
  header.set([1, NOT_PACKED, NOT_PACKED, PNG, 0, 0], 96);
  // The bounds of the world, in ten millionths of a degree.
  [-180, -85, 180, 85].forEach((degrees, i) => header.writeInt32LE(degrees * 1e7, 102 + i * 4));
  return Buffer.concat([header, directory, metadata, tile]);
}
