// The device the page is about just now.

import { createContext } from "svelte";
import type { EventStream } from "../api/events.svelte";
import type { Blocked, Device } from "../api/types";
import { words } from "../words/words.svelte";
import { session } from "./session.svelte";

export class ActiveDevice {
  id = $state<string | null>(null);
  device: Device | null = $derived.by(() => this.events.device(this.id));

  constructor(private readonly events: EventStream) {}

  /** Why a control cannot be used now. The first name that is blocked counts. */
  blocked(...names: string[]): Blocked | null {
    return this.blockedOn(this.device, ...names);
  }

  blockedOn(device: Device | null, ...names: string[]): Blocked | null {
    const why = words.why;
    if (!device) return { reason: why.noDevice, remedy: why.noDeviceRemedy };
    if (this.events.link === "lost") return { reason: why.noHub, remedy: why.noHubRemedy };
    if (!session.may("operator")) return { reason: why.role, remedy: why.roleRemedy };
    if (device.state.link.status !== "up") {
      return { reason: device.state.link.trouble ?? why.notConnected, remedy: null };
    }
    for (const name of names) {
      const found = device.state.blocked[name];
      if (found) return found;
    }
    return null;
  }
}

export const [useActive, provideActive] = createContext<ActiveDevice>();
