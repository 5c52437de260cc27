// A flight as a person at the page makes it, with the aircraft's own state as the judge.

import { id, press, say, SECOND } from "./browser.mjs";

export const ZERO_WITHIN_MS = 100;
export const LOOK_EVERY_MS = 100;
export const FAST_M_S = 1;

export class Flight {
  constructor(page, patience) {
    this.page = page;
    this.patience = patience;
    this.said = [];
    page.on("websocket", (socket) => {
      if (!socket.url().endsWith("/flight/sticks")) return;
      socket.on("framesent", ({ payload }) => this.said.push({ at: Date.now(), ...JSON.parse(String(payload)) }));
    });
  }

  device() {
    return this.page.evaluate(async () => (await (await fetch("/api/v1/devices")).json()).find((one) => one.state.flight));
  }

  async state() {
    return (await this.device()).state.flight;
  }

  async wait(seen, what, meanwhile = null) {
    const until = Date.now() + this.patience;
    for (;;) {
      const state = await this.state();
      if (seen(state)) return state;
      await meanwhile?.();
      if (Date.now() > until) throw new Error(`${what}: ${JSON.stringify({ mode: state.mode, speed: state.speed, heights: state.heights, live: state.live })}`);
      await this.page.waitForTimeout(LOOK_EVERY_MS);
    }
  }

  phase(name) {
    return this.page.waitForSelector(`${id("deck")}[data-phase="${name}"]`, { timeout: 15 * SECOND });
  }

  async takeSticks() {
    if ((await this.page.getAttribute(id("deck"), "data-phase")) !== "live") await press(this.page, "by-hand", this.patience);
    await this.phase("live");
    await this.page.evaluate(() => document.activeElement?.blur());
  }

  /** A page that stood still wants a stick let go before it counts again: what a person then does. */
  async recentre(push, letGo) {
    if ((await this.page.getAttribute(id("deck"), "data-phase")) !== "centring") return;
    await letGo();
    await this.phase("live");
    await push();
  }

  /** Pushes a stick until something is seen. */
  async keep(push, letGo, seen, what) {
    await push();
    return this.wait(seen, what, () => this.recentre(push, letGo));
  }

  /** Holds a key until something is seen. */
  hold(key, seen, what) {
    const { keyboard } = this.page;
    return this.keep(
      () => keyboard.down(key),
      () => keyboard.up(key),
      seen,
      what,
    );
  }

  /** Flies ahead by the key W, does something that must end it, and sees that it ended in time. */
  async endedBy(what, act, { released = true, since = null } = {}) {
    await this.takeSticks();
    await this.page.keyboard.down("Shift");
    await this.hold("w", (state) => (state.speed?.level_m_s ?? 0) > FAST_M_S, `${what}: it does not fly ahead`);
    const begun = Date.now();
    await act();
    await this.page.waitForTimeout(400);
    const from = since ? await since() : begun;
    await this.page.keyboard.up("w");
    await this.page.keyboard.up("Shift");
    const after = this.said.filter((message) => message.at >= from - 20);
    const zero = after.find((message) => message.release || (message.forward === 0 && message.right === 0));
    if (!zero) throw new Error(`${what}: no zero and no release was sent`);
    const late = after.filter((message) => message.at > zero.at && message.forward > 0);
    if (late.length > 0) throw new Error(`${what}: ${late.length} pushes came after the zero`);
    if (zero.at - from > ZERO_WITHIN_MS * 3) throw new Error(`${what}: the zero came after ${zero.at - from} ms`);
    if (released && !after.some((message) => message.release)) throw new Error(`${what}: the sticks were not released`);
    await this.wait((state) => (state.speed?.level_m_s ?? 0) < 0.3, `${what}: it flies on`);
    say(`      ${what}: zero after ${zero.at - from} ms`);
  }
}

/** Arms it, after a wrong serial number was refused. */
export async function arm(flight) {
  const { state } = await flight.device();
  if (state.flight.armed) return;
  await flight.page.fill(id("arm-serial"), "wrong");
  await press(flight.page, "arm", flight.patience);
  await flight.page.waitForSelector(`${id("failures")} .failure`, { timeout: 15 * SECOND });
  await flight.page.fill(id("arm-serial"), state.about.serial);
  await press(flight.page, "arm", flight.patience);
  await flight.page.waitForSelector(`${id("armed")}[data-armed="true"]`, { timeout: 15 * SECOND });
  // What was refused before is no longer so, and nobody has to put it away.
  await flight.page.waitForSelector(`${id("failures")} .failure`, { state: "detached", timeout: 5 * SECOND });
}

/** Takes off, and waits until it is so high. */
export async function takeOff(flight, metres) {
  if ((await flight.state()).in_air) return;
  await press(flight.page, "take-off", flight.patience);
  await flight.wait((state) => state.in_air && (state.heights.above_takeoff_m ?? 0) > metres, "it does not rise");
}
