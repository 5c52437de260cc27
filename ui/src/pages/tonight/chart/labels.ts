// Names on the chart: each is written only where no other stands.

import type { Context } from "./scene";

interface Box {
  x: number;
  y: number;
  width: number;
}

const LINE = 15;

export class Labels {
  #taken: Box[] = [];

  constructor(private readonly context: Context) {}

  /** Writes to the right of a spot, or not at all. */
  write(text: string, x: number, y: number): void {
    const width = this.context.measureText(text).width;
    const box = { x, y: y - LINE / 2, width };
    if (this.#taken.some((other) => overlaps(other, box))) return;
    this.#taken.push(box);
    this.context.fillText(text, x, y);
  }
}

const overlaps = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && Math.abs(a.y - b.y) < LINE;
