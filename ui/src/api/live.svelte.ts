// One lens's moving picture: reads the multipart stream itself instead of leaving it to an <img>,
// so that the page knows when each picture came, can measure it, and stops asking when hidden.

import { words } from "../words/words.svelte";
import { devicePath } from "./client";
import type { Lens } from "./types";
import { PartReader } from "./multipart";

const FIRST_RETRY_MS = 400;
const LONGEST_RETRY_MS = 5_000;

const streams = new Map<string, LiveStream>();

export class LiveStream {
  /** The newest picture; the stream owns it, and closes it when the next one comes. */
  picture: ImageBitmap | null = null;
  frames = $state(0);
  size = $state.raw<[number, number] | null>(null);
  framesPerSecond = $state(0);
  trouble = $state<string | null>(null);
  lastAt = 0;
  #abort: AbortController | null = null;
  #stopped = true;
  #decoding = false;
  #next: Uint8Array | null = null;
  #times: number[] = [];

  constructor(
    readonly device: string,
    readonly lens: Lens,
  ) {}

  start(): void {
    this.#stopped = false;
    document.addEventListener("visibilitychange", this.#visibility);
    if (!document.hidden) void this.#run();
  }

  stop(): void {
    this.#stopped = true;
    document.removeEventListener("visibilitychange", this.#visibility);
    this.#abort?.abort();
  }

  /** The stream of a lens; its last picture is kept while other pages are looked at. */
  static of(device: string, lens: Lens): LiveStream {
    const key = `${device} ${lens}`;
    const stream = streams.get(key) ?? new LiveStream(device, lens);
    streams.set(key, stream);
    return stream;
  }

  #visibility = (): void => {
    this.#abort?.abort();
    if (!document.hidden && !this.#stopped) void this.#run();
  };

  async #run(): Promise<void> {
    const abort = new AbortController();
    this.#abort = abort;
    let wait = FIRST_RETRY_MS;
    while (!abort.signal.aborted) {
      const before = this.frames;
      try {
        await this.#read(abort.signal);
      } catch (error) {
        if (abort.signal.aborted) return;
        this.trouble = error instanceof Error ? error.message : String(error);
      }
      wait = this.frames > before ? FIRST_RETRY_MS : Math.min(wait * 1.6, LONGEST_RETRY_MS);
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }

  async #read(signal: AbortSignal): Promise<void> {
    const path = `/api/v1/${devicePath(this.device)}/live/${this.lens}.mjpeg`;
    const response = await fetch(path, { signal, credentials: "same-origin", cache: "no-store" });
    if (!response.ok || !response.body) throw new Error(await reasonOf(response));
    const parts = new PartReader(response.headers.get("Content-Type") ?? "");
    const reader = response.body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      for (const jpeg of parts.push(value)) this.#offer(jpeg);
    }
  }

  /** Decodes one picture at a time; what comes meanwhile replaces what waits. */
  #offer(jpeg: Uint8Array): void {
    this.#next = jpeg;
    if (!this.#decoding) void this.#decode();
  }

  async #decode(): Promise<void> {
    this.#decoding = true;
    while (this.#next && !this.#stopped) {
      const bytes = this.#next;
      this.#next = null;
      try {
        const blob = new Blob([bytes as BlobPart], { type: "image/jpeg" });
        this.#show(await createImageBitmap(blob));
      } catch {
        this.trouble = words.telescope.broken;
      }
    }
    this.#decoding = false;
  }

  #show(picture: ImageBitmap): void {
    if (this.#stopped) {
      picture.close();
      return;
    }
    this.picture?.close();
    this.picture = picture;
    this.trouble = null;
    this.lastAt = performance.now();
    this.#times = [...this.#times.filter((t) => this.lastAt - t < 3000), this.lastAt];
    this.framesPerSecond = this.#rate();
    if (this.size?.[0] !== picture.width || this.size[1] !== picture.height) {
      this.size = [picture.width, picture.height];
    }
    this.frames += 1;
  }

  #rate(): number {
    const [first] = this.#times;
    if (first === undefined || this.#times.length < 2) return 0;
    return ((this.#times.length - 1) * 1000) / (this.lastAt - first);
  }
}

async function reasonOf(response: Response): Promise<string> {
  try {
    const problem = (await response.json()) as { detail?: string };
    if (problem.detail) return problem.detail;
  } catch {
    // No problem document; the status must do.
  }
  return words.failures.answered(String(response.status));
}
