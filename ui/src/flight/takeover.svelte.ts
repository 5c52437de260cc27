// Taking an aircraft in hand: lease, then control, then the live link. Each step is asked for only
// when it is not so already, and counts as done when the device's own state says so.

import type { Commands } from "../api/commands.svelte";
import { devicePath, post } from "../api/client";
import type { Device } from "../api/types";
import { words } from "../words/words.svelte";
import { flightOf } from "./types";

export const STEPS = ["lease", "control", "live"] as const;
export type Step = (typeof STEPS)[number];

const LOOK_EVERY_MS = 100;
/** A person at the remote controller must agree to the second step. */
const PATIENCE_MS: Record<Step, number> = { lease: 5_000, control: 60_000, live: 20_000 };

export function isDone(device: Device | null, step: Step): boolean {
  const flight = flightOf(device);
  if (step === "lease") return device?.lease?.mine === true;
  if (step === "control") return flight?.authority.ours === true;
  return flight?.live.status === "up";
}

/** Who else holds the lease. */
export const foreignHolder = (device: Device): string | null => (device.lease && !device.lease.mine ? device.lease.holder : null);

export class Takeover {
  doing = $state<Step | null>(null);
  failed = $state<Step | null>(null);
  #ended = false;

  constructor(
    private readonly device: () => Device | null,
    private readonly commands: Commands,
  ) {}

  /** The lease is taken from whoever holds it when `force` says so: an administrator's right. */
  async go(force: boolean): Promise<void> {
    if (this.doing) return;
    this.failed = null;
    for (const step of STEPS) {
      if (isDone(this.device(), step)) continue;
      this.doing = step;
      const done = (await this.#ask(step, force)) && (await this.#seen(step));
      if (this.#ended) return;
      if (done) continue;
      this.failed = step;
      break;
    }
    this.doing = null;
  }

  end(): void {
    this.#ended = true;
  }

  async #ask(step: Step, force: boolean): Promise<boolean> {
    const id = this.device()?.id;
    if (!id) return false;
    if (step !== "lease") {
      const path = step === "control" ? "flight/request-control" : "flight/live/enter";
      return (await this.commands.give(id, path, words.cockpit.steps[step])) !== null;
    }
    try {
      await post(`${devicePath(id)}/lease`, { force });
      return true;
    } catch (error) {
      this.commands.report(words.cockpit.steps.lease, error);
      return false;
    }
  }

  async #seen(step: Step): Promise<boolean> {
    const until = performance.now() + PATIENCE_MS[step];
    while (!this.#ended && performance.now() < until) {
      if (isDone(this.device(), step)) return true;
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
    return false;
  }
}
