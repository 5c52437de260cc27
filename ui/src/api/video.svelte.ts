// An aircraft's moving picture: a WebSocket of fragmented MP4, given to the browser's own player, which is
// kept at the live edge. While the page is hidden nothing is asked for.

import { words } from "../words/words.svelte";
import { chase } from "./chase";
import { devicePath } from "./client";

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 8_000;
/** Pieces that wait for the player; more, and it does not keep up. */
const MOST_WAITING = 120;
/** What has been seen is thrown away after so long. */
const KEPT_S = 12;
/** Connections that end without a picture before the other way is taken. */
const MOST_FAILURES = 3;

interface Said {
  codec?: string;
  width?: number;
  height?: number;
  trouble?: string | null;
}

/** Whether this browser plays such streams at all. */
export const playsVideo = (): boolean =>
  typeof MediaSource !== "undefined" && MediaSource.isTypeSupported('video/mp4; codecs="avc1.42c01f"');

export class VideoStream {
  frames = $state(0);
  size = $state.raw<[number, number] | null>(null);
  trouble = $state<string | null>(null);
  /** The browser cannot play it: another way is to be taken. */
  failed = $state(false);
  lastAt = 0;
  #socket: WebSocket | null = null;
  #source: MediaSource | null = null;
  #buffer: SourceBuffer | null = null;
  #url: string | null = null;
  #waiting: ArrayBuffer[] = [];
  #retry: ReturnType<typeof setTimeout> | undefined;
  #wait = FIRST_RETRY_MS;
  #failures = 0;
  #stopped = true;

  constructor(
    readonly device: string,
    readonly video: HTMLVideoElement,
  ) {}

  start(): void {
    this.#stopped = false;
    document.addEventListener("visibilitychange", this.#visibility);
    this.video.addEventListener("error", this.#broken);
    this.#look();
    if (!document.hidden) this.#connect();
  }

  stop(): void {
    this.#stopped = true;
    document.removeEventListener("visibilitychange", this.#visibility);
    this.video.removeEventListener("error", this.#broken);
    this.#hangUp();
  }

  #visibility = (): void => {
    this.#hangUp();
    if (!document.hidden && !this.#stopped) this.#connect();
  };

  #broken = (): void => {
    this.#failures += 1;
    this.trouble = words.telescope.broken;
    this.#hangUp();
    this.#again();
  };

  /** Counts the pictures that are shown. */
  #look(): void {
    this.video.requestVideoFrameCallback(() => {
      if (this.#stopped) return;
      const { videoWidth, videoHeight } = this.video;
      if (this.size?.[0] !== videoWidth || this.size[1] !== videoHeight) this.size = [videoWidth, videoHeight];
      this.lastAt = performance.now();
      this.#failures = 0;
      this.trouble = null;
      this.frames += 1;
      this.#look();
    });
  }

  #connect(): void {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/api/v1/${devicePath(this.device)}/live/video`);
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }) => {
      this.#wait = FIRST_RETRY_MS;
      if (typeof data === "string") this.#hear(JSON.parse(data) as Said);
      else this.#take(data as ArrayBuffer);
    };
    socket.onclose = () => this.#again();
    this.#socket = socket;
  }

  #again(): void {
    if (this.#failures >= MOST_FAILURES) this.failed = true;
    if (this.#stopped || this.failed || document.hidden) return;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => {
      this.#hangUp();
      this.#connect();
    }, this.#wait);
    this.#wait = Math.min(this.#wait * 1.6, LONGEST_RETRY_MS);
  }

  #hangUp(): void {
    clearTimeout(this.#retry);
    if (this.#socket) this.#socket.onclose = this.#socket.onmessage = null;
    this.#socket?.close();
    this.#socket = null;
    this.#close();
  }

  #close(): void {
    this.#source = this.#buffer = null;
    this.#waiting = [];
    if (this.#url) URL.revokeObjectURL(this.#url);
    this.#url = null;
    this.video.removeAttribute("src");
  }

  #hear(said: Said): void {
    if (said.codec) this.#open(said.codec);
    else this.trouble = said.trouble ?? null;
  }

  #open(codec: string): void {
    const type = `video/mp4; codecs="${codec}"`;
    if (!MediaSource.isTypeSupported(type)) {
      this.failed = true;
      this.#hangUp();
      return;
    }
    this.#close();
    const source = new MediaSource();
    this.#source = source;
    this.#url = URL.createObjectURL(source);
    source.addEventListener("sourceopen", () => {
      if (this.#source !== source) return;
      const buffer = source.addSourceBuffer(type);
      buffer.addEventListener("updateend", () => this.#feed());
      this.#buffer = buffer;
      this.#feed();
    });
    this.video.src = this.#url;
    // A picture without sound may begin by itself; where it may not, the first click lets it.
    this.video.play().catch(() => undefined);
  }

  #take(piece: ArrayBuffer): void {
    if (!this.#source) return;
    this.#waiting.push(piece);
    if (this.#waiting.length > MOST_WAITING) this.#visibility();
    else this.#feed();
  }

  #feed(): void {
    const buffer = this.#buffer;
    if (!buffer || buffer.updating || this.#source?.readyState !== "open") return;
    this.#chase(buffer);
    const begun = buffer.buffered.length > 0 ? buffer.buffered.start(0) : 0;
    if (this.video.currentTime - begun > 2 * KEPT_S) {
      buffer.remove(0, this.video.currentTime - KEPT_S);
      return;
    }
    const next = this.#waiting.shift();
    if (!next) return;
    try {
      buffer.appendBuffer(next);
    } catch {
      this.#broken();
    }
  }

  #chase(buffer: SourceBuffer): void {
    const count = buffer.buffered.length;
    if (count === 0) return;
    const { rate, to } = chase(buffer.buffered.end(count - 1), this.video.currentTime);
    if (to !== null) this.video.currentTime = Math.max(to, buffer.buffered.start(count - 1));
    if (this.video.playbackRate !== rate) this.video.playbackRate = rate;
    if (this.video.paused && !document.hidden) this.video.play().catch(() => undefined);
  }
}
