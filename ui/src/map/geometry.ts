// Places on the ground, near enough to one another that the Earth's curve is a detail.

import type { PlaceState } from "../flight/types";

const EARTH_M = 6_371_008.8;
const RADIANS = Math.PI / 180;

/** Longitude first, as maps have it. */
export type LonLat = [number, number];

export const lonLat = (place: PlaceState): LonLat => [place.longitude_deg, place.latitude_deg];

/** Metres between two places along the ground. */
export function distance(a: PlaceState, b: PlaceState): number {
  const north = (b.latitude_deg - a.latitude_deg) * RADIANS;
  const east = (b.longitude_deg - a.longitude_deg) * RADIANS;
  const h =
    Math.sin(north / 2) ** 2 +
    Math.cos(a.latitude_deg * RADIANS) * Math.cos(b.latitude_deg * RADIANS) * Math.sin(east / 2) ** 2;
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** The direction from one place to another, clockwise from north, 0 to 360. */
export function bearing(a: PlaceState, b: PlaceState): number {
  const east = (b.longitude_deg - a.longitude_deg) * RADIANS;
  const [from, to] = [a.latitude_deg * RADIANS, b.latitude_deg * RADIANS];
  const y = Math.sin(east) * Math.cos(to);
  const x = Math.cos(from) * Math.sin(to) - Math.sin(from) * Math.cos(to) * Math.cos(east);
  return (Math.atan2(y, x) / RADIANS + 360) % 360;
}

/** The place so many metres away in a direction. */
export function moved(from: PlaceState, bearingDeg: number, metres: number): PlaceState {
  const north = metres * Math.cos(bearingDeg * RADIANS);
  const east = metres * Math.sin(bearingDeg * RADIANS);
  return {
    latitude_deg: from.latitude_deg + north / EARTH_M / RADIANS,
    longitude_deg: from.longitude_deg + east / (EARTH_M * Math.cos(from.latitude_deg * RADIANS)) / RADIANS,
  };
}

/** A closed ring around a place. */
export function circle(middle: PlaceState, radius: number, corners = 72): LonLat[] {
  return Array.from({ length: corners + 1 }, (_, i) => lonLat(moved(middle, (i * 360) / corners, radius)));
}

/** Whether a place lies in a polygon. */
export function inside(polygon: PlaceState[], place: PlaceState): boolean {
  let within = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const [a, b] = [polygon[i], polygon[j]];
    if (!a || !b || a.latitude_deg > place.latitude_deg === b.latitude_deg > place.latitude_deg) continue;
    const part = (place.latitude_deg - a.latitude_deg) / (b.latitude_deg - a.latitude_deg);
    if (place.longitude_deg < a.longitude_deg + part * (b.longitude_deg - a.longitude_deg)) within = !within;
  }
  return within;
}

/** The shortest of 1, 2, 5, 10, ... metres that is at least so many pixels long. */
export function scaleBar(metresPerPixel: number, leastPx: number): { metres: number; px: number } {
  const least = metresPerPixel * leastPx;
  const power = 10 ** Math.floor(Math.log10(least));
  const metres = [1, 2, 5, 10].map((step) => step * power).find((step) => step >= least) ?? least;
  return { metres, px: metres / metresPerPixel };
}

/** `480 m`, `1.2 km`. */
export function metres(value: number): string {
  if (value < 1000) return `${Math.round(value)} m`;
  return `${(value / 1000).toFixed(value < 10_000 ? 1 : 0)} km`;
}
