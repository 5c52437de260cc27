// How the picture is looked at: which lens is large, what is laid over it. Remembered here only.

import { createContext } from "svelte";
import { Preference } from "../../app/preference.svelte";
import type { LiveStream } from "../../api/live.svelte";
import type { Lens } from "../../api/types";
import type { Histogram, Stars } from "./measure";

export class PictureView {
  lens = new Preference<Lens>("lens", "tele");
  crosshair = new Preference<boolean>("crosshair", true);
  grid = new Preference<boolean>("grid", false);
  histogram = new Preference<boolean>("histogram", true);
  stars = new Preference<boolean>("stars", false);
  /** The whole field with margins, instead of filling the page with its middle. */
  whole = new Preference<boolean>("whole", false);
  brightness = new Preference<number>("brightness", 1);
  contrast = new Preference<number>("contrast", 1);
  tab = new Preference<"point" | "shoot" | "focus" | "picture">("tab", "point");
  /** The next touch on the tele picture says where it shall be sharp. */
  focusPick = $state(false);
  measuredHistogram = $state.raw<Histogram | null>(null);
  measuredStars = $state.raw<Stars | null>(null);
  widths = $state.raw<number[]>([]);
  /** The last move by a click on the picture, and whether the sky was followed then. */
  move = $state.raw<{ at: number; tracked: boolean } | null>(null);

  constructor(readonly streams: Record<Lens, LiveStream>) {}

  get shown(): LiveStream {
    return this.streams[this.lens.value];
  }

  get other(): Lens {
    return this.lens.value === "tele" ? "wide" : "tele";
  }

  swap(): void {
    this.lens.value = this.other;
    this.measuredStars = null;
    this.widths = [];
  }

  noteStars(stars: Stars): void {
    this.measuredStars = stars;
    if (stars.fwhmPx !== null) this.widths = [...this.widths.slice(-79), stars.fwhmPx];
  }
}

export const [usePictureView, providePictureView] = createContext<PictureView>();
