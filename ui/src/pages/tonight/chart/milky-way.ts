// The Milky Way: soft patches, painted small and enlarged, which is as smooth and far cheaper.

import { apply, type Matrix } from "../../../sky/frames";
import type { SkyView } from "../../../sky/projection";
import type { Haze } from "./catalogue";
import type { Palette } from "./palette";
import type { Context } from "./scene";

const REDUCED = 6;
const PUFF = 48;
/** A patch reaches over this many cells and so melts into its neighbours. */
const REACH = 3.4;

let puff: { colour: string; canvas: HTMLCanvasElement } | null = null;

function puffOf(colour: string): HTMLCanvasElement {
  if (puff?.colour === colour) return puff.canvas;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = PUFF;
  const context = canvas.getContext("2d");
  if (context) {
    const half = PUFF / 2;
    const soft = context.createRadialGradient(half, half, 0, half, half, half);
    soft.addColorStop(0, colour);
    soft.addColorStop(0.5, `color-mix(in srgb, ${colour} 42%, transparent)`);
    soft.addColorStop(1, "transparent");
    context.fillStyle = soft;
    context.fillRect(0, 0, PUFF, PUFF);
  }
  puff = { colour, canvas };
  return canvas;
}

const small = document.createElement("canvas");

interface HazeDrawing {
  view: SkyView;
  turn: Matrix;
  palette: Palette;
  strength: number;
}

export function drawMilkyWay(context: Context, patches: Haze[], drawing: HazeDrawing): void {
  const { view, turn, palette, strength } = drawing;
  const layer = small.getContext("2d");
  if (!layer || patches.length === 0 || strength <= 0.02) return;
  small.width = Math.ceil(view.width / REDUCED);
  small.height = Math.ceil(view.height / REDUCED);
  layer.globalCompositeOperation = "lighter";
  const image = puffOf(palette.milkyWay);
  const size = (patches[0]?.degrees ?? 3) * REACH * view.pixelsPerDegree;
  for (const patch of patches) {
    const direction = apply(turn, patch.vector);
    if (direction[2] < -0.1) continue;
    const spot = view.project(direction);
    if (!spot || !view.visible(spot, size)) continue;
    layer.globalAlpha = Math.min(1, patch.brightness * 0.072 * strength);
    const [x, y] = [(spot.x - size / 2) / REDUCED, (spot.y - size / 2) / REDUCED];
    layer.drawImage(image, x, y, size / REDUCED, size / REDUCED);
  }
  context.globalCompositeOperation = "lighter";
  context.drawImage(small, 0, 0, small.width * REDUCED, small.height * REDUCED);
  context.globalCompositeOperation = "source-over";
}
