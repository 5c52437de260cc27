// Numbers of flight as people read them; what is not known is a dash, never a zero.

const NONE = "–";
const signed = (value: number, digits: number): string => `${value < 0 ? "−" : ""}${Math.abs(value).toFixed(digits)}`;

export const height = (m: number | null | undefined): string => (m == null ? NONE : `${signed(m, Math.abs(m) < 100 ? 1 : 0)} m`);
export const speed = (mS: number | null | undefined): string => (mS == null ? NONE : `${signed(mS, 1)} m/s`);
export const percent = (part: number | null | undefined): string => (part == null ? NONE : `${Math.round(part)} %`);
export const heading = (deg: number | null | undefined): string =>
  deg == null ? NONE : `${String(Math.round(((deg % 360) + 360) % 360) % 360).padStart(3, "0")}°`;
export const delay = (ms: number | null | undefined): string => (ms == null ? NONE : `${Math.round(ms)} ms`);
/** `12:05` minutes and seconds. */
export function clock(seconds: number | null | undefined): string {
  if (seconds == null) return NONE;
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
