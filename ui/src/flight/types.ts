// What the hub tells of an aircraft, and what the page asks of it.

import type { Device } from "../api/types";

export interface PlaceState {
  latitude_deg: number;
  longitude_deg: number;
}

export type Holder = "unknown" | "nobody" | "station" | "remote_controller";

export interface Authority {
  holder: Holder;
  ours: boolean;
  asked: boolean;
  locked?: boolean | null;
}

export type LiveStatus = "off" | "opening" | "up" | "bad";

export interface LiveLink {
  status: LiveStatus;
  reason?: string | null;
  round_trip_ms?: number | null;
  radio_delay_ms?: number | null;
  picture_delay_ms?: number | null;
}

export type Shut = "not_live" | "link_bad" | "control_lost" | "foreign" | "not_armed";
export type StickPhase = { phase: "shut"; why: Shut } | { phase: "free" } | { phase: "centring" } | { phase: "live" };

export interface SticksState {
  phase?: StickPhase | null;
  holder?: string | null;
  held_back: boolean;
}

export interface Heights {
  above_takeoff_m?: number | null;
  ellipsoid_m?: number | null;
  amsl_m?: number | null;
}

export interface Attitude {
  heading_deg: number;
  pitch_deg?: number | null;
  roll_deg?: number | null;
}

export interface Speed {
  level_m_s: number;
  up_m_s: number;
  east_m_s?: number | null;
  north_m_s?: number | null;
}

export interface FlightBattery {
  percent?: number | null;
  remaining_s?: number | null;
  return_home_percent?: number | null;
  landing_percent?: number | null;
}

export interface Wind {
  speed_m_s: number;
  from_deg?: number | null;
}

export interface ObstacleRing {
  around_m: (number | null)[];
  above_m?: number | null;
  below_m?: number | null;
}

export interface FenceState {
  polygon: PlaceState[];
  ceiling_m?: number | null;
  distance_m?: number | null;
}

export interface StoppingPoint {
  place: PlaceState;
  above_takeoff_m: number;
  distance_m: number;
}

export interface TargetPlace {
  place: PlaceState;
  above_takeoff_m: number;
  ellipsoid_m?: number | null;
  remaining_m?: number | null;
  remaining_s?: number | null;
}

export interface FlightState {
  aircraft?: { model: string; serial: string; firmware?: string | null } | null;
  profile: string;
  axes_confirmed: boolean;
  armed: boolean;
  authority: Authority;
  live: LiveLink;
  sticks: SticksState;
  mode?: { code: number; words: string } | null;
  in_air?: boolean | null;
  unattended: boolean;
  position?: PlaceState | null;
  fix?: string | null;
  heights: Heights;
  attitude?: Attitude | null;
  speed?: Speed | null;
  battery?: FlightBattery | null;
  wind?: Wind | null;
  home?: PlaceState | null;
  home_distance_m?: number | null;
  obstacles?: ObstacleRing | null;
  fence?: FenceState | null;
  stopping_point?: StoppingPoint | null;
  target?: TargetPlace | null;
  last_heard_utc_ms?: number | null;
}

export type PayloadLens = "wide" | "zoom" | "infrared";
export type PayloadMode = "photo" | "video" | "low_light" | "panorama";

export interface PayloadState {
  index: string;
  name: string;
  authority: Authority;
  lenses: PayloadLens[];
  shown?: PayloadLens | null;
  mode?: PayloadMode | null;
  photographing?: boolean | null;
  recording?: boolean | null;
  recorded_s?: number | null;
  photos_left?: number | null;
  recording_left_s?: number | null;
  zoom_factor?: number | null;
  infrared_zoom_factor?: number | null;
  gimbal?: { pitch_deg: number; yaw_deg: number; roll_deg: number } | null;
  laser?: { distance_m: number; place?: PlaceState | null; altitude_m?: number | null } | null;
}

export type LostAction = "hover" | "land" | "return_home";
export type GimbalReset = "centre" | "down" | "centre_yaw" | "pitch_down";

/** One line of the log of flights. */
export interface Flight {
  number: number;
  begin_utc_ms: number;
  end_utc_ms?: number | null;
  model: string;
  serial: string;
  points: number;
  highest_m?: number | null;
}

interface FlyingState {
  flight?: FlightState | null;
  payloads?: PayloadState[];
}

const flying = (device: Device): FlyingState => device.state as unknown as FlyingState;

export const flightOf = (device: Device | null): FlightState | null => (device ? (flying(device).flight ?? null) : null);
export const payloadsOf = (device: Device | null): PayloadState[] => (device ? (flying(device).payloads ?? []) : []);
export const isAircraft = (device: Device): boolean => flightOf(device) !== null;
