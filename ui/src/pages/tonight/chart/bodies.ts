// Sun, Moon and planets, the cameras' fields and the chosen thing's path.

import { apply, fromSpherical, inverse, RAD, toPlace, type Matrix, type Vector } from "../../../sky/frames";
import { fieldOutline, type SkyView } from "../../../sky/projection";
import type { Labels } from "./labels";
import type { Palette } from "./palette";
import { trace, type Context } from "./scene";

/** No telescope is moved nearer to the Sun than this. */
const SUN_GUARD_DEG = 15;
/** A field smaller than this on the chart is found by a ring around it. */
const SMALLEST_OUTLINE_PX = 26;

export interface Drawing {
  view: SkyView;
  turn: Matrix;
  palette: Palette;
}

/** The lit part of the Moon, its bright limb towards the Sun on the picture. */
export function drawMoon(context: Context, drawing: Drawing, moon: Vector, sun: Vector, phase: number): void {
  const { view, palette } = drawing;
  const spot = view.project(moon);
  if (!spot || !view.visible(spot, 40) || moon[2] < -0.02) return;
  const r = Math.max(9, 0.26 * view.pixelsPerDegree);
  const along = Math.max(0, moon[0] * sun[0] + moon[1] * sun[1] + moon[2] * sun[2]);
  const near: Vector = [moon[0] + (sun[0] - moon[0] * along) * 0.02, moon[1] + (sun[1] - moon[1] * along) * 0.02, moon[2] + (sun[2] - moon[2] * along) * 0.02];
  const to = view.project(near) ?? { x: spot.x + 1, y: spot.y };
  const glow = context.createRadialGradient(spot.x, spot.y, r * 0.6, spot.x, spot.y, r * 5);
  glow.addColorStop(0, `color-mix(in srgb, ${palette.moon} ${Math.round(26 * phase)}%, transparent)`);
  glow.addColorStop(1, "transparent");
  context.fillStyle = glow;
  context.fillRect(spot.x - r * 5, spot.y - r * 5, r * 10, r * 10);
  context.save();
  context.translate(spot.x, spot.y);
  context.rotate(Math.atan2(to.y - spot.y, to.x - spot.x));
  context.fillStyle = `color-mix(in srgb, ${palette.moon} 18%, ${palette.zenith})`;
  context.beginPath();
  context.arc(0, 0, r, 0, 2 * Math.PI);
  context.fill();
  context.fillStyle = palette.moon;
  context.beginPath();
  context.arc(0, 0, r, -Math.PI / 2, Math.PI / 2);
  context.ellipse(0, 0, Math.abs(1 - 2 * phase) * r, r, 0, Math.PI / 2, -Math.PI / 2, phase < 0.5);
  context.fill();
  context.restore();
  context.fillStyle = palette.label;
  context.font = `12px ${palette.text}`;
  context.textAlign = "left";
  context.fillText("Moon", spot.x + r + 6, spot.y);
}

export function drawSun(context: Context, { view, palette }: Drawing, sun: Vector): void {
  const spot = view.project(sun);
  if (!spot) return;
  const place = toPlace(sun);
  context.strokeStyle = palette.guard;
  context.setLineDash([4, 5]);
  const ring: Vector[] = [];
  for (let turn = 0; turn <= 360; turn += 6) {
    const reach = SUN_GUARD_DEG * RAD;
    const [a, h] = [place.azimuth * RAD, place.altitude * RAD];
    const right: Vector = [-Math.sin(a), Math.cos(a), 0];
    const up: Vector = [-Math.sin(h) * Math.cos(a), -Math.sin(h) * Math.sin(a), Math.cos(h)];
    const [c, s] = [Math.cos(turn * RAD) * Math.sin(reach), Math.sin(turn * RAD) * Math.sin(reach)];
    const f = Math.cos(reach);
    ring.push([
      sun[0] * f + right[0] * c + up[0] * s,
      sun[1] * f + right[1] * c + up[1] * s,
      sun[2] * f + right[2] * c + up[2] * s,
    ]);
  }
  trace(context, view, ring);
  context.setLineDash([]);
  const r = Math.max(9, 0.27 * view.pixelsPerDegree);
  const glow = context.createRadialGradient(spot.x, spot.y, 0, spot.x, spot.y, r * 6);
  glow.addColorStop(0, palette.sun);
  glow.addColorStop(0.16, palette.sun);
  glow.addColorStop(0.2, `color-mix(in srgb, ${palette.sun} 35%, transparent)`);
  glow.addColorStop(1, "transparent");
  context.fillStyle = glow;
  context.fillRect(spot.x - r * 6, spot.y - r * 6, r * 12, r * 12);
}

