// What is looked at before an aircraft is sent somewhere. The hub judges by itself; this tells a
// person beforehand, by the same state.

import { distance, inside } from "../map/geometry";
import type { FlightState, PlaceState } from "./types";

export type Finding = "fine" | "warning" | "bad" | "unknown";

export interface Check {
  name: "link" | "armed" | "control" | "battery" | "fix" | "wind" | "fence" | "height" | "way_home";
  finding: Finding;
}

const STRONG_WIND_M_S = 10;
const TOO_MUCH_WIND_M_S = 14;
const FEW_PERCENT = 30;
/** Speed a person may count on when flying home against some wind. */
const HOME_SPEED_M_S = 8;
const RESERVE_S = 120;

const judged = (known: boolean, finding: () => Finding): Finding => (known ? finding() : "unknown");

function wind(flight: FlightState): Finding {
  const now = flight.wind?.speed_m_s;
  return judged(now != null, () => ((now ?? 0) >= TOO_MUCH_WIND_M_S ? "bad" : (now ?? 0) >= STRONG_WIND_M_S ? "warning" : "fine"));
}

function battery(flight: FlightState): Finding {
  const percent = flight.battery?.percent;
  const least = flight.battery?.return_home_percent ?? 20;
  return judged(percent != null, () => ((percent ?? 0) <= least ? "bad" : (percent ?? 0) < FEW_PERCENT ? "warning" : "fine"));
}

/** Whether a place and height lie within the fence; without a fence anywhere does. */
export function withinFence(flight: FlightState, place: PlaceState, heightM: number): { place: boolean; height: boolean } {
  const fence = flight.fence;
  const home = flight.home ?? null;
  const near = !fence?.distance_m || (home !== null && distance(home, place) <= fence.distance_m);
  const within = !fence || fence.polygon.length === 0 || inside(fence.polygon, place);
  return { place: near && within, height: !fence?.ceiling_m || heightM <= fence.ceiling_m };
}

/** Whether the battery brings it there and home; seconds left at home, or null when not known. */
export function leftAtHome(flight: FlightState, place: PlaceState, speedMS: number): number | null {
  const { position, home, battery: cell } = flight;
  if (!home || cell?.remaining_s == null) return null;
  const there = position ? distance(position, place) / Math.max(1, speedMS) : 0;
  return cell.remaining_s - there - distance(place, home) / HOME_SPEED_M_S - RESERVE_S;
}

const ready = (flight: FlightState, up: boolean): Check[] => [
  { name: "link", finding: up ? "fine" : "bad" },
  { name: "armed", finding: flight.armed ? "fine" : "bad" },
  { name: "control", finding: flight.authority.ours ? "fine" : "bad" },
];

export function beforeTakeOff(flight: FlightState, up: boolean, place: PlaceState | null, heightM: number): Check[] {
  const fence = place ? withinFence(flight, place, heightM) : null;
  return [
    ...ready(flight, up),
    { name: "battery", finding: battery(flight) },
    { name: "fix", finding: judged(flight.position != null, () => "fine") },
    { name: "wind", finding: wind(flight) },
    { name: "fence", finding: judged(fence !== null, () => (fence?.place ? "fine" : "bad")) },
    { name: "height", finding: judged(fence !== null, () => (fence?.height ? "fine" : "bad")) },
  ];
}

export function beforeFlyTo(flight: FlightState, up: boolean, place: PlaceState, heightM: number, speedMS: number): Check[] {
  const fence = withinFence(flight, place, heightM);
  const left = leftAtHome(flight, place, speedMS);
  return [
    ...ready(flight, up),
    { name: "fence", finding: fence.place ? "fine" : "bad" },
    { name: "height", finding: fence.height ? "fine" : "bad" },
    { name: "way_home", finding: judged(left !== null, () => ((left ?? 0) < 0 ? "bad" : (left ?? 0) < RESERVE_S ? "warning" : "fine")) },
  ];
}

export const worst = (checks: Check[]): Finding =>
  (["bad", "warning", "unknown"] as const).find((finding) => checks.some((check) => check.finding === finding)) ?? "fine";

/** The height above the ellipsoid that a height above take-off is, once both are told for here. */
export function ellipsoidOf(flight: FlightState, aboveTakeoffM: number): number | null {
  const { above_takeoff_m, ellipsoid_m } = flight.heights;
  return above_takeoff_m == null || ellipsoid_m == null ? null : ellipsoid_m - above_takeoff_m + aboveTakeoffM;
}
