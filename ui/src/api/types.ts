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
export type LightState = Schemas["LightState"];
export type LogEntry = Schemas["LogEntry"];
export type Parameter = Schemas["Parameter"];
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

export type CameraState = Omit<Schemas["CameraState"], "field_deg" | "preview_px"> & {
  field_deg: Pair | null;
  preview_px: Pair | null;
};

export type DeviceState = Omit<Schemas["DeviceState"], "cameras"> & {
  cameras: Partial<Record<Lens, CameraState>>;
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
