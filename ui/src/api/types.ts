// The JSON of the hub's API, as the hub's documentation and the device state types describe it.

import type { Problem } from "./client";

export type Role = "guest" | "viewer" | "operator" | "admin";

export interface Who {
  signed_in: boolean;
  name: string | null;
  account?: number | string | null;
  role?: Role | null;
  flight?: boolean;
  means?: "link" | "password" | "guest" | "token" | null;
  expires_utc_ms?: number | null;
  has_accounts?: boolean;
  lan?: boolean;
}

export interface Account {
  id: number | string;
  name: string;
  role: Role;
  flight: boolean;
  disabled: boolean;
  created_utc_ms: number;
  last_seen_utc_ms: number | null;
  mine: boolean;
}

export interface Token {
  id: number | string;
  name: string;
  role: Role;
  flight: boolean;
  account: string | null;
  created_utc_ms: number;
  last_used_utc_ms: number | null;
  expires_utc_ms: number | null;
}

export interface GuestLink {
  id: number | string;
  name: string;
  created_utc_ms: number;
  expires_utc_ms: number;
}

export interface AuditEntry {
  id: number | string;
  utc_ms: number;
  who: string;
  role: string | null;
  means: string | null;
  device: string | null;
  action: string;
  details: unknown;
  status: number;
  outcome: string;
  request_id: string;
}

export interface HorizonPoint {
  azimuth_deg: number;
  altitude_deg: number;
}

export interface SettingsAnswer {
  name: { value: string; source: string };
  site: { value: Site & { time_zone: string }; source: string };
  horizon: { value: { points: HorizonPoint[] }; source: string };
}

export type Lens = "tele" | "wide";

export interface Clock {
  utc_ms: number;
  speed: number;
  shifted: boolean;
}

export interface Site {
  latitude_deg: number;
  longitude_deg: number;
  height_m: number;
  place: string;
}

export interface Station {
  name: string;
  version: string;
  site: Site;
  time_zone: string;
  clock: Clock;
  simulated: boolean;
}

export interface Lease {
  holder: string;
  mine: boolean;
  until_utc_ms: number;
}

export interface Device {
  id: string;
  state: DeviceState;
  lease: Lease | null;
  capabilities: string[];
}

export interface Choice {
  index: number;
  name: string;
  value: number | null;
}

export interface Setting {
  auto: boolean;
  has_auto: boolean;
  index: number | null;
  choices: Choice[];
}

export interface CameraState {
  open: boolean;
  field_deg: [number, number] | null;
  preview_px: [number, number] | null;
  exposure: Setting | null;
  gain: Setting | null;
  filter: Setting | null;
  parameters?: Parameter[];
}

/** Something that can be set by name, told as data. */
export interface Parameter {
  name: string;
  title: string;
  unit: string | null;
  has_auto: boolean;
  auto: boolean;
  choices: Choice[];
  index: number | null;
  range: { min: number; max: number; step: number; default: number | null } | null;
  value: number | null;
}

export interface DarkFrame {
  id: string;
  lens: Lens;
  exposure: string;
  exposure_s: number | null;
  gain: string;
  binning: string;
  temperature_c: number | null;
}

export interface LightState {
  name: string;
  title: string;
  on: boolean | null;
}

/** Something that is wrong with a device now. */
export interface DeviceTrouble {
  topic: string;
  severity: Severity;
  message: string;
  remedy: string | null;
  since_utc_ms: number;
}

export type Motion =
  | "idle"
  | "slewing"
  | "solving"
  | "calibrating"
  | "tracking"
  | "joystick"
  | "parked";

export interface TargetState {
  name: string;
  ra_hours: number | null;
  dec_degrees: number | null;
}

export interface Pointing {
  ra_hours: number;
  dec_degrees: number;
  source: "target" | "motors" | "solved";
}

export interface MountState {
  motion: Motion;
  calibrated: boolean | null;
  target: TargetState | null;
  pointing: Pointing | null;
}

export interface SubCounts {
  taken: number;
  stacked: number;
}

export interface StackerState {
  lens: Lens | null;
  phase: "live" | "running" | "stopping" | "ended";
  target: string | null;
  wanted: number | null;
  counts: SubCounts | null;
  sub_seconds: number | null;
  rejected?: number | null;
  parameters?: Parameter[];
}

