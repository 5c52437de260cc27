// The background noise of a growing stack, measured on its picture as often as a sub is added.

export interface NoisePoint {
  subs: number;
  sigma: number;
}

const KEPT = 600;

const tracks = new Map<string, NoiseTrack>();

export class NoiseTrack {
  points: NoisePoint[] = [];
  #heldSubs = -1;
  #framesThen = 0;

  /** Says how many subs the picture holds; true when a fresh picture of that count is due. */
  due(subs: number, frames: number): boolean {
    if (subs < this.#heldSubs) this.points = [];
    if (subs !== this.#heldSubs) {
      this.#heldSubs = subs;
      this.#framesThen = frames;
      return false;
    }
    // Counts and pictures come on two ways: only a picture that came after the count holds the sub.
    const last = this.points.at(-1)?.subs ?? 0;
    return subs > 0 && subs > last && frames > this.#framesThen;
  }

  /** The track of a device's stack, which goes on while other pages are looked at. */
  static of(device: string): NoiseTrack {
    const track = tracks.get(device) ?? new NoiseTrack();
    tracks.set(device, track);
    return track;
  }

  add(subs: number, sigma: number): void {
    this.points = [...this.points, { subs, sigma }].slice(-KEPT);
  }
}
