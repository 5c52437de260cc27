// Sidereal time. UTC stands for UT1 here: they differ by less than a second, 15 arcseconds on the
// chart, and the telescope is never pointed by these numbers.

const J2000_UTC_MS = Date.UTC(2000, 0, 1, 12);
const DAY_MS = 86_400_000;

/** Days since J2000.0. */
export const daysSinceJ2000 = (utcMs: number): number => (utcMs - J2000_UTC_MS) / DAY_MS;

/** Julian centuries since J2000.0. */
export const centuriesSinceJ2000 = (utcMs: number): number => daysSinceJ2000(utcMs) / 36_525;

/** An angle in degrees brought into 0..360. */
export const wrapDegrees = (degrees: number): number => ((degrees % 360) + 360) % 360;

/** Greenwich mean sidereal time in degrees, by the expression of IAU 1982. */
export function greenwichSiderealDegrees(utcMs: number): number {
  const days = daysSinceJ2000(utcMs);
  const t = days / 36_525;
  return wrapDegrees(
    280.460_618_37 + 360.985_647_366_29 * days + 0.000_387_933 * t * t - (t * t * t) / 38_710_000,
  );
}

/** Local mean sidereal time in degrees; longitude counts east. */
export const localSiderealDegrees = (utcMs: number, longitudeDeg: number): number =>
  wrapDegrees(greenwichSiderealDegrees(utcMs) + longitudeDeg);
