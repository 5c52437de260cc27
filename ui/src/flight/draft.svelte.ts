// The corners of a fence while they are drawn on the map.

import type { PlaceState } from "./types";

const LEAST = 3;
/** As many as the station takes. */
const MOST = 500;

export class FenceDraft {
  /** Null while nobody draws. */
  corners = $state.raw<PlaceState[] | null>(null);

  get drawing(): boolean {
    return this.corners !== null;
  }

  /** Two corners fence nothing in. */
  get closed(): boolean {
    return this.corners === null || this.corners.length === 0 || this.corners.length >= LEAST;
  }

  begin(from: PlaceState[]): void {
    this.corners = [...from];
  }

  add(place: PlaceState): void {
    if (this.corners && this.corners.length < MOST) this.corners = [...this.corners, place];
  }

  remove(at: number): void {
    this.corners = this.corners?.filter((_, index) => index !== at) ?? null;
  }

  end(): void {
    this.corners = null;
  }
}
