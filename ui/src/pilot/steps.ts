// Bringing a remote controller online, in the order in which Pilot 2 wants it: licence, who it is,
// work space, names, the MQTT connection, and then the live picture's module. Modules for Pilot's own
// map, media and wayline folders (`api`, `ws`, `map`, `tsa`, `media`, `mission`) are not loaded: each
// wants web services of its own, and this station has none of them.

import { answered, isYes, Refused, type DjiBridge } from "./bridge";

export const STEPS = ["bridge", "controller", "setup", "licence", "workspace", "names", "thing", "connect", "live", "aircraft"] as const;
export type StepName = (typeof STEPS)[number];

/** What the station gives for one controller. */
export interface SignOn {
  app_id: string;
  app_key: string;
  app_license: string;
  username: string;
  password: string | null;
  workspace_id: string;
  station: string;
  pairing: { host: string; port: number; tls: boolean; organization_name: string; has_application: boolean };
}

export interface World {
  /** `window.djiBridge`, when the page is in Pilot 2. */
  bridge: DjiBridge | null;
  /** The name by which the station was reached. */
  host: string;
  /** Asks the station what this controller needs. */
  signOn: (serial: string) => Promise<SignOn>;
  /** Asks the person for the controller's password, when the station has only its hash. */
  password: () => Promise<string>;
  /** Puts a function where Pilot 2 finds it by name. */
  listen: (name: string, hear: (said: unknown) => void) => void;
  wait: (ms: number) => Promise<void>;
}

/** A step that failed: which, and what Pilot 2 or the station said. */
export class StepFailed extends Error {
  constructor(
    readonly step: StepName,
    readonly code: number | null,
    said: string,
    readonly remedy: string | null = null,
  ) {
    super(said);
  }
}

const LOOK_MS = 250;
const CONNECTS_WITHIN_MS = 15_000;
const CALLBACK = "skyhelmConnected";
const LIVE_CALLBACK = "skyhelmLive";

/** Everything in order. `told` hears of each step that begins and is done. */
export async function bringOnline(world: World, told: (step: StepName, done: boolean) => void): Promise<{ controller: string; aircraft: string | null }> {
  const step = async <T>(name: StepName, act: () => T | Promise<T>): Promise<T> => {
    told(name, false);
    try {
      const done = await act();
      told(name, true);
      return done;
    } catch (error) {
      throw failure(name, error);
    }
  };
  const { bridge } = world;
  // It is never awaited itself: an app's object may answer to any name, `then` among them.
  await step("bridge", () => {
    if (!bridge) throw new Refused("window.djiBridge", null, "");
  });
  if (!bridge) throw new StepFailed("bridge", null, "");
  const controller = await step("controller", () => String(ask(bridge, "platformGetRemoteControllerSN") ?? "").trim());
  const given = await step("setup", async () => {
    const found = await world.signOn(controller);
    if (!found.pairing.has_application) throw new Refused("sign-on", null, "app");
    return found;
  });
  await step("licence", () => {
    ask(bridge, "platformVerifyLicense", given.app_id, given.app_key, given.app_license);
    // The call itself answers 0 whether or not the licence is good.
    if (!isYes(ask(bridge, "platformIsVerified"))) throw new Refused("platformIsVerified", null, "");
  });
  await step("workspace", () => ask(bridge, "platformSetWorkspaceId", given.workspace_id));
  await step("names", () => ask(bridge, "platformSetInformation", "Skyhelm", given.pairing.organization_name, given.station));
  const password = given.password ?? (await world.password());
  await step("thing", () => {
    const parameters = { host: brokerAddress(given, world.host), connectCallback: CALLBACK, username: given.username, password };
    world.listen(CALLBACK, () => undefined);
    // A module that an earlier visit left behind keeps its old address and account.
    if (isYes(quietly(bridge, "platformIsComponentLoaded", "thing"))) quietly(bridge, "platformUnloadComponent", "thing");
    ask(bridge, "platformLoadComponent", "thing", JSON.stringify(parameters));
  });
  await step("connect", () => connected(world, bridge, given.username, password));
  await step("live", () => {
    world.listen(LIVE_CALLBACK, () => undefined);
    const parameters = { videoPublishType: "video-on-demand", statusCallback: LIVE_CALLBACK };
    ask(bridge, "platformLoadComponent", "liveshare", JSON.stringify(parameters));
  });
  // Pilot 2 refuses this one while no aircraft is linked: no failure, only news.
  const aircraft = await step("aircraft", () => quietly(bridge, "platformGetAircraftSN"));
  return { controller, aircraft: typeof aircraft === "string" && aircraft.trim() !== "" ? aircraft.trim() : null };
}

async function connected(world: World, bridge: DjiBridge, username: string, password: string): Promise<void> {
  if (isYes(quietly(bridge, "thingGetConnectState"))) return;
  // Some versions connect when the module is loaded, some only when they are told to.
  ask(bridge, "thingConnect", username, password, CALLBACK);
  for (let waited = 0; waited < CONNECTS_WITHIN_MS; waited += LOOK_MS) {
    if (isYes(quietly(bridge, "thingGetConnectState"))) return;
    await world.wait(LOOK_MS);
  }
  throw new Refused("thingGetConnectState", null, "");
}

/** As Pilot 2 reads it: `tcp://host:port`, `ssl://` when encrypted. */
export function brokerAddress({ pairing }: SignOn, pageHost: string): string {
  return `${pairing.tls ? "ssl" : "tcp"}://${pairing.host === "" ? pageHost : pairing.host}:${pairing.port}`;
}

type Call = keyof DjiBridge;

function ask(bridge: DjiBridge, call: Call, ...words: string[]): unknown {
  const found = bridge[call] as ((...words: string[]) => unknown) | undefined;
  if (typeof found !== "function") throw new Refused(call, null, "missing");
  // Its functions insist on being called as members of it.
  return answered(call, found.apply(bridge, words));
}

function quietly(bridge: DjiBridge, call: Call, ...words: string[]): unknown {
  try {
    return ask(bridge, call, ...words);
  } catch {
    return null;
  }
}

function failure(step: StepName, error: unknown): StepFailed {
  if (error instanceof StepFailed) return error;
  if (error instanceof Refused) return new StepFailed(step, error.code, [error.call, error.message].filter(Boolean).join(": "));
  const remedy = error instanceof Error && "remedy" in error && typeof error.remedy === "string" ? error.remedy : null;
  return new StepFailed(step, null, error instanceof Error ? error.message : String(error), remedy);
}
