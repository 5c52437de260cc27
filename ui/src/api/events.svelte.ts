// The hub's event stream: the page's only shared state. Everything shown of station and devices
// comes from here; it reconnects by itself and says how old its last word is.

import { createContext } from "svelte";
import { troubleFrom, type Trouble } from "./client";
import type { Device, HubMessage, LibraryEntry, LogEntry, Station, Who } from "./types";

const PING_EVERY_MS = 4_000;
const SILENCE_MS = 12_000;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 10_000;
const LOG_KEPT = 400;

export class EventStream {
  station = $state.raw<Station | null>(null);
  devices = $state.raw<Device[]>([]);
  log = $state.raw<LogEntry[]>([]);
  /** The newest word on a library entry; pages that list entries watch it. */
  libraryNews = $state.raw<LibraryEntry | null>(null);
  link = $state<"connecting" | "open" | "lost">("connecting");
  roundTripMs = $state<number | null>(null);
  /** Station time now, and this computer's, both moved on by `tick`. */
  stationMs = $state(0);
  hostMs = $state(Date.now());
  /** Seconds since the hub was heard last, 0 while all is well. */
  staleSeconds = $state(0);

  /** Told what went wrong with a message the page sent. */
  onProblem: (trouble: Trouble) => void = () => {};

  /** Told when the socket is lost; it may be that nobody is signed in any more. */
  onLost: () => void = () => {};

  /** Told as whom the hub hears this page. */
  onWho: (who: Who) => void = () => {};

  #socket: WebSocket | null = null;
  #clockAt = 0;
  #heardAt = performance.now();
  #retryMs = FIRST_RETRY_MS;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #pings: ReturnType<typeof setInterval> | undefined;
  #ticks: ReturnType<typeof setInterval> | undefined;
  #closed = false;

  open(): void {
    this.#closed = false;
    this.#connect();
    this.#pings = setInterval(() => this.#ping(), PING_EVERY_MS);
    this.#ticks = setInterval(() => this.#tick(), 250);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#retry);
    clearInterval(this.#pings);
    clearInterval(this.#ticks);
    this.#socket?.close();
  }

  /** Sends when the socket is open; a joystick word that cannot go out now is worthless later. */
  send(message: Record<string, unknown>): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  /** Station time at this very moment, for what moves between ticks. */
  stationNow(): number {
    const clock = this.station?.clock;
    if (clock === undefined) return Date.now();
    return clock.utc_ms + (performance.now() - this.#clockAt) * clock.speed;
  }

  device(id: string | null): Device | null {
    const chosen = this.devices.find((device) => device.id === id);
    return chosen ?? this.devices.find((device) => !device.state.flight) ?? this.devices[0] ?? null;
  }

  #connect(): void {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/api/v1/events`);
    this.#socket = socket;
    socket.onmessage = (event) => this.#hear(String(event.data));
    socket.onclose = () => this.#lost(socket);
  }

  #lost(socket: WebSocket): void {
    if (this.#closed || socket !== this.#socket) return;
    this.link = "lost";
    this.roundTripMs = null;
    this.onLost();
    this.#retry = setTimeout(() => this.#connect(), this.#retryMs * (0.75 + Math.random() / 2));
    this.#retryMs = Math.min(this.#retryMs * 1.7, LONGEST_RETRY_MS);
  }

  #hear(text: string): void {
    this.#heardAt = performance.now();
    let message: HubMessage;
    try {
      message = JSON.parse(text) as HubMessage;
    } catch {
      return;
    }
    this.#take(message);
  }

  #take(message: HubMessage): void {
    switch (message.type) {
      case "hello":
        this.link = "open";
        this.#retryMs = FIRST_RETRY_MS;
        this.devices = message.devices;
        this.#setStation(message.station);
        if (message.who) this.onWho(message.who);
        break;
      case "device":
        this.#place(message.device);
        break;
      case "station":
        this.#setStation(message.station);
        break;
      case "gone":
        this.devices = this.devices.filter((device) => device.id !== message.id);
        break;
      case "log":
        this.log = [message.entry, ...this.log].slice(0, LOG_KEPT);
        break;
      case "library":
        this.libraryNews = message.entry;
        break;
      case "clock":
        if (this.station) this.#setStation({ ...this.station, clock: message.clock });
        break;
      case "problem":
        this.onProblem(troubleFrom(message.problem));
        break;
      case "pong":
        this.roundTripMs = performance.now() - message.t;
        break;
    }
  }

  #setStation(station: Station): void {
    this.#clockAt = performance.now();
    this.station = station;
    this.#tick();
  }

  #place(device: Device): void {
    const known = this.devices.some((other) => other.id === device.id);
    this.devices = known
      ? this.devices.map((other) => (other.id === device.id ? device : other))
      : [...this.devices, device];
  }

  #ping(): void {
    this.send({ type: "ping", t: performance.now() });
    // A socket that says nothing although it is pinged is dead, whatever the browser believes.
    if (this.link === "open" && performance.now() - this.#heardAt > SILENCE_MS) {
      this.#socket?.close();
    }
  }

  #tick(): void {
    this.stationMs = this.stationNow();
    this.hostMs = Date.now();
    const silent = (performance.now() - this.#heardAt) / 1000;
    const stale = this.link === "lost" || silent * 1000 > SILENCE_MS;
    this.staleSeconds = stale ? Math.max(1, Math.floor(silent)) : 0;
  }
}

export const [useEvents, provideEvents] = createContext<EventStream>();
