import { describe, expect, it } from "vitest";
import { backgroundNoise, contrastAgainst, findStars, histogram, lightOf, type Pixels } from "./measure";

function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
}

/** A grey field with normal noise and round stars of a known width. */
function field(sigma: number, stars: [number, number][], fwhm = 3, peak = 150, seed = 7): Pixels {
  const [width, height] = [200, 160];
  const random = uniform(seed);
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const noise = Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
      let value = 40 + x / 20 + sigma * noise;
      for (const [sx, sy] of stars) {
        value += peak * Math.exp((-4 * Math.LN2 * ((x - sx) ** 2 + (y - sy) ** 2)) / fwhm ** 2);
      }
      data.set([value, value, value, 255], (y * width + x) * 4);
    }
  }
  return { data, width, height };
}

const STARS: [number, number][] = [[30, 30], [80, 50], [150, 40], [60, 120], [120, 110]];

describe("measurements on a picture", () => {
  it("give the noise that was put in, gradient and stars notwithstanding", () => {
    for (const sigma of [2, 4, 8]) {
      const measured = backgroundNoise(field(sigma, STARS)) as number;
      expect(Math.abs(measured / sigma - 1)).toBeLessThan(0.08);
    }
  });
  it("count the stars that were put in and measure their width", () => {
    const found = findStars(field(2, STARS));
    expect(found.count).toBe(STARS.length);
    expect(Math.abs((found.fwhmPx as number) - 3)).toBeLessThan(0.5);
  });
  it("see through a stretch that follows the noise", () => {
    // Twice the contrast at the same noise on the screen is half the noise of the same sky.
    const stars = Array.from({ length: 40 }, (_, i): [number, number] => [15 + (i % 8) * 23, 15 + Math.floor(i / 8) * 30]);
    const early = lightOf(field(4, stars, 4, 25, 11));
    const late = lightOf(field(4, stars, 4, 50, 12));
    expect(Math.abs((contrastAgainst(early, late) as number) - 2)).toBeLessThan(0.2);
  });
  it("compare nothing where there are no stars", () => {
    expect(contrastAgainst(lightOf(field(4, [], 3, 0, 1)), lightOf(field(4, [], 3, 0, 2)))).toBeNull();
  });
  it("find no stars in noise", () => {
    expect(findStars(field(4, [])).count).toBe(0);
  });
  it("count every pixel once in each colour", () => {
    const { red } = histogram(field(4, []));
    expect(red.reduce((sum, n) => sum + n, 0)).toBe(200 * 160);
  });
});
