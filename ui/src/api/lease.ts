// A lease this page took is renewed while the page is open and looked at.

import { devicePath, post } from "./client";
import { session } from "../app/session.svelte";
import type { EventStream } from "./events.svelte";

const RENEW_EVERY_MS = 15_000;

export function keepLeases(events: EventStream): () => void {
  const renew = async (id: string): Promise<void> => {
    try {
      await post(`${devicePath(id)}/lease`, { force: false });
    } catch {
      // The device's own state will say who holds it now.
    }
  };
  const timer = setInterval(() => {
    if (document.hidden || !session.may("operator") || events.link !== "open") return;
    for (const device of events.devices) if (device.lease?.mine) void renew(device.id);
  }, RENEW_EVERY_MS);
  return () => clearInterval(timer);
}
