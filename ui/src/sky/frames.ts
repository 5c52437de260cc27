// From catalogue coordinates (J2000) to the sky above the station.
//
// Vectors are [x, y, z]. Equatorial: x to the equinox, z to the pole. Horizontal: x north, y east,
// z up. A matrix is nine numbers, row by row.

import { centuriesSinceJ2000, localSiderealDegrees, wrapDegrees } from "./time";

export type Vector = [number, number, number];
export type Matrix = readonly [
  number, number, number,
  number, number, number,
  number, number, number,
];

export const RAD = Math.PI / 180;

export function fromSpherical(longitudeDeg: number, latitudeDeg: number): Vector {
  const c = Math.cos(latitudeDeg * RAD);
  return [
    c * Math.cos(longitudeDeg * RAD),
    c * Math.sin(longitudeDeg * RAD),
    Math.sin(latitudeDeg * RAD),
  ];
}

export const apply = (m: Matrix, v: Vector): Vector => [
  m[0] * v[0] + m[1] * v[1] + m[2] * v[2],
  m[3] * v[0] + m[4] * v[1] + m[5] * v[2],
  m[6] * v[0] + m[7] * v[1] + m[8] * v[2],
];

/** The inverse of a rotation (or reflection), which is its transpose. */
export const inverse = (m: Matrix): Matrix => [m[0], m[3], m[6], m[1], m[4], m[7], m[2], m[5], m[8]];

export function multiply(a: Matrix, b: Matrix): Matrix {
  const cell = (row: number, column: number): number =>
    (a[row * 3] as number) * (b[column] as number) +
    (a[row * 3 + 1] as number) * (b[column + 3] as number) +
    (a[row * 3 + 2] as number) * (b[column + 6] as number);
  return [
    cell(0, 0), cell(0, 1), cell(0, 2),
    cell(1, 0), cell(1, 1), cell(1, 2),
    cell(2, 0), cell(2, 1), cell(2, 2),
  ];
}

/** Precession from J2000 to the mean equator and equinox of date (IAU 1976 angles). */
export function precession(utcMs: number): Matrix {
  const t = centuriesSinceJ2000(utcMs);
  const second = RAD / 3600;
  const zeta = (2306.2181 * t + 0.30188 * t * t + 0.017998 * t ** 3) * second;
  const z = (2306.2181 * t + 1.09468 * t * t + 0.018203 * t ** 3) * second;
  const theta = (2004.3109 * t - 0.42665 * t * t - 0.041833 * t ** 3) * second;
  const [cz, sz] = [Math.cos(z), Math.sin(z)];
  const [ct, st] = [Math.cos(theta), Math.sin(theta)];
  const [cx, sx] = [Math.cos(zeta), Math.sin(zeta)];
  return [
    cz * ct * cx - sz * sx, -cz * ct * sx - sz * cx, -cz * st,
    sz * ct * cx + cz * sx, -sz * ct * sx + cz * cx, -sz * st,
    st * cx, -st * sx, ct,
  ];
}

/** From J2000 to the horizon of a place at a moment, without refraction. */
export function toHorizon(utcMs: number, latitudeDeg: number, longitudeDeg: number): Matrix {
  const sidereal = localSiderealDegrees(utcMs, longitudeDeg) * RAD;
  const [c, s] = [Math.cos(sidereal), Math.sin(sidereal)];
  const [cl, sl] = [Math.cos(latitudeDeg * RAD), Math.sin(latitudeDeg * RAD)];
  const turn: Matrix = [
    -c * sl, -s * sl, cl,
    -s, c, 0,
    c * cl, s * cl, sl,
  ];
  return multiply(turn, precession(utcMs));
}

export interface HorizonPlace {
  azimuth: number;
  altitude: number;
}

export const toPlace = (v: Vector): HorizonPlace => ({
  azimuth: wrapDegrees(Math.atan2(v[1], v[0]) / RAD),
  altitude: Math.asin(Math.max(-1, Math.min(1, v[2]))) / RAD,
});

/** How much the air lifts a thing at this true altitude, in degrees (Saemundsson, sea level). */
export function refraction(altitudeDeg: number): number {
  if (altitudeDeg < -1.5) return 0;
  return 1.02 / 60 / Math.tan((altitudeDeg + 10.3 / (altitudeDeg + 5.11)) * RAD);
}

/** The direction as seen through the air. Above 20 degrees the lift is under 3 arcminutes. */
export function lifted(v: Vector): Vector {
  if (v[2] > 0.35 || v[2] < -0.026) return v;
  const place = toPlace(v);
  return fromSpherical(place.azimuth, place.altitude + refraction(place.altitude));
}
