// A small PNG writer and a painter of stars, for the mock hub's pictures.

import { deflateSync, crc32 as zlibCrc } from "node:zlib";

const table = Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});

function crc(bytes) {
  if (zlibCrc) return zlibCrc(bytes);
  let c = 0xffffffff;
  for (const byte of bytes) c = table[(c ^ byte) & 255] ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}

function chunk(type, data) {
  const out = Buffer.alloc(12 + data.length);
  out.writeUInt32BE(data.length, 0);
  out.write(type, 4, "latin1");
  data.copy(out, 8);
  out.writeUInt32BE(crc(out.subarray(4, 8 + data.length)), 8 + data.length);
  return out;
}

export function png(width, height, rgb) {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const rows = Buffer.alloc((width * 3 + 1) * height);
  for (let y = 0; y < height; y++) rgb.copy(rows, y * (width * 3 + 1) + 1, y * width * 3, (y + 1) * width * 3);
  return Buffer.concat([
    Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
    chunk("IHDR", head),
    chunk("IDAT", deflateSync(rows, { level: 1 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
}

/** A star field; `sigma` is the noise in display levels, fresh with each `seed`. */
export function starField({ width, height, stars, fwhm, sigma, seed, glow = 0 }) {
  const place = seeded(4711 + width);
  const light = new Float32Array(width * height * 3);
  for (let n = 0; n < stars; n++) {
    const [x, y, u, warm] = [place() * width, place() * height, place(), place()];
    const peak = Math.min(900, 9 / (u ** 0.8 + 0.004));
    const reach = Math.ceil(fwhm * 2.4);
    for (let dy = -reach; dy <= reach; dy++) {
      for (let dx = -reach; dx <= reach; dx++) {
        const [px, py] = [Math.round(x) + dx, Math.round(y) + dy];
        if (px < 0 || py < 0 || px >= width || py >= height) continue;
        const g = peak * Math.exp((-2.77 * ((px - x) ** 2 + (py - y) ** 2)) / fwhm ** 2);
        const i = (py * width + px) * 3;
        light[i] += g * (0.75 + 0.35 * warm);
        light[i + 1] += g * 0.95;
        light[i + 2] += g * (1.2 - 0.5 * warm);
      }
    }
  }
  const noise = seeded(seed);
  const rgb = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [u, v] = [(x - width / 2) / (width * 0.34), (y - height / 2) / (height * 0.3)];
      const r = Math.hypot(u * 0.8 + v * 0.5, (v * 0.8 - u * 0.5) * 2.3);
      const galaxy = glow * (150 * Math.exp(-r * 7) + 42 * Math.exp(-r * 2));
      const i = (y * width + x) * 3;
      for (let c = 0; c < 3; c++) {
        const dither = sigma * Math.sqrt(-2 * Math.log(noise())) * Math.cos(6.283 * noise());
        const value = [13, 15, 19][c] + galaxy * [1.05, 0.95, 0.86][c] + light[i + c] + dither;
        rgb[i + c] = Math.max(0, Math.min(255, value));
      }
    }
  }
  return png(width, height, rgb);
}
