// The land around a virtual aircraft, as its world knows it; asked for once.

import type { GeoJSON } from "geojson";
import { devicePath, get } from "../api/client";
import type { Device } from "../api/types";
import { isAircraft } from "./types";

class Lands {
  #known = $state.raw<Record<string, GeoJSON>>({});
  #asked = new Set<string>();

  of(device: Device | null): GeoJSON | null {
    return device ? (this.#known[device.id] ?? null) : null;
  }

  /** A real aircraft knows of no land; it is not asked. */
  ask(device: Device): void {
    if (!isAircraft(device) || !device.state.about.simulated || this.#asked.has(device.id)) return;
    this.#asked.add(device.id);
    get<GeoJSON>(`${devicePath(device.id)}/flight/map.geojson`).then(
      (land) => (this.#known = { ...this.#known, [device.id]: land }),
      () => this.#asked.delete(device.id),
    );
  }
}

export const lands = new Lands();
