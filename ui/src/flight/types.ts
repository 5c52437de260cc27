// What the hub tells of an aircraft, and what the page asks of it: all from the hub's own document.

import type { components } from "../api/schema";
import type { Device } from "../api/types";

type Schemas = components["schemas"];

export type FenceState = Schemas["FenceState"];
export type Flight = Schemas["Flight"];
export type FlightState = Schemas["FlightState"];
export type GimbalReset = Schemas["GimbalReset"];
export type Attitude = Schemas["Attitude"];
export type LostAction = Schemas["LostAction"];
export type ObstacleRing = Schemas["ObstacleRing"];
export type PayloadState = Schemas["PayloadState"];
export type PlaceState = Schemas["PlaceState"];

export const flightOf = (device: Device | null): FlightState | null => device?.state.flight ?? null;
export const payloadsOf = (device: Device | null): PayloadState[] => device?.state.payloads ?? [];
export const isAircraft = (device: Device): boolean => flightOf(device) !== null;
