// Where aircraft flew while this page looked on, and how their links fared: the newest part of each.

import { distance, lonLat, type LonLat } from "../map/geometry";
import type { FlightState, PlaceState } from "./types";

const STEP_M = 1.5;
const MOST_POINTS = 1500;
const DELAYS_KEPT = 120;
const DELAY_EVERY_MS = 500;

export interface Delay {
  linkMs: number | null;
  radioMs: number | null;
  pictureMs: number | null;
}

export class Track {
  points = $state.raw<LonLat[]>([]);
  delays = $state.raw<Delay[]>([]);
  #last: PlaceState | null = null;
  #delayAt = 0;

  note(flight: FlightState, now: number): void {
    if (now - this.#delayAt >= DELAY_EVERY_MS) {
      this.#delayAt = now;
      const { round_trip_ms, radio_delay_ms, picture_delay_ms } = flight.live;
      const delay = { linkMs: round_trip_ms ?? null, radioMs: radio_delay_ms ?? null, pictureMs: picture_delay_ms ?? null };
      this.delays = [...this.delays.slice(1 - DELAYS_KEPT), delay];
    }
    const here = flight.position;
    if (!here || flight.in_air !== true || (this.#last && distance(this.#last, here) < STEP_M)) return;
    this.#last = here;
    this.points = [...this.points.slice(1 - MOST_POINTS), lonLat(here)];
  }
}

const tracks = new Map<string, Track>();

export function trackOf(device: string): Track {
  const track = tracks.get(device) ?? new Track();
  tracks.set(device, track);
  return track;
}
