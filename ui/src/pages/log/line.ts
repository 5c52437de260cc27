// A log entry as one line of text, for copying and for searching.

import type { LogEntry } from "../../api/types";

export function lineOf(entry: LogEntry): string {
  const details = entry.details == null ? "" : JSON.stringify(entry.details);
  return [
    new Date(entry.utc_ms).toISOString(),
    entry.severity,
    entry.device ?? "-",
    entry.topic,
    entry.message,
    ...(details === "" || details === "{}" ? [] : [details]),
  ].join("  ");
}

/** What an entry holds beside its sentence, as rows; nothing when it holds nothing. */
export function detailsOf(entry: LogEntry): [string, string][] {
  if (entry.details === null || typeof entry.details !== "object") return [];
  return Object.entries(entry.details)
    .filter(([, value]) => value !== null && value !== "")
    .map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]);
}
