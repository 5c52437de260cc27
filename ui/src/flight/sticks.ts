// The page's half of the dead-man: what may be said to an aircraft, and when nothing may be said.
//
// A machine without clock, socket and browser. Whoever owns it tells it what hands do and what the
// hub says, and sends what it gives:
//
//   hands ── deflect ──► Sticks ── push, release ──► hub ──► aircraft
//                          ▲──────── nonce ────────── hub
//
// - A push is said only while a stick is off centre, and only with a nonce seen a moment ago.
// - Centre again: zero is said at once, and twice more.
// - Taking the sticks begins with all of them truly centred; one that is held must be let go first.
// - Letting go, for whatever reason, says zero and release, forgets what is held, and whatever was
//   held counts again only after it was centred.

/** Deflections, -1 to 1 each, as the person at the sticks sees them. */
export interface Deflection {
  forward: number;
  right: number;
  up: number;
  clockwise: number;
}

/** What full deflection means. */
export interface Rates {
  level_m_s: number;
  up_m_s: number;
  turn_deg_s: number;
}

/** Why a hand leaves the sticks, in the hub's words. */
export type Release = "released" | "blur" | "hidden" | "gamepad_gone" | "taken_over" | "lease_lost" | "socket_closed" | "exit";

export type Message =
  | ({ nonce: string; sequence: number } & Deflection)
  | { release: true; why: Release };

export type Output = { do: "open" } | { do: "close" } | { do: "send"; message: Message };

export type Phase =
  /** Nobody flies by hand. */
  | "off"
  /** The hub is asked for the sticks. */
  | "opening"
  /** Held; all sticks must be seen centred. */
  | "centring"
  /** What is deflected is flown. */
  | "live";

export const SEND_EVERY_MS = 60;
/** The hub takes no push whose nonce is older than 300 ms; a part of that is the way back. */
export const FRESH_MS = 200;
/** So long without a nonce, and the hub has let the aircraft stand. */
const STALL_MS = 350;
/** The hub opens with zero frames for so long. */
const OPENING_MS = 350;
const ZEROS = 3;

export const STILL: Deflection = { forward: 0, right: 0, up: 0, clockwise: 0 };
const AXES = ["forward", "right", "up", "clockwise"] as const;

export const isStill = (one: Deflection): boolean => AXES.every((axis) => one[axis] === 0);

/** Nothing but numbers from -1 to 1; what is no number is no deflection. */
function tamed(one: Deflection): Deflection {
  const axis = (value: number): number => (Number.isFinite(value) ? Math.max(-1, Math.min(1, value)) : 0);
  return { forward: axis(one.forward), right: axis(one.right), up: axis(one.up), clockwise: axis(one.clockwise) };
}

interface Source {
  now: Deflection;
  /** Held when the sticks were let go: does not count until it was centred. */
  locked: boolean;
}

export class Sticks {
  phase: Phase = "off";
  /** Why the sticks were let go last. */
  left: Release | null = null;
  /** The hub was not heard while a stick was held: it must be centred before it counts again. */
  stalled = false;
  #sources = new Map<string, Source>();
  #nonce: { text: string; at: number } | null = null;
  #heldSince = 0;
  #sequence = 0;
  #sentAt = -Infinity;
  #zeros = 0;
  #output: Output[] = [];

  constructor(public rates: Rates) {}

  /** What all sources together ask. */
  get deflection(): Deflection {
    const sum = { ...STILL };
    for (const { now, locked } of this.#sources.values()) {
      if (locked) continue;
      for (const axis of AXES) sum[axis] += now[axis];
    }
    return tamed(sum);
  }

