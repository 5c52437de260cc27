// What the pixels of a live picture say: histogram, background noise, stars. All of it is measured
// on the picture as shown (display levels 0 to 255), never on what it ought to be.

export interface Histogram {
  red: Uint32Array;
  green: Uint32Array;
  blue: Uint32Array;
}

export interface Stars {
  count: number;
  fwhmPx: number | null;
}

export interface Pixels {
  data: Uint8ClampedArray;
  width: number;
  height: number;
}

export function histogram({ data }: Pixels): Histogram {
  const red = new Uint32Array(256);
  const green = new Uint32Array(256);
  const blue = new Uint32Array(256);
  for (let i = 0; i < data.length; i += 4) {
    red[data[i] as number]! += 1;
    green[data[i + 1] as number]! += 1;
    blue[data[i + 2] as number]! += 1;
  }
  return { red, green, blue };
}

function luminance({ data, width, height }: Pixels): Float32Array {
  const out = new Float32Array(width * height);
  for (let i = 0, k = 0; i < out.length; i++, k += 4) {
    out[i] = 0.299 * data[k]! + 0.587 * data[k + 1]! + 0.114 * data[k + 2]!;
  }
  return out;
}

function medianOf(values: Float32Array): number {
  const sorted = values.slice().sort();
  return sorted[sorted.length >> 1] ?? 0;
}

/**
 * Standard deviation of the background, in display levels: the median size of a second-difference
 * filter's answer, which smooth light (glow, nebula) and the few star pixels leave alone.
 */
export function backgroundNoise(pixels: Pixels): number | null {
  const { width, height } = pixels;
  if (width < 8 || height < 8) return null;
  const y = luminance(pixels);
  const answers = new Float32Array((width - 2) * (height - 2));
  let n = 0;
  for (let row = 1; row < height - 1; row++) {
    for (let col = 1; col < width - 1; col++) {
      const i = row * width + col;
      const cross = y[i - 1]! + y[i + 1]! + y[i - width]! + y[i + width]!;
      const corner = y[i - width - 1]! + y[i - width + 1]! + y[i + width - 1]! + y[i + width + 1]!;
      answers[n++] = Math.abs(4 * y[i]! - 2 * cross + corner);
    }
  }
  // The filter's weights have a root square sum of 6; 1.4826 turns a median into a deviation.
  return (1.4826 * medianOf(answers)) / 6;
}

function levelAndSpread(y: Float32Array): [number, number] {
  const step = Math.max(1, Math.floor(y.length / 20_000));
  const sample = new Float32Array(Math.floor(y.length / step));
  for (let i = 0; i < sample.length; i++) sample[i] = y[i * step]!;
  const level = medianOf(sample);
  const spread = 1.4826 * medianOf(sample.map((value) => Math.abs(value - level)));
  return [level, Math.max(spread, 1)];
}

function isPeak(y: Float32Array, i: number, width: number): boolean {
  const here = y[i]!;
  for (let dy = -2; dy <= 2; dy++) {
    for (let dx = -2; dx <= 2; dx++) {
      const other = y[i + dy * width + dx]!;
      if (other > here || (other === here && (dy < 0 || (dy === 0 && dx < 0)))) return false;
    }
  }
  return true;
}

/** Full width at half maximum around a peak, from the area above half of its height. */
function widthOf(y: Float32Array, i: number, width: number, level: number): number {
  const half = level + (y[i]! - level) / 2;
  let above = 0;
  for (let dy = -5; dy <= 5; dy++) {
    for (let dx = -5; dx <= 5; dx++) if (y[i + dy * width + dx]! >= half) above += 1;
  }
  return 2 * Math.sqrt(above / Math.PI);
}

/** Counts star-like peaks and gives their median width, from unsaturated ones. */
export function findStars(pixels: Pixels): Stars {
  const { width, height } = pixels;
  const y = luminance(pixels);
  const [level, spread] = levelAndSpread(y);
  const threshold = level + 6 * spread;
  const widths: number[] = [];
  let count = 0;
  for (let row = 6; row < height - 6; row++) {
    for (let col = 6; col < width - 6; col++) {
      const i = row * width + col;
      if (y[i]! < threshold || !isPeak(y, i, width)) continue;
      const neighbours = y[i - 1]! + y[i + 1]! + y[i - width]! + y[i + width]!;
      // A lone hot pixel has dark neighbours; a star's light reaches them.
      if (neighbours / 4 - level < 0.2 * (y[i]! - level)) continue;
      count += 1;
      if (y[i]! < 245 && widths.length < 500) widths.push(widthOf(y, i, width, level));
    }
  }
  widths.sort((a, b) => a - b);
  return { count, fwhmPx: widths.length >= 3 ? (widths[widths.length >> 1] ?? null) : null };
}

/** A picture made smooth, less its own background, to be compared with another of the same field. */
export interface Light {
  values: Float32Array;
  spread: number;
}

const SMOOTHING = 2;

/** Luminance averaged over 5 by 5 pixels, above the background. */
export function lightOf(pixels: Pixels): Light {
  const { width, height } = pixels;
  const y = luminance(pixels);
  const rows = new Float32Array(y.length);
  const values = new Float32Array(y.length);
  const average = (from: Float32Array, to: Float32Array, i: number, step: number): void => {
    let sum = 0;
    for (let k = -SMOOTHING; k <= SMOOTHING; k++) sum += from[i + k * step]!;
    to[i] = sum / (2 * SMOOTHING + 1);
  };
  for (let row = 0; row < height; row++) {
    for (let col = SMOOTHING; col < width - SMOOTHING; col++) average(y, rows, row * width + col, 1);
  }
  for (let i = SMOOTHING * width; i < (height - SMOOTHING) * width; i++) average(rows, values, i, width);
  const [level, spread] = levelAndSpread(values);
  return { values: values.map((value) => value - level), spread };
}

/** Display levels above the background up to which a stretched picture is nearly straight. */
const STRAIGHT = 60;

/**
 * How much more contrast one picture shows than another of the same field. A device stretches its
 * pictures by their noise, so that a quiet stack looks as rough as a noisy one: only against the
 * light of the same stars can its noise be compared. Pixels are chosen on the later, quieter
 * picture, so the noise of the earlier one averages out.
 */
export function contrastAgainst(earlier: Light, later: Light): number | null {
  if (earlier.values.length !== later.values.length) return null;
  let [before, after, count] = [0, 0, 0];
  for (let i = 0; i < later.values.length; i++) {
    const value = later.values[i]!;
    if (value < 5 * later.spread || value > STRAIGHT) continue;
    before += earlier.values[i]!;
    after += value;
    count += 1;
  }
  return count < 30 || before <= 0 ? null : after / before;
}

/** Pixels of the middle of a picture, unscaled, at most `size` on a side. */
export function middle(picture: ImageBitmap, size: number): ImageData | null {
  const width = Math.min(size, picture.width);
  const height = Math.min(size, picture.height);
  const context = new OffscreenCanvas(width, height).getContext("2d");
  if (!context) return null;
  context.drawImage(picture, (width - picture.width) >> 1, (height - picture.height) >> 1);
  return context.getImageData(0, 0, width, height);
}

/** The whole picture made small. */
export function reduced(picture: ImageBitmap, width: number): ImageData | null {
  const height = Math.max(1, Math.round((width * picture.height) / picture.width));
  const context = new OffscreenCanvas(width, height).getContext("2d");
  if (!context) return null;
  context.drawImage(picture, 0, 0, width, height);
  return context.getImageData(0, 0, width, height);
}
