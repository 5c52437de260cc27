// The JSON of the hub's API under the names the page uses. All of it comes from the hub's own
// document (`npm run gen:api` writes schema.ts); pairs of numbers are named as pairs here, because
// the document can only say "numbers".

import type { Problem } from "./client";
import type { components } from "./schema";

type Schemas = components["schemas"];
type Pair = [number, number];

export type Account = Schemas["Account"];
export type AuditEntry = Schemas["AuditEntry"];
export type Blocked = Schemas["Blocked"];
export type Curve = Schemas["Curve"];
export type Clock = Schemas["StationClock"];
export type GuestLink = Schemas["GuestLink"];
export type Found = Schemas["Found"];
export type HistogramAnswer = Schemas["Histogram"];
export type HorizonPoint = Schemas["HorizonPoint"];
export type Job = Schemas["Job"];
export type Lens = Schemas["Lens"];
export type LibraryFile = Schemas["EntryFile"];
export type LogEntry = Schemas["LogEntry"];
export type Role = Schemas["Role"];
export type Samples = Curve["samples"];
export type Setting = Schemas["Setting"];
export type SettingsAnswer = Schemas["Settings"];
export type Severity = Schemas["Severity"];
export type SkyNow = Schemas["SkyNow"];
export type SkyObject = Schemas["Target"];
export type Station = Schemas["Station"];
export type Suggestion = Schemas["Suggestion"];
export type Token = Schemas["Token"];
export type TonightAnswer = Schemas["Tonight"];
export type Who = Schemas["Who"];

/** One entry of the library; its header comes when it is asked for alone. */
export type LibraryEntry = Schemas["Entry"] & { header?: Schemas["EntryWithHeader"]["header"] };

export type Chart = Omit<Schemas["Chart"], "lines"> & { lines: [Pair, Pair][] };

/** Something that can be set by name, told as data. */
export interface Parameter {
  name: string;
  title: string;
  unit: string | null;
  has_auto: boolean;
  auto: boolean;
  choices: Schemas["Choice"][];
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

export type CameraState = Omit<Schemas["CameraState"], "field_deg" | "preview_px"> & {
  field_deg: Pair | null;
  preview_px: Pair | null;
  parameters?: Parameter[];
};

export type StackerState = Schemas["StackerState"] & { rejected?: number | null; parameters?: Parameter[] };

export type DeviceState = Omit<Schemas["DeviceState"], "cameras" | "stacker"> & {
  cameras: Partial<Record<Lens, CameraState>>;
  stacker: StackerState | null;
  darks?: { frames: DarkFrame[] } | null;
  lights?: LightState[];
  troubles?: DeviceTrouble[];
};

export type Device = Omit<Schemas["Device"], "state"> & { state: DeviceState };

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
