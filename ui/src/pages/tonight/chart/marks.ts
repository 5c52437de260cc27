// Deep-sky objects: the usual signs, at their true size and turn once that can be seen.

import { apply, lifted, type Vector } from "../../../sky/frames";
import type { SkyView, Spot } from "../../../sky/projection";
import type { Drawing } from "./bodies";
import type { Mark } from "./catalogue";
import type { Labels } from "./labels";
import type { Context } from "./scene";

export interface DrawnMark extends Spot {
  mark: Mark;
}

const SMALLEST = 4.2;
const LARGEST = 400;
/** Stands for a magnitude nobody has measured. */
const UNKNOWN_MAGNITUDE = 9.5;

function circleAt(context: Context, x: number, y: number, r: number): void {
  context.moveTo(x + r, y);
  context.arc(x, y, r, 0, 2 * Math.PI);
}

interface Shape {
  kind: string;
  r: number;
  flatness: number;
  turn: number;
}

function symbol(context: Context, { x, y }: Spot, { kind, r, flatness, turn }: Shape): void {
  context.beginPath();
  if (kind.includes("galax")) {
    context.ellipse(x, y, r * 1.1, r * Math.max(0.25, Math.min(0.85, flatness)), turn, 0, 2 * Math.PI);
  } else if (kind.includes("globular")) {
    circleAt(context, x, y, r);
    context.moveTo(x - r, y);
    context.lineTo(x + r, y);
    context.moveTo(x, y - r);
    context.lineTo(x, y + r);
  } else if (kind.includes("cluster") || kind.includes("association")) {
    context.setLineDash([2, 2.6]);
    circleAt(context, x, y, r);
  } else if (kind.includes("planetary")) {
    circleAt(context, x, y, r * 0.6);
    for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]] as const) {
      context.moveTo(x + dx * r * 0.6, y + dy * r * 0.6);
      context.lineTo(x + dx * r * 1.3, y + dy * r * 1.3);
    }
  } else {
    context.roundRect(x - r * 0.85, y - r * 0.85, r * 1.7, r * 1.7, r * 0.3);
  }
  context.stroke();
  context.setLineDash([]);
}

/** Faintest mark shown in a field of this size. */
export const markLimit = (field: number): number => 5.2 + Math.log2(150 / field) * 1.35;

function turnOf(view: SkyView, mark: Mark, spot: Spot, north: Vector): number {
  if (mark.positionAngle === null) return -0.5;
  const up = view.project(north);
  if (!up) return -0.5;
  // From north through east is to the left on a chart seen from inside the sphere.
  return Math.atan2(up.y - spot.y, up.x - spot.x) - (mark.positionAngle * Math.PI) / 180;
}

interface MarksDrawing extends Drawing {
  chosen: string | null;
  labels: Labels;
}

export function drawMarks(context: Context, marks: Mark[], drawing: MarksDrawing): DrawnMark[] {
  const { view, turn, palette, chosen, labels } = drawing;
  const limit = markLimit(view.field);
  const drawn: DrawnMark[] = [];
  context.font = `11px ${palette.text}`;
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.lineWidth = 1.1;
  for (const mark of marks) {
    const magnitude = mark.magnitude ?? UNKNOWN_MAGNITUDE;
    const isChosen = mark.id === chosen;
    if (magnitude > limit && !isChosen) continue;
    const direction = apply(turn, mark.vector);
    if (direction[2] < 0) continue;
    const spot = view.project(lifted(direction));
    if (!spot || !view.visible(spot, 20)) continue;
    const real = ((mark.sizeArcmin ?? 0) / 120) * view.pixelsPerDegree;
    const r = Math.max(SMALLEST, Math.min(real, LARGEST));
    const colour = isChosen ? palette.accent : palette.object;
    context.globalAlpha = isChosen ? 1 : Math.max(0.35, Math.min(0.85, (limit - magnitude) * 0.25 + 0.35));
    context.strokeStyle = colour;
    const tilt = turnOf(view, mark, spot, apply(turn, mark.north));
    symbol(context, spot, { kind: mark.kind, r, flatness: mark.flatness, turn: tilt });
    if (isChosen || magnitude < limit - 1.3) {
      context.fillStyle = isChosen ? palette.accent : palette.label;
      labels.write(mark.name, spot.x + Math.min(r, 40) + 6, spot.y);
    }
    drawn.push({ ...spot, mark });
  }
  context.globalAlpha = 1;
  return drawn;
}
