// Numbers as people of the field write them.

import { language, words } from "../words/words.svelte";

const two = (n: number): string => String(n).padStart(2, "0");

/** Right ascension: `00h 42m 44.3s`. */
export function hours(value: number): string {
  const tenths = Math.round((((value % 24) + 24) % 24) * 36_000) % 864_000;
  const seconds = (tenths % 600) / 10;
  const minutes = Math.floor(tenths / 600) % 60;
  const text = seconds.toFixed(1).padStart(4, "0");
  return `${two(Math.floor(tenths / 36_000))}h ${two(minutes)}m ${text}s`;
}

/** Declination: `+41° 16′ 09″`. */
export function degrees(value: number): string {
  const total = Math.round(Math.abs(value) * 3600);
  const sign = value < 0 ? "−" : "+";
  return `${sign}${two(Math.floor(total / 3600))}° ${two(Math.floor(total / 60) % 60)}′ ${two(total % 60)}″`;
}

/** A plain angle: `41.3°`. */
export const angle = (value: number, digits = 1): string =>
  `${value < 0 ? "−" : ""}${Math.abs(value).toFixed(digits)}°`;

/** A span of time in seconds: `1 min 15 s`. */
export function duration(value: number): string {
  const seconds = Math.max(0, Math.round(value));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${two(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
}

/** An exposure in seconds: `1/30 s`, `15 s`. */
export const exposure = (seconds: number): string =>
  seconds > 0 && seconds < 0.4 ? `1/${Math.round(1 / seconds)} s` : `${+seconds.toFixed(2)} s`;

export function bytes(value: number): string {
  if (value < 1e3) return `${value} B`;
  if (value < 1e6) return `${(value / 1e3).toFixed(0)} kB`;
  if (value < 1e9) return `${(value / 1e6).toFixed(1)} MB`;
  return `${(value / 1e9).toFixed(2)} GB`;
}

function parts(utcMs: number, zone: string, options: Intl.DateTimeFormatOptions): string {
  try {
    return new Intl.DateTimeFormat(language.locale, { timeZone: zone, ...options }).format(utcMs);
  } catch {
    return new Intl.DateTimeFormat(language.locale, { timeZone: "UTC", ...options }).format(utcMs);
  }
}

/** `22:40:07` in a zone. */
export const clockTime = (utcMs: number, zone: string): string =>
  parts(utcMs, zone, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });

/** `22:40` in a zone. */
export const shortTime = (utcMs: number, zone: string): string =>
  parts(utcMs, zone, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** `21 Nov 2026` in a zone. */
export const day = (utcMs: number, zone: string): string =>
  parts(utcMs, zone, { day: "numeric", month: "short", year: "numeric" });

/** What kind of thing in the sky, in words. */
export const kindWords = (kind: string): string => words.kinds[kind.replaceAll(" ", "_")] ?? kind.replaceAll("_", " ");

export const compass = (azimuth: number): string =>
  words.eighths[Math.round((((azimuth % 360) + 360) % 360) / 45) % 8] ?? "";

/** What a device says as a sentence: some begin small and end without a stop. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  if (trimmed === "") return "";
  const begun = trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
  return /[.!?…]$/.test(begun) ? begun : `${begun}.`;
}

/** A choice of a setting without the word its label says already: "VIS Filter" is "VIS". */
export const choiceWords = (name: string): string => name.replace(/\s+filter$/i, "");
