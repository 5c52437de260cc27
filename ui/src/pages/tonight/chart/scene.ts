// The sky's background and lines: glow, Milky Way, grid, ground, compass.

import type { HorizonPoint } from "../../../api/types";
import { heightAt } from "../../../sky/horizon";
import { words } from "../../../words/words.svelte";
import { apply, fromSpherical, toPlace, type Matrix, type Vector } from "../../../sky/frames";
import type { SkyView } from "../../../sky/projection";
import { blend, type Palette } from "./palette";

export type Context = CanvasRenderingContext2D;

const OBLIQUITY = 23.4393;

/** Draws a line through directions of the horizon, broken where it leaves the view. */
export function trace(context: Context, view: SkyView, directions: Vector[]): void {
  let drawing = false;
  context.beginPath();
  for (const direction of directions) {
    const spot = view.project(direction);
    if (!spot || !view.visible(spot, 1500)) {
      drawing = false;
      continue;
    }
    if (drawing) context.lineTo(spot.x, spot.y);
    else context.moveTo(spot.x, spot.y);
    drawing = true;
  }
  context.stroke();
}

/** How much of day there is: 0 in full night, 1 from sunrise on. */
export const daylightOf = (sunAltitude: number): number =>
  Math.max(0, Math.min(1, (sunAltitude + 17) / 17)) ** 1.6;

/** Height over which the glow of the horizon fades, in degrees. */
const GLOW_DEG = 16;
const GLOW_STEPS = 8;

/** The sky's ground colour, by the altitude of each part of the picture. */
export function drawAir(context: Context, view: SkyView, palette: Palette, daylight: number): void {
  const top = blend(palette.zenith, palette.dayZenith, daylight);
  const low = blend(palette.horizon, palette.dayHorizon, daylight);
  const glow = context.createLinearGradient(0, 0, 0, view.height);
  for (let step = 0; step <= GLOW_STEPS; step++) {
    const part = step / GLOW_STEPS;
    const { altitude } = toPlace(view.unproject(view.width / 2, part * view.height));
    glow.addColorStop(part, blend(top, low, Math.exp(-Math.max(0, altitude) / GLOW_DEG)));
  }
  context.fillStyle = glow;
  context.fillRect(0, 0, view.width, view.height);
}

function circle(of: (step: number) => Vector, steps = 180): Vector[] {
  return Array.from({ length: steps + 1 }, (_, i) => of((i * 360) / steps));
}

export function drawLines(context: Context, view: SkyView, turn: Matrix, palette: Palette): void {
  context.lineWidth = 1;
  context.strokeStyle = palette.grid;
  for (const altitude of [15, 30, 45, 60, 75]) {
    trace(context, view, circle((a) => fromSpherical(a, altitude)));
  }
  for (let azimuth = 0; azimuth < 360; azimuth += 30) {
    trace(context, view, Array.from({ length: 31 }, (_, i) => fromSpherical(azimuth, i * 3)));
  }
  const tilt = (OBLIQUITY * Math.PI) / 180;
  const onEcliptic = (l: number): Vector => {
    const [x, y] = fromSpherical(l, 0);
    return apply(turn, [x, y * Math.cos(tilt), y * Math.sin(tilt)]);
  };
  context.setLineDash([2, 6]);
  context.strokeStyle = palette.ecliptic;
  trace(context, view, circle(onEcliptic));
  context.strokeStyle = palette.equator;
  trace(context, view, circle((a) => apply(turn, fromSpherical(a, 0))));
  context.setLineDash([]);
}

export function drawConstellations(
  context: Context,
  lines: [Vector, Vector][],
  { view, turn, palette }: { view: SkyView; turn: Matrix; palette: Palette },
): void {
  context.lineWidth = 1;
  context.strokeStyle = palette.lines;
  context.beginPath();
  for (const [from, to] of lines) {
    const a = view.project(apply(turn, from));
    const b = view.project(apply(turn, to));
    if (!a || !b || (!view.visible(a, 300) && !view.visible(b, 300))) continue;
    context.moveTo(a.x, a.y);
    context.lineTo(b.x, b.y);
  }
  context.stroke();
}

/** The ground hides what is below the horizon; its edge is the horizon, or the station's own line. */
export function drawGround(context: Context, view: SkyView, palette: Palette, line: readonly HorizonPoint[]): void {
  const edge: Vector[] = [];
  for (let a = -140; a <= 140; a += 1) {
    edge.push(fromSpherical(view.azimuth + a, heightAt(line, view.azimuth + a)));
  }
  const spots = edge.map((v) => view.project(v)).filter((spot) => spot !== null);
  const [first, last] = [spots[0], spots.at(-1)];
  if (!first || !last) return;
  const far = Math.max(view.width, view.height) * 12;
  context.beginPath();
  spots.forEach((spot, i) => (i === 0 ? context.moveTo(spot.x, spot.y) : context.lineTo(spot.x, spot.y)));
  context.lineTo(last.x + far, last.y + far * 0.02);
  context.lineTo(last.x + far, far);
  context.lineTo(first.x - far, far);
  context.lineTo(first.x - far, first.y + far * 0.02);
  context.closePath();
  context.fillStyle = palette.ground;
  context.fill();
  context.lineWidth = 1.5;
  context.strokeStyle = palette.groundEdge;
  trace(context, view, edge);
}

export function drawCompass(context: Context, view: SkyView, palette: Palette): void {
  context.textAlign = "center";
  context.textBaseline = "top";
  words.eighths.forEach((name, i) => {
    const spot = view.project(fromSpherical(i * 45, 0));
    if (!spot || !view.visible(spot, 20)) return;
    context.font = `${name.length === 1 ? "600 15px" : "12px"} ${palette.text}`;
    context.fillStyle = name.length === 1 ? palette.ink : palette.label;
    context.fillText(name, spot.x, Math.min(spot.y + 8, view.height - 22));
  });
}