  /** Whether any stick is away from its centre, counted or not. */
  get touched(): boolean {
    return [...this.#sources.values()].some((source) => !isStill(source.now));
  }

  /** A person wants to fly by hand. */
  take(): void {
    if (this.phase !== "off") return;
    this.phase = "opening";
    this.left = null;
    this.stalled = false;
    this.#nonce = null;
    this.#lock();
    this.#output.push({ do: "open" });
  }

  /** A stick stands somewhere: a pad, the keyboard, a gamepad, each by its name. */
  deflect(name: string, to: Deflection, now: number): void {
    const deflection = tamed(to);
    const still = isStill(deflection);
    const source = this.#sources.get(name);
    this.#sources.set(name, { now: deflection, locked: !still && (source?.locked ?? this.phase !== "live") });
    if (this.phase !== "live") return;
    if (isStill(this.deflection)) this.#stand(now);
    else this.#say(now);
  }

  /** A nonce came. */
  hear(nonce: string, now: number): void {
    if (this.phase === "off") return;
    this.#nonce = { text: nonce, at: now };
    if (this.phase === "opening") {
      this.phase = "centring";
      this.#heldSince = now;
    }
    this.tick(now);
  }

  /** The hub says that a push did not count. */
  refused(why: string): void {
    if (why === "centre_first" && this.phase === "live") this.#centreFirst();
  }

  /** The hub, or the network, took the sticks away. */
  lost(why: Release): void {
    if (this.phase === "off") return;
    this.#leave(why);
  }

  /** The person lets go, or the page does for them. */
  letGo(why: Release, now: number): void {
    this.#lock();
    if (this.phase === "off") return;
    if (this.phase !== "opening" && this.#fresh(now)) this.#push(STILL, now);
    this.#output.push({ do: "send", message: { release: true, why } });
    this.#leave(why);
  }

  /** Time has passed; call it every few hundredths of a second. */
  tick(now: number): void {
    if (this.phase === "off" || this.phase === "opening") return;
    if (this.phase === "live" && !isStill(this.deflection)) {
      if (this.#fresh(now)) this.#say(now);
      else if (now - this.#heardAt() > STALL_MS) this.#stall();
      return;
    }
    const asks = this.phase === "centring" ? !this.touched : this.#zeros > 0;
    if (!asks || !this.#fresh(now) || now - this.#sentAt < SEND_EVERY_MS) return;
    this.#zeros = Math.max(0, this.#zeros - 1);
    this.#push(STILL, now);
    if (this.phase !== "centring" || now - this.#heldSince < OPENING_MS) return;
    this.phase = "live";
    this.stalled = false;
    for (const source of this.#sources.values()) source.locked = false;
  }

  poll(): Output | null {
    return this.#output.shift() ?? null;
  }

  #heardAt(): number {
    return this.#nonce?.at ?? -Infinity;
  }

  #fresh(now: number): boolean {
    return this.#nonce !== null && now - this.#nonce.at <= FRESH_MS;
  }

  #say(now: number): void {
    if (!this.#fresh(now) || now - this.#sentAt < SEND_EVERY_MS) return;
    this.#push(this.deflection, now);
    this.#zeros = ZEROS;
  }

  /** All centred: the zero does not wait for its turn. */
  #stand(now: number): void {
    if (this.#zeros === 0) return;
    this.#zeros = ZEROS - 1;
    if (this.#fresh(now)) this.#push(STILL, now);
  }

  #push(to: Deflection, now: number): void {
    if (!this.#nonce) return;
    const { level_m_s, up_m_s, turn_deg_s } = this.rates;
    const round = (value: number): number => Math.round(value * 100) / 100 + 0;
    this.#sentAt = now;
    this.#output.push({
      do: "send",
      message: {
        nonce: this.#nonce.text,
        sequence: ++this.#sequence,
        forward: round(to.forward * level_m_s),
        right: round(to.right * level_m_s),
        up: round(to.up * up_m_s),
        clockwise: round(to.clockwise * turn_deg_s),
      },
    });
  }

  #stall(): void {
    this.stalled = true;
    this.#centreFirst();
  }

  #centreFirst(): void {
    this.phase = "centring";
    this.#lock();
  }

  #lock(): void {
    this.#zeros = 0;
    for (const source of this.#sources.values()) source.locked = !isStill(source.now);
  }

  #leave(why: Release): void {
    this.phase = "off";
    this.left = why;
    this.#nonce = null;
    this.#lock();
    this.#output.push({ do: "close" });
  }
}
