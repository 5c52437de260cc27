// The land around a virtual aircraft, as its world knows it; asked for once.

import type { GeoJSON } from "geojson";
import { devicePath, get } from "../api/client";
import type { Device } from "../api/types";

class Lands {
  #known = $state.raw<Record<string, GeoJSON>>({});
  #asked = new Set<string>();

  of(device: Device | null): GeoJSON | null {
    return device ? (this.#known[device.id] ?? null) : null;
  }

  /** Only an aircraft that has the capability is asked: a real one knows of no land. */
  ask(device: Device): void {
    if (!device.capabilities.includes("land") || this.#asked.has(device.id)) return;
    this.#asked.add(device.id);
    get<GeoJSON>(`${devicePath(device.id)}/flight/map.geojson`).then(
      (land) => (this.#known = { ...this.#known, [device.id]: land }),
      () => this.#asked.delete(device.id),
    );
  }
}

export const lands = new Lands();
