// Which keys are sticks. Only a key that was seen to go down counts, and only until it, the page or
// the person lets go.

import { STILL, type Deflection } from "./sticks";

/** A key that repeated and then fell silent for so long without a key-up: its key-up was lost. */
const LOST_AFTER_MS = 700;
const GENTLE = 0.4;
const FULL = 1;

/** By place on the keyboard, so that W is where it is on every layout. */
const AXES: Record<string, Partial<Deflection>> = {
  KeyW: { forward: 1 },
  KeyS: { forward: -1 },
  KeyD: { right: 1 },
  KeyA: { right: -1 },
  KeyE: { clockwise: 1 },
  KeyQ: { clockwise: -1 },
  ArrowUp: { up: 1 },
  ArrowDown: { up: -1 },
  ArrowRight: { clockwise: 1 },
  ArrowLeft: { clockwise: -1 },
};

interface Key {
  code: string;
  repeat: boolean;
  shiftKey: boolean;
  ctrlKey: boolean;
  altKey: boolean;
  metaKey: boolean;
}

export class StickKeys {
  #down = new Set<string>();
  #full = false;
  /** Only the key pressed last repeats, and not on every system: watched once it has been seen to. */
  #repeating: { code: string; at: number } | null = null;

  static has(code: string): boolean {
    return code in AXES;
  }

  get held(): boolean {
    return this.#down.size > 0;
  }

  /** Whether the key belongs to the sticks. Browsers tell no key-up below Ctrl, Alt or Meta. */
  down(key: Key, now = 0): boolean {
    this.#full = key.shiftKey;
    const repeats = key.repeat && this.#down.has(key.code);
    this.#repeating = repeats ? { code: key.code, at: now } : null;
    if (!StickKeys.has(key.code) || key.ctrlKey || key.altKey || key.metaKey) return false;
    if (!key.repeat) this.#down.add(key.code);
    return true;
  }

  up(key: Key): void {
    this.#full = key.shiftKey;
    this.#repeating = null;
    this.#down.delete(key.code);
  }

  clear(): void {
    this.#down.clear();
    this.#repeating = null;
  }

  /** Whether a key-up was lost: the key repeated, and does no more. */
  lost(now: number): boolean {
    return this.#repeating !== null && this.#down.has(this.#repeating.code) && now - this.#repeating.at > LOST_AFTER_MS;
  }

  get deflection(): Deflection {
    const sum = { ...STILL };
    for (const code of this.#down) {
      for (const [axis, to] of Object.entries(AXES[code] ?? {})) sum[axis as keyof Deflection] += to;
    }
    const far = this.#full ? FULL : GENTLE;
    const axis = (value: number): number => Math.max(-1, Math.min(1, value)) * far;
    return { forward: axis(sum.forward), right: axis(sum.right), up: axis(sum.up), clockwise: axis(sum.clockwise) };
  }
}

const DEAD = 0.12;
const eased = (value: number | undefined): number => {
  const v = value ?? 0;
  return Math.abs(v) < DEAD ? 0 : (Math.sign(v) * (Math.abs(v) - DEAD)) / (1 - DEAD);
};

/** A gamepad in the standard layout, flown as most remote controllers are (mode 2). */
export const padDeflection = (axes: readonly number[]): Deflection => ({
  clockwise: eased(axes[0]),
  up: -eased(axes[1]) + 0,
  right: eased(axes[2]),
  forward: -eased(axes[3]) + 0,
});
