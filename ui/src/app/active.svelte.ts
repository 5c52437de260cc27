// The device the page is about just now.

import { createContext } from "svelte";
import type { EventStream } from "../api/events.svelte";
import type { Blocked, Device } from "../api/types";

export class ActiveDevice {
  id = $state<string | null>(null);
  device: Device | null = $derived.by(() => this.events.device(this.id));

  constructor(private readonly events: EventStream) {}

  /** Why a control cannot be used now. The first name that is blocked counts. */
  blocked(...names: string[]): Blocked | null {
    const device = this.device;
    if (!device) {
      return { reason: "No device is connected.", remedy: "Add one on the page Devices." };
    }
    if (this.events.link === "lost") {
      return { reason: "The hub is not heard.", remedy: "The page tries again by itself." };
    }
    if (device.state.link.status !== "up") {
      const trouble = device.state.link.trouble;
      return { reason: trouble ?? "The device is not connected.", remedy: null };
    }
    for (const name of names) {
      const found = device.state.blocked[name];
      if (found) return found;
    }
    return null;
  }
}

export const [useActive, provideActive] = createContext<ActiveDevice>();
