// The station's own horizon: heights of trees and houses around it, joined by straight lines.

import type { HorizonPoint } from "../api/types";

/** How high the line stands at an azimuth; 0 without a line. Points in order of azimuth; degrees. */
export function heightAt(points: readonly HorizonPoint[], azimuth: number): number {
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last) return 0;
  const at = ((azimuth % 360) + 360) % 360;
  const next = points.find((point) => point.azimuth_deg >= at) ?? { ...first, azimuth_deg: first.azimuth_deg + 360 };
  const before = points.filter((point) => point.azimuth_deg <= at).at(-1) ?? { ...last, azimuth_deg: last.azimuth_deg - 360 };
  const gap = next.azimuth_deg - before.azimuth_deg;
  if (gap === 0) return next.altitude_deg;
  return before.altitude_deg + ((next.altitude_deg - before.altitude_deg) * (at - before.azimuth_deg)) / gap;
}
