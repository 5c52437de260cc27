// The device the page is about just now.

import { createContext } from "svelte";
import type { EventStream } from "../api/events.svelte";
import type { Blocked, Device } from "../api/types";
import { isAircraft } from "../flight/types";
import { words } from "../words/words.svelte";
import { session } from "./session.svelte";

const OF_TELESCOPES = /^(mount|stack|focuser|cameras|darks)\./;

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
    // An aircraft has nothing of a telescope to be blocked.
    if (isAircraft(device) && names.some((name) => OF_TELESCOPES.test(name))) {
      return { reason: why.noTelescope, remedy: why.noDeviceRemedy };
    }
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
