import { describe, expect, it } from "vitest";
import { answered, Refused, type DjiBridge } from "./bridge";
import { bringOnline, brokerAddress, STEPS, StepFailed, type SignOn, type StepName, type World } from "./steps";

const ok = (data: unknown = null): string => JSON.stringify({ code: 0, message: "success", data });
const no = (code = 601001): string => JSON.stringify({ code, message: "refused" });

const GIVEN: SignOn = {
  app_id: "1", app_key: "key", app_license: "licence", username: "5RC", password: "hunter2",
  workspace_id: "e3dea0f5-37f2-8d79-ae58-490af3228069", station: "Balcony",
  pairing: { host: "", port: 1883, tls: false, organization_name: "Home", has_application: true },
};

class FakePilot {
  calls: [string, ...string[]][] = [];
  answers: Record<string, (() => string) | undefined> = {
    platformGetRemoteControllerSN: () => ok("5RC"),
    platformIsVerified: () => ok(true),
    platformIsComponentLoaded: () => ok(false),
    thingGetConnectState: () => ok(this.connected),
    thingConnect: () => ((this.connected = true), ok()),
    platformGetAircraftSN: () => ok("1581F"),
  };
  connected = false;

  get bridge(): DjiBridge {
    return new Proxy({} as DjiBridge, {
      get: (_, name: string) => {
        if (name in this.answers && this.answers[name] === undefined) return undefined;
        return (...words: string[]) => {
          this.calls.push([name, ...words]);
          return (this.answers[name] ?? (() => ok()))();
        };
      },
    });
  }
}

function world(pilot: FakePilot, other: Partial<World> = {}): World {
  return {
    bridge: pilot.bridge, host: "sky.lan", signOn: async () => GIVEN, password: async () => "typed", listen: () => undefined, wait: async () => undefined,
    ...other,
  };
}

const failedAt = async (made: World): Promise<StepFailed> => {
  const failed = await bringOnline(made, () => undefined).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(StepFailed);
  return failed as StepFailed;
};

