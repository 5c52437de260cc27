import { describe, expect, it } from "vitest";
import { beforeFlyTo, beforeTakeOff, ellipsoidOf, leftAtHome, withinFence, worst } from "./checks";
import type { FlightState } from "./types";
import { moved } from "../map/geometry";

const HOME = { latitude_deg: 48, longitude_deg: 11 };
const OURS = { holder: "station", ours: true, asked: false, locked: null } as const;
const BATTERY = { percent: 80, remaining_s: 1200, return_home_percent: 25, landing_percent: 10 };

const flight = (more: Partial<FlightState> = {}): FlightState => ({
  aircraft: null,
  profile: "Dock",
  axes_confirmed: true,
  armed: true,
  authority: OURS,
  live: { status: "up", reason: null, round_trip_ms: null, radio_delay_ms: null, picture_delay_ms: null },
  sticks: { phase: { phase: "free" }, holder: null, held_back: false },
  mode: null,
  in_air: false,
  unattended: false,
  position: HOME,
  fix: null,
  heights: { above_takeoff_m: 20, ellipsoid_m: 570, amsl_m: null },
  attitude: null,
  speed: null,
  battery: BATTERY,
  wind: { speed_m_s: 3, from_deg: null },
  home: HOME,
  home_distance_m: 0,
  obstacles: null,
  fence: { polygon: [], ceiling_m: 100, distance_m: 500 },
  stopping_point: null,
  target: null,
  last_heard_utc_ms: null,
  ...more,
});

describe("what is looked at before a flight", () => {
  it("finds nothing in the way of a place nearby", () => {
    expect(worst(beforeFlyTo(flight(), true, moved(HOME, 90, 200), 50, 10))).toBe("fine");
    expect(worst(beforeTakeOff(flight(), true, HOME, 30))).toBe("fine");
  });
  it("finds a place beyond the fence, and a height above its ceiling", () => {
    expect(withinFence(flight(), moved(HOME, 0, 600), 50)).toEqual({ place: false, height: true });
    expect(withinFence(flight(), moved(HOME, 0, 400), 150)).toEqual({ place: true, height: false });
  });
  it("cannot judge a distance without a home, so it does not allow it", () => {
    expect(withinFence(flight({ home: null }), HOME, 20).place).toBe(false);
  });
  it("finds a battery that does not bring it home", () => {
    const low = flight({ battery: { ...BATTERY, percent: 40, remaining_s: 200 }, fence: null });
    expect(leftAtHome(low, moved(HOME, 90, 2000), 10)).toBeLessThan(0);
    expect(worst(beforeFlyTo(low, true, moved(HOME, 90, 2000), 50, 10))).toBe("bad");
  });
  it("calls unknown what is not told, never fine", () => {
    const checks = beforeTakeOff(flight({ battery: null, wind: null }), true, HOME, 20);
    expect(checks.filter((check) => check.finding === "unknown").map((check) => check.name)).toEqual(["battery", "wind"]);
  });
  it("needs arming and control", () => {
    const foreign = flight({ armed: false, authority: { ...OURS, holder: "remote_controller", ours: false } });
    expect(worst(beforeTakeOff(foreign, true, HOME, 20))).toBe("bad");
  });
  it("tells the height above the ellipsoid that will be sent", () => {
    expect(ellipsoidOf(flight(), 50)).toBe(600);
    expect(ellipsoidOf(flight({ heights: { above_takeoff_m: null, ellipsoid_m: null, amsl_m: null } }), 50)).toBeNull();
  });
});
