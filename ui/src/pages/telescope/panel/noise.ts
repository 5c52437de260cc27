// The background noise of a growing stack, measured on its picture as often as a sub is added.

import { backgroundNoise, contrastAgainst, lightOf, type Light, type Pixels } from "../measure";

export interface NoisePoint {
  subs: number;
  sigma: number;
}

const KEPT = 600;

const tracks = new Map<string, NoiseTrack>();

export class NoiseTrack {
  points: NoisePoint[] = [];
  #first: Light | null = null;
  #heldSubs = -1;
  #measuredSubs = 0;
  #framesThen = 0;

  /** Says how many subs the picture holds; true when a fresh picture of that count is due. */
  due(subs: number, frames: number): boolean {
    if (subs < this.#heldSubs) {
      this.points = [];
      this.#measuredSubs = 0;
    }
    if (subs !== this.#heldSubs) {
      this.#heldSubs = subs;
      this.#framesThen = frames;
      return false;
    }
    // Counts and pictures come on two ways: only a picture that came after the count holds the sub.
    return subs > 0 && subs > this.#measuredSubs && frames > this.#framesThen;
  }

  /** The track of a device's stack, which goes on while other pages are looked at. */
  static of(device: string): NoiseTrack {
    const track = tracks.get(device) ?? new NoiseTrack();
    tracks.set(device, track);
    return track;
  }

  /** Measures a picture of the stack. Its noise counts in display levels of the first picture. */
  measure(subs: number, pixels: Pixels): void {
    this.#measuredSubs = subs;
    const sigma = backgroundNoise(pixels);
    if (sigma === null) return;
    const light = lightOf(pixels);
    if (this.points.length === 0) this.#first = light;
    const contrast = this.#first && this.points.length > 0 ? contrastAgainst(this.#first, light) : 1;
    // Without stars to compare by, the picture tells nothing that could be drawn.
    if (contrast !== null) this.add(subs, sigma / contrast);
  }

  add(subs: number, sigma: number): void {
    this.#measuredSubs = subs;
    this.points = [...this.points, { subs, sigma }].slice(-KEPT);
  }
}
