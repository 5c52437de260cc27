// The chart's view: a stereographic picture of the sky around one direction, upright.

import { fromSpherical, RAD, type Vector } from "./frames";

export interface Spot {
  x: number;
  y: number;
}

const LOWEST = -12;
const NARROWEST = 1.2;
const WIDEST = 150;

export class SkyView {
  azimuth = 180;
  altitude = 35;
  /** Height of the field in degrees. */
  field = 75;
  scale = 1;
  #right: Vector = [0, 1, 0];
  #up: Vector = [0, 0, 1];
  #forward: Vector = [1, 0, 0];

  constructor(
    public width: number,
    public height: number,
  ) {
    this.look(this.azimuth, this.altitude, this.field);
  }

  resize(width: number, height: number): void {
    this.width = Math.max(1, width);
    this.height = Math.max(1, height);
    this.look(this.azimuth, this.altitude, this.field);
  }

  look(azimuth: number, altitude: number, field: number): void {
    this.azimuth = ((azimuth % 360) + 360) % 360;
    this.altitude = Math.max(LOWEST, Math.min(90, altitude));
    this.field = Math.max(NARROWEST, Math.min(WIDEST, field));
    // The field is measured along the shorter side, so that a phone sees as much as a wide screen.
    const half = Math.min(this.width, this.height) / 2;
    this.scale = half / (2 * Math.tan((this.field * RAD) / 4));
    const [a, h] = [this.azimuth * RAD, this.altitude * RAD];
    this.#forward = fromSpherical(this.azimuth, this.altitude);
    this.#right = [-Math.sin(a), Math.cos(a), 0];
    this.#up = [-Math.sin(h) * Math.cos(a), -Math.sin(h) * Math.sin(a), Math.cos(h)];
  }

  /** Where a direction lies on the picture; nothing when it lies far behind. */
  project(v: Vector): Spot | null {
    const c = this.#dot(v, this.#forward);
    if (c < -0.55) return null;
    const k = (2 * this.scale) / (1 + c);
    return {
      x: this.width / 2 + k * this.#dot(v, this.#right),
      y: this.height / 2 - k * this.#dot(v, this.#up),
    };
  }

  /** The direction at a spot of the picture. */
  unproject(x: number, y: number): Vector {
    const px = (x - this.width / 2) / this.scale;
    const py = (this.height / 2 - y) / this.scale;
    const square = px * px + py * py;
    const c = (4 - square) / (4 + square);
    const k = (1 + c) / 2;
    const along = (i: 0 | 1 | 2): number =>
      this.#forward[i] * c + this.#right[i] * px * k + this.#up[i] * py * k;
    return [along(0), along(1), along(2)];
  }

  /** Pixels per degree in the middle. */
  get pixelsPerDegree(): number {
    return this.scale * RAD;
  }

  visible(spot: Spot, margin = 8): boolean {
    return (
      spot.x > -margin &&
      spot.y > -margin &&
      spot.x < this.width + margin &&
      spot.y < this.height + margin
    );
  }

  #dot(a: Vector, b: Vector): number {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  }
}

/** Corners of a camera's upright field around a direction of the horizon, as directions. */
export function fieldOutline(azimuth: number, altitude: number, size: [number, number]): Vector[] {
  const f = fromSpherical(azimuth, altitude);
  const [a, h] = [azimuth * RAD, altitude * RAD];
  const right: Vector = [-Math.sin(a), Math.cos(a), 0];
  const up: Vector = [-Math.sin(h) * Math.cos(a), -Math.sin(h) * Math.sin(a), Math.cos(h)];
  const [tx, ty] = [Math.tan((size[0] * RAD) / 2), Math.tan((size[1] * RAD) / 2)];
  const corners: [number, number][] = [[-1, 1], [1, 1], [1, -1], [-1, -1], [-1, 1]];
  const outline: Vector[] = [];
  const steps = 8;
  for (let i = 0; i + 1 < corners.length; i++) {
    const [from, to] = [corners[i] as [number, number], corners[i + 1] as [number, number]];
    for (let k = 0; k <= steps; k++) {
      const x = (from[0] + ((to[0] - from[0]) * k) / steps) * tx;
      const y = (from[1] + ((to[1] - from[1]) * k) / steps) * ty;
      const v: Vector = [
        f[0] + right[0] * x + up[0] * y,
        f[1] + right[1] * x + up[1] * y,
        f[2] + right[2] * x + up[2] * y,
      ];
      const n = Math.hypot(...v);
      outline.push([v[0] / n, v[1] / n, v[2] / n]);
    }
  }
  return outline;
}
