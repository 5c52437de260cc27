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
  /** Short over long axis, and the long one's angle from north through east. */
  flatness: number;
  positionAngle: number | null;
  vector: Vector;
  /** A direction a little north of it. */
  north: Vector;
}

export interface Haze {
  vector: Vector;
  brightness: number;
  /** Size of the cell it stands for. */
  degrees: number;
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

export function starField(rows: Chart["stars"]): StarField {
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

/**
 * The Milky Way from the density of catalogue stars, less what the sky's poles have anyway. Cells
 * crowd towards the celestial poles; there they are thinned so that none is painted over another.
 */
function hazes(map: Chart["milky_way"]): Haze[] {
  if (!map || map.density.length !== map.width * map.height) return [];
  const sorted = [...map.density].sort((a, b) => a - b);
  const at = (part: number): number => sorted[Math.floor(part * (sorted.length - 1))] ?? 0;
  const [floor, top] = [at(0.35), at(0.985)];
  const found: Haze[] = [];
  for (let row = 0; row < map.height; row++) {
    const dec = ((row + 0.5) * 180) / map.height - 90;
    const skip = Math.max(1, Math.round(1 / Math.max(0.02, Math.cos((dec * Math.PI) / 180))));
    for (let column = 0; column < map.width; column += skip) {
      const density = map.density[row * map.width + column] ?? 0;
      const brightness = Math.min(1.4, (density - floor) / Math.max(1e-6, top - floor));
      if (brightness < 0.04) continue;
      const ra = ((column + 0.5) * 360) / map.width;
      found.push({ vector: fromSpherical(ra, dec), brightness, degrees: 180 / map.height });
    }
  }
  return found;
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
        flatness: o.minor_arcmin && o.size_arcmin ? o.minor_arcmin / o.size_arcmin : 1,
        positionAngle: o.position_angle_deg ?? null,
        vector: fromSpherical(o.ra_deg, o.dec_deg),
        north: fromSpherical(o.ra_deg, Math.min(90, o.dec_deg + 0.2)),
      }))
      .sort((a, b) => (a.magnitude ?? 99) - (b.magnitude ?? 99)),
    lines: chart.lines.map(([a, b]) => [fromSpherical(...a), fromSpherical(...b)]),
    milkyWay: hazes(chart.milky_way),
  };
}
