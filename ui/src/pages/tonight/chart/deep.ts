// Stars fainter than the chart's own, asked for where the chart is zoomed into.

import { get, query } from "../../../api/client";
import type { Chart } from "../../../api/types";
import { apply, inverse, toPlace, type Matrix } from "../../../sky/frames";
import type { SkyView } from "../../../sky/projection";
import { starField, type StarField } from "./catalogue";

const WIDEST_FIELD = 16;
const SETTLE_MS = 250;
const MOST = 4000;
const DRAWN_ALREADY = 6.5;

export class DeepStars {
  field: StarField | null = null;
  #ra = 0;
  #dec = 0;
  #radius = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly came: () => void) {}

  /** Looks whether the stars held still cover the view; asks for others when not. */
  follow(view: SkyView, turn: Matrix): void {
    if (view.field > WIDEST_FIELD) {
      this.field = null;
      this.#radius = 0;
      return;
    }
    const centre = toPlace(apply(inverse(turn), view.unproject(view.width / 2, view.height / 2)));
    const half = Math.hypot(view.width, view.height) / 2 / view.pixelsPerDegree;
    const away = Math.hypot(
      (((centre.azimuth - this.#ra + 540) % 360) - 180) * Math.cos((centre.altitude * Math.PI) / 180),
      centre.altitude - this.#dec,
    );
    if (this.#radius >= away + half && this.#radius < half * 5) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(centre.azimuth, centre.altitude, half * 1.6), SETTLE_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  async #ask(ra: number, dec: number, wanted: number): Promise<void> {
    const radius = Math.min(20, wanted);
    try {
      const path = `sky/stars${query({ ra: ra.toFixed(4), dec: dec.toFixed(4), radius: radius.toFixed(3), limit: MOST })}`;
      const answer = await get<{ stars: Chart["stars"] } | Chart["stars"]>(path);
      const rows = Array.isArray(answer) ? answer : answer.stars;
      this.field = starField(rows.filter((row) => row[2] > DRAWN_ALREADY));
      [this.#ra, this.#dec, this.#radius] = [ra, dec, radius];
      this.came();
    } catch {
      // The chart's own stars do without.
    }
  }
}
