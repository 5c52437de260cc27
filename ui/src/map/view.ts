// What a map shows, as its page tells it.

import type { GeoJSON } from "geojson";
import type { Device } from "../api/types";
import { flightOf, type FenceState, type PlaceState } from "../flight/types";
import { circle, lonLat, moved, type LonLat } from "./geometry";

export interface MapAircraft {
  id: string;
  name: string;
  place: PlaceState;
  headingDeg: number | null;
  inAir: boolean;
  stale: boolean;
  chosen: boolean;
}

/** An aircraft as the map shows it; none while it has not told where it is. */
export function markOf(device: Device, chosen: boolean): MapAircraft[] {
  const flight = flightOf(device);
  if (!flight?.position) return [];
  return [
    {
      id: device.id,
      name: device.state.about.name,
      place: flight.position,
      headingDeg: flight.attitude?.heading_deg ?? null,
      inAir: flight.in_air === true,
      stale: device.state.link.status !== "up",
      chosen,
    },
  ];
}

const collection = (features: GeoJSON.Feature[]): GeoJSON => ({ type: "FeatureCollection", features });
const line = (kind: string, coordinates: LonLat[]): GeoJSON.Feature => ({
  type: "Feature",
  properties: { kind },
  geometry: { type: "LineString", coordinates },
});

/** The fence's own corners, and its distance around home. */
export function fenceLines(fence: FenceState | null, home: PlaceState | null): GeoJSON {
  const lines: GeoJSON.Feature[] = [];
  const [first] = fence?.polygon ?? [];
  if (fence && first) lines.push(line("polygon", [...fence.polygon, first].map(lonLat)));
  if (fence?.distance_m && home) lines.push(line("distance", circle(home, fence.distance_m)));
  return collection(lines);
}

export const trackLine = (track: LonLat[]): GeoJSON => collection(track.length < 2 ? [] : [line("track", track)]);

/** From the aircraft to where it flies, and to where it would stand if it braked now. */
export function ways(from: PlaceState | null, target: PlaceState | null, stopping: PlaceState | null): GeoJSON {
  const lines: GeoJSON.Feature[] = [];
  if (from && target) lines.push(line("target", [lonLat(from), lonLat(target)]));
  if (from && stopping) lines.push(line("stopping", [lonLat(from), lonLat(stopping)]));
  return collection(lines);
}

const GRID_STEP_M = 100;
const GRID_STEPS = 20;

/** A net of 100 m around home: where a map knows no roads, it still tells how far things are. */
export function metreGrid(home: PlaceState | null): GeoJSON {
  if (!home) return collection([]);
  const reach = GRID_STEP_M * GRID_STEPS;
  const lines: GeoJSON.Feature[] = [];
  for (let i = -GRID_STEPS; i <= GRID_STEPS; i++) {
    const east = moved(home, 90, i * GRID_STEP_M);
    const north = moved(home, 0, i * GRID_STEP_M);
    lines.push(line("grid", [lonLat(moved(east, 0, -reach)), lonLat(moved(east, 0, reach))]));
    lines.push(line("grid", [lonLat(moved(north, 90, -reach)), lonLat(moved(north, 90, reach))]));
  }
  return collection(lines);
}