export interface PictureBox {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Blocked {
  reason: string;
  remedy?: string | null;
}

export interface DeviceError {
  kind: string;
  message: string;
  remedy?: string | null;
  command?: string | null;
  code?: number | null;
}

export type Outcome =
  | { result: "done" }
  | { result: "cancelled" }
  | { result: "failed"; error: DeviceError };

export interface Job {
  id: string;
  kind: string;
  title: string;
  step: string;
  progress: number | null;
  started_utc_ms: number;
  ended_utc_ms: number | null;
  outcome: Outcome | null;
  cancellable: boolean;
}

export interface DeviceState {
  about: {
    family: string;
    name: string;
    model: string;
    firmware: string | null;
    serial: string | null;
    address: string;
    simulated: boolean;
  };
  link: {
    status: "connecting" | "up" | "down";
    last_heard_utc_ms: number | null;
    round_trip_ms: number | null;
    trouble: string | null;
  };
  control: "unknown" | "host" | "viewer";
  clock: { ahead_s: number; zone: string | null } | null;
  power: {
    battery_percent: number | null;
    charging: boolean | null;
    temperature_c: number | null;
  };
  storage: { free_gb: number; total_gb: number } | null;
  cameras: Partial<Record<Lens, CameraState>>;
  mount: MountState | null;
  focuser: { position: number | null; moving: boolean } | null;
  stacker: StackerState | null;
  tele_on_wide: PictureBox | null;
  darks?: { frames: DarkFrame[] } | null;
  lights?: LightState[];
  troubles?: DeviceTrouble[];
  jobs: Job[];
  blocked: Record<string, Blocked>;
}

export type Severity = "info" | "warning" | "error";

export interface LogEntry {
  id: number | string;
  utc_ms: number;
  device: string | null;
  severity: Severity;
  topic: string;
  message: string;
  details?: unknown;
}

export interface Found {
  device?: string;
  address: string;
  model: string;
  firmware?: string | null;
  name?: string | null;
  serial?: string | null;
}

export interface LibraryFile {
  name: string;
  size_bytes: number | null;
  media_type: string;
}

export interface LibraryEntry {
  id: string;
  device: string | null;
  kind: string;
  target: string | null;
  utc_ms: number;
  night: string;
  subs: SubCounts | number | null;
  exposure_s: number | null;
  state: "fetching" | "complete" | "failed" | "removed";
  progress: number | null;
  files: LibraryFile[];
  thumbnail: string | null;
  trouble?: string | null;
  header?: [string, string | number | boolean | null, string | null][];
}

export interface HistogramAnswer {
  /** How levels are spread over the bins: "linear" or "logarithmic". */
  scale?: string;
  channels: { name: string; bins: number[] }[];
  auto: { black: number; mid: number; white: number };
  stars: { count: number; fwhm_px: number | null } | null;
}

export interface SkyObject {
  id: string;
  name: string;
  kind: string;
  also?: string[] | string | null;
  ra_hours: number;
  dec_degrees: number;
  magnitude: number | null;
  size_arcmin: number | [number, number] | null;
  altitude_deg: number;
  azimuth_deg: number;
  up: boolean;
}

/** What is good tonight, and when. */
export interface Suggestion extends SkyObject {
  score: number;
  from_utc_ms: number;
  to_utc_ms: number;
  best_utc_ms: number;
  best_altitude_deg: number;
  moon_distance_deg: number;
  field_part: number | null;
  reason: string;
}

export interface TonightAnswer {
  suggestions: Suggestion[];
}

export interface Chart {
  stars: [number, number, number, number | null, string | null][];
  objects: {
    id: string;
    name: string;
    kind: string;
    ra_deg: number;
    dec_deg: number;
    magnitude: number | null;
    size_arcmin: number | null;
    minor_arcmin?: number | null;
    position_angle_deg?: number | null;
  }[];
  lines: [[number, number], [number, number]][];
  /** Stars by square degree: rows of declination from the south, right ascension from 0 h. */
  milky_way: { width: number; height: number; density: number[] } | null;
}

export interface BodyNow {
  ra_hours: number;
  dec_degrees: number;
  altitude_deg: number;
  azimuth_deg: number;
}

export interface PlanetNow extends BodyNow {
  name: string;
  magnitude: number;
}

export interface SkyNow {
  utc_ms: number;
  sun: BodyNow;
  moon: BodyNow & { phase: number; angular_diameter_deg: number };
  planets?: PlanetNow[];
  sidereal_hours: number;
  twilight: string;
}

export type Samples = [number, number][];

export interface Curve {
  from_utc_ms: number;
  to_utc_ms: number;
  samples: Samples;
  sun: Samples;
  moon: Samples;
  rise_utc_ms: number | null;
  set_utc_ms: number | null;
  transit_utc_ms: number | null;
  best_utc_ms: number | null;
}

export type HubMessage =
  | { type: "hello"; station: Station; devices: Device[]; who?: Who }
  | { type: "station"; station: Station }
  | { type: "device"; device: Device }
  | { type: "gone"; id: string }
  | { type: "log"; entry: LogEntry }
  | { type: "library"; entry: LibraryEntry }
  | { type: "problem"; problem: Problem }
  | { type: "clock"; clock: Clock }
  | { type: "pong"; t: number };
