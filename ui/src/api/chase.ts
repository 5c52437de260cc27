// How a player stays at the live edge of what has come: by going a little faster, or by a jump.

/** Behind the newest picture's end, seconds: less than this runs dry, more is late. */
export const NEAR_S = 0.06;
export const FAR_S = 0.16;
export const TOO_FAR_S = 0.4;
/** Where a jump lands. */
export const LAND_S = 0.1;

export interface Chase {
  rate: number;
  /** Where to jump to, when the way is too long to be caught up with. */
  to: number | null;
}

/** `end` is where what has come ends, `at` where the player is: both in seconds of the stream. */
export function chase(end: number, at: number): Chase {
  const behind = end - at;
  if (behind > TOO_FAR_S || behind < -TOO_FAR_S) return { rate: 1, to: Math.max(0, end - LAND_S) };
  if (behind > FAR_S) return { rate: 1.25, to: null };
  return { rate: behind < NEAR_S ? 0.9 : 1, to: null };
}