export interface Fields {
  tele: { direction: Vector; size: [number, number] } | null;
  wide: { direction: Vector; size: [number, number] } | null;
}

export function drawFields(context: Context, { view, palette }: Drawing, fields: Fields): void {
  context.lineWidth = 1.5;
  for (const lens of ["wide", "tele"] as const) {
    const field = fields[lens];
    if (!field) continue;
    const place = toPlace(field.direction);
    context.strokeStyle = palette[lens];
    trace(context, view, fieldOutline(place.azimuth, place.altitude, field.size));
    const corner = view.project(fieldOutline(place.azimuth, place.altitude, field.size)[0] as Vector);
    if (!corner || field.size[0] * view.pixelsPerDegree < SMALLEST_OUTLINE_PX) continue;
    context.fillStyle = palette[lens];
    context.font = `11px ${palette.text}`;
    context.textAlign = "left";
    context.textBaseline = "bottom";
    context.fillText(lens, corner.x, corner.y - 3);
  }
  if (fields.tele) {
    const spot = view.project(fields.tele.direction);
    if (spot && fields.tele.size[0] * view.pixelsPerDegree < SMALLEST_OUTLINE_PX) {
      context.strokeStyle = palette.tele;
      context.beginPath();
      context.arc(spot.x, spot.y, 15, 0, 2 * Math.PI);
      context.stroke();
    }
  }
}

/** Where a thing will go: a line with a dot at each full hour. */
export function drawPath(context: Context, { view, palette }: Drawing, path: { direction: Vector; hour: string | null }[]): void {
  context.strokeStyle = palette.accent;
  context.globalAlpha = 0.75;
  context.lineWidth = 1.2;
  trace(context, view, path.filter((p) => p.direction[2] > 0).map((p) => p.direction));
  context.fillStyle = palette.accent;
  context.font = `10px ${palette.text}`;
  context.textAlign = "center";
  context.textBaseline = "bottom";
  const start = path[0] ? view.project(path[0].direction) : null;
  for (const point of path) {
    if (point.hour === null || point.direction[2] < 0) continue;
    const spot = view.project(point.direction);
    const clear = start === null || !spot || Math.hypot(spot.x - start.x, spot.y - start.y) > 40;
    if (!spot || !clear || !view.visible(spot)) continue;
    context.beginPath();
    context.arc(spot.x, spot.y, 2, 0, 2 * Math.PI);
    context.fill();
    context.fillText(point.hour, spot.x, spot.y - 5);
  }
  context.globalAlpha = 1;
}

/** Planets: plain discs, brighter ones larger, each with its name. */
export function drawPlanets(
  context: Context,
  { view, palette }: Drawing,
  planets: { name: string; magnitude: number; direction: Vector }[],
  labels: Labels,
): void {
  context.font = `12px ${palette.text}`;
  context.textAlign = "left";
  context.textBaseline = "middle";
  for (const planet of planets) {
    if (planet.magnitude > 8.5 || planet.direction[2] < -0.01) continue;
    const spot = view.project(planet.direction);
    if (!spot || !view.visible(spot)) continue;
    const r = Math.max(1.6, 3.6 - planet.magnitude * 0.4);
    context.fillStyle = palette.sun;
    context.beginPath();
    context.arc(spot.x, spot.y, r, 0, 2 * Math.PI);
    context.fill();
    labels.write(planet.name, spot.x + r + 6, spot.y);
  }
}

/**
 * A body's direction in the catalogue frame. It is taken from where the hub saw it above the
 * horizon, which holds for the Moon's parallax too, and turned back by the same moment.
 */
export function directionThen(body: { azimuth_deg: number; altitude_deg: number }, turnThen: Matrix): Vector {
  return apply(inverse(turnThen), fromSpherical(body.azimuth_deg, body.altitude_deg));
}