describe("bringing a controller online", () => {
  it("makes the documented calls in the documented order, each step told", async () => {
    const pilot = new FakePilot();
    const done: StepName[] = [];
    const online = await bringOnline(world(pilot), (step, isDone) => isDone && done.push(step));
    expect(online).toEqual({ controller: "5RC", aircraft: "1581F" });
    expect(done).toEqual([...STEPS]);
    const names = pilot.calls.map(([name]) => name).filter((name) => !name.startsWith("thingGet") && !name.includes("IsComponent"));
    expect(names).toEqual([
      "platformGetRemoteControllerSN", "platformVerifyLicense", "platformIsVerified", "platformSetWorkspaceId",
      "platformSetInformation", "platformLoadComponent", "thingConnect", "platformLoadComponent", "platformGetAircraftSN",
    ]);
    const of = (name: string): string[][] => pilot.calls.filter(([called]) => called === name).map(([, ...words]) => words);
    expect(of("platformVerifyLicense")).toEqual([["1", "key", "licence"]]);
    expect(of("platformSetWorkspaceId")).toEqual([[GIVEN.workspace_id]]);
    const [thing, live] = of("platformLoadComponent");
    expect([thing?.[0], JSON.parse(thing?.[1] ?? "")]).toEqual([
      "thing", { host: "tcp://sky.lan:1883", connectCallback: "skyhelmConnected", username: "5RC", password: "hunter2" },
    ]);
    expect([live?.[0], JSON.parse(live?.[1] ?? "").videoPublishType]).toEqual(["liveshare", "video-on-demand"]);
  });

  const refusing: [StepName, string][] = [
    ["controller", "platformGetRemoteControllerSN"], ["licence", "platformVerifyLicense"], ["licence", "platformIsVerified"],
    ["workspace", "platformSetWorkspaceId"], ["names", "platformSetInformation"], ["thing", "platformLoadComponent"], ["connect", "thingConnect"],
  ];
  for (const [step, call] of refusing) {
    it(`stops at ${step} when ${call} is refused, or is not there, and goes no further`, async () => {
      const pilot = new FakePilot();
      pilot.answers[call] = () => no();
      const failed = await failedAt(world(pilot));
      expect([failed.step, failed.code]).toEqual([step, 601001]);
      expect(failed.message).toContain(call);
      expect(pilot.calls.at(-1)?.[0]).toBe(call);
      const older = new FakePilot();
      older.answers[call] = undefined;
      expect((await failedAt(world(older))).step).toBe(step);
    });
  }

  it("stops at the live module alone when that is refused", async () => {
    const pilot = new FakePilot();
    let loads = 0;
    pilot.answers["platformLoadComponent"] = () => (++loads === 2 ? no() : ok());
    expect((await failedAt(world(pilot))).step).toBe("live");
  });

  it("stops where a licence is not good though the call says nothing", async () => {
    const pilot = new FakePilot();
    pilot.answers["platformIsVerified"] = () => ok(false);
    expect((await failedAt(world(pilot))).step).toBe("licence");
  });

  it("stops outside of Pilot 2, and where the station has no account or no application", async () => {
    const pilot = new FakePilot();
    expect((await failedAt(world(pilot, { bridge: null }))).step).toBe("bridge");
    const unknown = async (): Promise<SignOn> => Promise.reject(Object.assign(new Error("no account"), { remedy: "add it" }));
    const failed = await failedAt(world(pilot, { signOn: unknown }));
    expect([failed.step, failed.message, failed.remedy]).toEqual(["setup", "no account", "add it"]);
    const bare = async (): Promise<SignOn> => ({ ...GIVEN, pairing: { ...GIVEN.pairing, has_application: false } });
    expect((await failedAt(world(pilot, { signOn: bare }))).step).toBe("setup");
    expect(pilot.calls.some(([name]) => name === "platformVerifyLicense")).toBe(false);
  });

  it("stops when the broker is never reached, and says after how long", async () => {
    const pilot = new FakePilot();
    pilot.answers["thingConnect"] = () => ok();
    let waited = 0;
    const failed = await failedAt(world(pilot, { wait: async (ms) => void (waited += ms) }));
    expect([failed.step, waited]).toEqual(["connect", 15_000]);
  });

  it("goes on without an aircraft, asks for a password the station does not know, and drops an old module", async () => {
    const pilot = new FakePilot();
    pilot.answers["platformGetAircraftSN"] = () => no(1);
    pilot.answers["platformIsComponentLoaded"] = () => ok(true);
    const signOn = async (): Promise<SignOn> => ({ ...GIVEN, password: null });
    expect((await bringOnline(world(pilot, { signOn }), () => undefined)).aircraft).toBeNull();
    expect(pilot.calls.find(([name]) => name === "thingConnect")?.[2]).toBe("typed");
    expect(pilot.calls.some(([name, what]) => name === "platformUnloadComponent" && what === "thing")).toBe(true);
  });
});

describe("answers of Pilot 2", () => {
  it("are texts with code, message and data, or bare", () => {
    expect(answered("x", ok("5RC"))).toBe("5RC");
    expect(answered("x", "5RC")).toBe("5RC");
    expect(answered("x", '{"code":"0","data":1}')).toBe(1);
    expect(() => answered("x", no())).toThrow(Refused);
    expect(answered("x", undefined)).toBeUndefined();
    expect(answered("x", "[1")).toBe("[1");
  });
  it("never carry the address of another host than the broker's", () => {
    const at = (pairing: Partial<SignOn["pairing"]>): string => brokerAddress({ ...GIVEN, pairing: { ...GIVEN.pairing, ...pairing } }, "sky.lan");
    expect([at({}), at({ host: "mq.example", port: 8883, tls: true })]).toEqual(["tcp://sky.lan:1883", "ssl://mq.example:8883"]);
  });
});
