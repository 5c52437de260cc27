// A hand on the sticks of one aircraft: joins the dead-man to the browser. Whatever takes a person's
// hands or eyes off this page lets go.

import type { Commands } from "../api/commands.svelte";
import { devicePath, troubleFrom, type Problem } from "../api/client";
import { words } from "../words/words.svelte";
import { padDeflection, StickKeys } from "./keys";
import { isStill, STILL, Sticks, type Deflection, type Message, type Phase, type Rates, type Release } from "./sticks";

const TICK_MS = 20;
/** More unsent bytes than this, and the network stands still: nothing is added that would come late. */
const MOST_UNSENT = 2048;
const STOP_BUTTON = 1;
/** Where letters are written or look for something, and where arrows move something else. */
const LETTERS = "input:not([type=range]), textarea, select, [role=combobox], [role=option]";
const ARROWS = "input, [role=tab], .maplibregl-canvas";

interface Said {
  nonce?: string;
  refused?: string;
  problem?: Problem;
  ended?: { by: string; why: string };
}

export class Hand {
  phase = $state<Phase>("off");
  deflection = $state.raw<Deflection>(STILL);
  /** A stick is held that does not count yet. */
  waitsForCentre = $state(false);
  stalled = $state(false);
  /** Why the sticks were lost, in the hub's or our own word. */
  left = $state<string | null>(null);
  gamepad = $state(false);
  onstop: () => void = () => {};
  readonly #sticks: Sticks;
  readonly #keys = new StickKeys();
  readonly #tabs = new BroadcastChannel("skyhelm.sticks");
  #socket: WebSocket | null = null;
  #stopHeld = false;

  constructor(
    private readonly device: string,
    rates: Rates,
    private readonly mayFly: () => boolean,
    private readonly commands: Commands,
  ) {
    this.#sticks = new Sticks(rates);
  }

  set rates(rates: Rates) {
    this.#sticks.rates = rates;
  }

  take(): void {
    if (!this.mayFly() || document.hidden) return;
    this.#tabs.postMessage({ device: this.device });
    this.left = null;
    this.#sticks.take();
    this.#after();
  }

  letGo(why: Release): void {
    this.#keys.clear();
    this.#sticks.deflect("keys", STILL, performance.now());
    this.#sticks.letGo(why, performance.now());
    this.#after();
  }

  /** The first touch of a stick asks for the sticks; it counts once it was let go. */
  deflect(name: string, to: Deflection): void {
    this.#sticks.deflect(name, to, performance.now());
    if (this.#sticks.phase === "off" && !isStill(to)) this.take();
    this.#after();
  }

  /** Listens to the browser until the returned function is called. */
  listen(): () => void {
    const gone = new AbortController();
    const on = { signal: gone.signal };
    addEventListener("blur", () => this.letGo("blur"), on);
    addEventListener("pagehide", () => this.letGo("hidden"), on);
    // While a menu of the browser is open, keys that are let go are not told.
    addEventListener("contextmenu", () => this.letGo("blur"), on);
    addEventListener("gamepaddisconnected", () => this.#unplugged(), on);
    addEventListener("keydown", (event) => this.#keydown(event), on);
    addEventListener("keyup", (event) => this.#keyup(event), on);
    document.addEventListener("visibilitychange", () => document.hidden && this.letGo("hidden"), on);
    this.#tabs.onmessage = (event: MessageEvent<{ device: string }>) => {
      if (event.data.device === this.device && this.phase !== "off") this.letGo("taken_over");
    };
    const timer = setInterval(() => this.#tick(), TICK_MS);
    return () => {
      this.letGo("released");
      clearInterval(timer);
      gone.abort();
      this.#tabs.close();
    };
  }

  #tick(): void {
    this.#pollGamepad();
    if (this.#keys.lost(performance.now())) this.letGo("released");
    if (this.#sticks.phase !== "off" && !this.mayFly()) this.letGo("lease_lost");
    this.#sticks.tick(performance.now());
    this.#after();
  }

  #keydown(event: KeyboardEvent): void {
    // Below these, browsers keep key-ups to themselves.
    if (["Control", "Alt", "Meta"].includes(event.key) && this.#keys.held) this.letGo("released");
    const others = event.code.startsWith("Arrow") ? `${LETTERS}, ${ARROWS}` : LETTERS;
    if (event.target instanceof Element && event.target.closest(others)) return;
    if (!this.#keys.down(event, performance.now())) return;
    event.preventDefault();
    this.deflect("keys", this.#keys.deflection);
  }

  #keyup(event: KeyboardEvent): void {
    if (!this.#keys.held) return;
    this.#keys.up(event);
    this.deflect("keys", this.#keys.deflection);
  }

  #pollGamepad(): void {
    const pad = navigator.getGamepads?.().find((one) => one?.mapping === "standard") ?? null;
    if (!pad && !this.gamepad) return;
    this.gamepad = pad !== null;
    if (!pad) return this.#unplugged();
    this.deflect("gamepad", padDeflection(pad.axes));
    const stop = pad.buttons[STOP_BUTTON]?.pressed === true;
    if (stop && !this.#stopHeld) this.onstop();
    this.#stopHeld = stop;
  }

  #unplugged(): void {
    this.gamepad = false;
    this.#sticks.deflect("gamepad", STILL, performance.now());
    this.letGo("gamepad_gone");
  }

  #after(): void {
    for (let output = this.#sticks.poll(); output; output = this.#sticks.poll()) {
      if (output.do === "open") this.#open();
      else if (output.do === "send") this.#send(output.message);
      else this.#close();
    }
    const { phase, deflection, stalled, left, touched } = this.#sticks;
    if (phase !== this.phase) this.phase = phase;
    if (stalled !== this.stalled) this.stalled = stalled;
    if (phase === "off" && left !== null && this.left === null) this.left = left;
    this.waitsForCentre = touched && (phase === "opening" || phase === "centring");
    if (!same(deflection, this.deflection)) this.deflection = deflection;
  }

  #open(): void {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/api/v1/${devicePath(this.device)}/flight/sticks`);
    this.#socket = socket;
    socket.onmessage = (event) => socket === this.#socket && this.#hear(String(event.data));
    socket.onclose = () => socket === this.#socket && this.#lost("socket_closed", null);
  }

  #send(message: Message): void {
    const socket = this.#socket;
    if (socket?.readyState !== WebSocket.OPEN) return;
    if (!("release" in message) && socket.bufferedAmount > MOST_UNSENT) return;
    socket.send(JSON.stringify(message));
  }

  /** Closing a socket that was never open keeps the hub from giving the sticks late. */
  #close(): void {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  #hear(text: string): void {
    let said: Said;
    try {
      said = JSON.parse(text) as Said;
    } catch {
      return;
    }
    if (said.nonce !== undefined) this.#sticks.hear(said.nonce, performance.now());
    if (said.problem) this.commands.report(words.cockpit.byHand, troubleFrom(said.problem));
    if (said.refused === "not_taken" || said.refused === "not_held") this.#lost("released", null);
    else if (said.refused !== undefined) this.#sticks.refused(said.refused);
    if (said.ended) this.#lost("released", said.ended.why);
    this.#after();
  }

  #lost(why: Release, word: string | null): void {
    this.#sticks.lost(why);
    if (word !== null) this.left = word;
    this.#after();
  }
}

const same = (a: Deflection, b: Deflection): boolean =>
  a.forward === b.forward && a.right === b.right && a.up === b.up && a.clockwise === b.clockwise;
