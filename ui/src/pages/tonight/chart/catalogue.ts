// The chart's stars and marks in the form that is quick to draw: unit vectors, brightest first.

import type { Chart } from "../../../api/types";
import { fromSpherical, type Vector } from "../../../sky/frames";

export interface StarField {
  vectors: Float64Array;
  magnitudes: Float32Array;
  colours: Uint8Array;
  names: (string | null)[];
  count: number;
}

export interface Mark {
  id: string;
  name: string;
  kind: string;
  magnitude: number | null;
  sizeArcmin: number | null;
  vector: Vector;
}

export interface Haze {
  vector: Vector;
  brightness: number;
}

export interface Sky {
  stars: StarField;
  marks: Mark[];
  lines: [Vector, Vector][];
  milkyWay: Haze[];
}

/** Colour classes a star is drawn in, from blue to red. */
export const COLOUR_STEPS = 12;

function colourStep(bMinusV: number | null): number {
  const part = ((bMinusV ?? 0.5) + 0.35) / 2.2;
  return Math.max(0, Math.min(COLOUR_STEPS - 1, Math.floor(part * COLOUR_STEPS)));
}

function starField(rows: Chart["stars"]): StarField {
  const sorted = [...rows].sort((a, b) => a[2] - b[2]);
  const vectors = new Float64Array(sorted.length * 3);
  sorted.forEach(([ra, dec], i) => vectors.set(fromSpherical(ra, dec), i * 3));
  return {
    vectors,
    magnitudes: Float32Array.from(sorted, (row) => row[2]),
    colours: Uint8Array.from(sorted, (row) => colourStep(row[3])),
    names: sorted.map((row) => row[4]),
    count: sorted.length,
  };
}

/** Patches of the Milky Way: rows of right ascension, declination (degrees) and brightness. */
function hazes(value: unknown): Haze[] {
  if (!Array.isArray(value)) return [];
  const rows = value.filter(
    (row): row is [number, number, number] =>
      Array.isArray(row) && row.length >= 3 && row.every((n) => typeof n === "number"),
  );
  const most = Math.max(1e-9, ...rows.map((row) => row[2]));
  return rows
    .map(([ra, dec, b]) => ({ vector: fromSpherical(ra, dec), brightness: b / most }))
    .filter((haze) => haze.brightness > 0.02);
}

export function skyOf(chart: Chart): Sky {
  return {
    stars: starField(chart.stars),
    marks: chart.objects
      .map((o) => ({
        id: o.id,
        name: o.name,
        kind: o.kind,
        magnitude: o.magnitude,
        sizeArcmin: o.size_arcmin,
        vector: fromSpherical(o.ra_deg, o.dec_deg),
      }))
      .sort((a, b) => (a.magnitude ?? 99) - (b.magnitude ?? 99)),
    lines: chart.lines.map(([a, b]) => [fromSpherical(...a), fromSpherical(...b)]),
    milkyWay: hazes(chart.milky_way),
  };
}
