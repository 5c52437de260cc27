// Questions about an entry of the library that several parts ask.

import { libraryPath, query } from "../../api/client";
import type { LibraryEntry, LibraryFile } from "../../api/types";

const isFits = (file: LibraryFile): boolean => /\.fits?$/i.test(file.name);

/** Files that can be looked at, the stacked FITS first and single subs last. */
export function viewable(entry: LibraryEntry): LibraryFile[] {
  const rank = (file: LibraryFile): number => {
    if (isFits(file)) return /stack/i.test(file.name) ? 0 : 2;
    return /thumb/i.test(file.name) ? 4 : 1;
  };
  return entry.files
    .filter((file) => isFits(file) || /\.(jpe?g|png|tiff?)$/i.test(file.name))
    .sort((a, b) => rank(a) - rank(b));
}

export const fileUrl = (entry: string, name: string): string =>
  `/api/v1/${libraryPath(entry)}/files/${name.split("/").map(encodeURIComponent).join("/")}?download=1`;

export interface Stretch {
  black: number;
  mid: number;
  white: number;
}

export const previewUrl = (
  entry: string,
  file: string,
  stretch: Stretch | null,
  width: number,
): string =>
  `/api/v1/${libraryPath(entry)}/preview.jpg${query({
    file,
    black: stretch?.black.toFixed(6),
    mid: stretch?.mid.toFixed(6),
    white: stretch?.white.toFixed(6),
    width,
  })}`;

/** Where a level stands along a histogram's bins, both from 0 to 1. */
export function alongBins(level: number, scale: string | undefined): number {
  const v = Math.max(0, Math.min(1, level));
  return scale === "logarithmic" ? Math.max(0, 1 + Math.log(Math.max(1e-9, v)) / Math.log(65_535)) : v;
}
