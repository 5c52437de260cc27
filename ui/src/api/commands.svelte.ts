// What the person asks of a device: commands that wait, and commands that failed. A failure stays
// until it is put away by hand, or the same command has succeeded.

import { createContext } from "svelte";
import { words } from "../words/words.svelte";
import { devicePath, post, SignedOut, Trouble } from "./client";

export interface Failure {
  id: number;
  /** Device and path of the command, when it was one. */
  command: string | null;
  what: string;
  trouble: Trouble;
}

export interface Accepted {
  job: string | null;
  request_id: string;
}

export class Commands {
  failures = $state.raw<Failure[]>([]);
  waiting = $state.raw<ReadonlySet<string>>(new Set());
  #count = 0;

  constructor(private readonly onSignedOut: () => void) {}

  /** Gives a device a command. `what` says it to the person when it fails. */
  async give(
    device: string,
    path: string,
    what: string,
    body?: unknown,
  ): Promise<Accepted | null> {
    const key = `${device}/${path}`;
    this.waiting = new Set([...this.waiting, key]);
    try {
      const accepted = await post<Accepted>(`${devicePath(device)}/${path}`, body);
      this.failures = this.failures.filter((failure) => failure.command !== key);
      return accepted;
    } catch (error) {
      this.report(what, error, key);
      return null;
    } finally {
      this.waiting = new Set([...this.waiting].filter((other) => other !== key));
    }
  }

  report(what: string, error: unknown, command: string | null = null): void {
    if (error instanceof SignedOut) this.onSignedOut();
    const trouble =
      error instanceof Trouble
        ? error
        : new Trouble(String(error), words.failures.reload, {
            kind: "page",
          });
    const repeated = this.failures.find(
      (other) => other.what === what && other.trouble.message === trouble.message,
    );
    if (repeated) return;
    this.failures = [...this.failures, { id: ++this.#count, command, what, trouble }];
  }

  putAway(id: number): void {
    this.failures = this.failures.filter((failure) => failure.id !== id);
  }
}

export const [useCommands, provideCommands] = createContext<Commands>();
