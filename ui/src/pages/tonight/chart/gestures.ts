// Dragging, zooming and picking on the chart, by finger, mouse and key.

import { toPlace } from "../../../sky/frames";
import type { SkyView, Spot } from "../../../sky/projection";

const TAP_PX = 6;
const WHEEL_STEP = 60;

export class Gestures {
  #pointers = new Map<number, Spot>();
  #travelled = 0;

  constructor(
    private readonly view: SkyView,
    private readonly changed: () => void,
    private readonly pick: (spot: Spot) => void,
  ) {}

  down(event: PointerEvent): void {
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
    if (this.#pointers.size === 0) this.#travelled = 0;
    this.#pointers.set(event.pointerId, at(event));
  }

  move(event: PointerEvent): void {
    const before = this.#pointers.get(event.pointerId);
    if (!before) return;
    const here = at(event);
    this.#travelled += Math.hypot(here.x - before.x, here.y - before.y);
    const other = [...this.#pointers].find(([id]) => id !== event.pointerId)?.[1];
    if (other) this.#pinch(before, here, other);
    else this.#drag(before, here);
    this.#pointers.set(event.pointerId, here);
    this.changed();
  }

  up(event: PointerEvent): void {
    const known = this.#pointers.delete(event.pointerId);
    if (known && this.#pointers.size === 0 && this.#travelled <= TAP_PX) this.pick(at(event));
  }

  cancel(event: PointerEvent): void {
    this.#pointers.delete(event.pointerId);
  }

  wheel(event: WheelEvent): void {
    event.preventDefault();
    const by = Math.max(-WHEEL_STEP, Math.min(WHEEL_STEP, event.deltaY));
    this.#zoomAt(at(event), Math.exp(by * 0.004));
  }

  key(event: KeyboardEvent): void {
    const { view } = this;
    const step = view.field / 12;
    const acts: Record<string, () => void> = {
      ArrowLeft: () => view.look(view.azimuth - step, view.altitude, view.field),
      ArrowRight: () => view.look(view.azimuth + step, view.altitude, view.field),
      ArrowUp: () => view.look(view.azimuth, view.altitude + step, view.field),
      ArrowDown: () => view.look(view.azimuth, view.altitude - step, view.field),
      "+": () => view.look(view.azimuth, view.altitude, view.field / 1.25),
      "-": () => view.look(view.azimuth, view.altitude, view.field * 1.25),
    };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
    this.changed();
  }

  #drag(before: Spot, here: Spot): void {
    const { view } = this;
    // Near the zenith a small way on the picture is a large turn of azimuth.
    const squeeze = Math.max(0.12, Math.cos((view.altitude * Math.PI) / 180));
    view.look(
      view.azimuth - (here.x - before.x) / view.pixelsPerDegree / squeeze,
      view.altitude + (here.y - before.y) / view.pixelsPerDegree,
      view.field,
    );
  }

  #pinch(before: Spot, here: Spot, other: Spot): void {
    const gap = (p: Spot): number => Math.max(10, Math.hypot(p.x - other.x, p.y - other.y));
    const between = { x: (here.x + other.x) / 2, y: (here.y + other.y) / 2 };
    this.#zoomAt(between, gap(before) / gap(here));
  }

  /** What is under the finger stays under it. */
  #zoomAt(spot: Spot, factor: number): void {
    const { view } = this;
    const before = toPlace(view.unproject(spot.x, spot.y));
    view.look(view.azimuth, view.altitude, view.field * factor);
    const after = toPlace(view.unproject(spot.x, spot.y));
    const turn = ((before.azimuth - after.azimuth + 540) % 360) - 180;
    const steady = Math.abs(turn) < 60 ? turn : 0;
    view.look(view.azimuth + steady, view.altitude + before.altitude - after.altitude, view.field);
    this.changed();
  }
}

function at(event: PointerEvent | WheelEvent): Spot {
  const box = (event.currentTarget as Element).getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
}
