// Stars: a soft sprite for each colour, drawn at the size its magnitude asks for.

import { lifted, type Matrix, type Vector } from "../../../sky/frames";
import type { SkyView } from "../../../sky/projection";
import { COLOUR_STEPS, type StarField } from "./catalogue";
import type { Palette } from "./palette";

/** Light of a star of this colour class: blue-white through white to orange. */
function rgb(step: number): [number, number, number] {
  const t = step / (COLOUR_STEPS - 1);
  const warm = Math.max(0, (t - 0.3) / 0.7);
  const cool = Math.max(0, (0.3 - t) / 0.3);
  return [
    Math.round(255 - 95 * cool),
    Math.round(248 - 45 * cool - 92 * warm ** 1.3),
    Math.round(255 - 175 * warm ** 0.9),
  ];
}

function sprite(step: number, size: number): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const context = canvas.getContext("2d");
  if (!context) return canvas;
  const [r, g, b] = rgb(step);
  const half = size / 2;
  const glow = context.createRadialGradient(half, half, 0, half, half, half);
  const colour = (alpha: number): string => `rgb(${r} ${g} ${b} / ${alpha})`;
  glow.addColorStop(0, "rgb(255 255 255)");
  glow.addColorStop(0.16, "rgb(255 255 255)");
  glow.addColorStop(0.26, colour(0.85));
  glow.addColorStop(0.42, colour(0.24));
  glow.addColorStop(0.7, colour(0.06));
  glow.addColorStop(1, colour(0));
  context.fillStyle = glow;
  context.fillRect(0, 0, size, size);
  return canvas;
}

/** Sprites in steps of size, so that a star is copied and not scaled: thousands a frame. */
class Sprites {
  #made = new Map<number, HTMLCanvasElement>();

  constructor(readonly ratio: number) {}

  of(step: number, size: number): HTMLCanvasElement {
    const pixels = Math.max(2, Math.round(size * this.ratio));
    const key = pixels * COLOUR_STEPS + step;
    const known = this.#made.get(key);
    if (known) return known;
    const made = sprite(step, pixels);
    this.#made.set(key, made);
    return made;
  }
}

let sprites = new Sprites(1);

/** Faintest magnitude worth drawing in a field of this size. */
export const limitOf = (field: number): number => Math.max(4.6, 9.6 - Math.log2(field) * 0.62);

export interface DrawnStar {
  x: number;
  y: number;
  index: number;
}

interface StarDrawing {
  view: SkyView;
  turn: Matrix;
  palette: Palette;
  /** How much daylight drowns them, 0 to 1. */
  daylight: number;
}

/** Draws the stars and gives back the named ones, to be labelled and clicked. */
export function drawStars(
  context: CanvasRenderingContext2D,
  stars: StarField,
  { view, turn, daylight }: StarDrawing,
): DrawnStar[] {
  const ratio = context.getTransform().a;
  if (sprites.ratio !== ratio) sprites = new Sprites(ratio);
  const limit = limitOf(view.field) - daylight * 9;
  const zoom = Math.max(1, Math.min(2.1, (75 / view.field) ** 0.3));
  const named: DrawnStar[] = [];
  const v = stars.vectors;
  for (let i = 0; i < stars.count; i++) {
    const magnitude = stars.magnitudes[i]!;
    if (magnitude > limit) break;
    const [x, y, z] = [v[i * 3]!, v[i * 3 + 1]!, v[i * 3 + 2]!];
    const up = turn[6] * x + turn[7] * y + turn[8] * z;
    if (up < -0.012) continue;
    const place: Vector = [
      turn[0] * x + turn[1] * y + turn[2] * z,
      turn[3] * x + turn[4] * y + turn[5] * z,
      up,
    ];
    const spot = view.project(lifted(place));
    if (!spot || !view.visible(spot)) continue;
    const bright = Math.max(0, limit - magnitude);
    const radius = (0.5 + 0.52 * bright ** 0.92) * zoom;
    context.globalAlpha = Math.min(1, 0.28 + bright * 0.22) * (1 - 0.85 * daylight);
    const image = sprites.of(stars.colours[i]!, radius * 4.2);
    const size = image.width / ratio;
    context.drawImage(image, spot.x - size / 2, spot.y - size / 2, size, size);
    if (stars.names[i]) named.push({ ...spot, index: i });
  }
  context.globalAlpha = 1;
  return named;
}
