import { describe, expect, it } from "vitest";
import { degrees, duration, hours, sentence } from "./format";
import { apply, fromSpherical, inverse, multiply, precession, refraction, toHorizon, toPlace } from "./frames";
import { SkyView } from "./projection";
import { greenwichSiderealDegrees } from "./time";

describe("sidereal time", () => {
  // Astronomical Almanac values, as worked in Meeus, Astronomical Algorithms, chapter 12.
  it("agrees with the almanac at midnight and in the evening of 10 April 1987", () => {
    expect(greenwichSiderealDegrees(Date.UTC(1987, 3, 10))).toBeCloseTo(197.693195, 5);
    expect(greenwichSiderealDegrees(Date.UTC(1987, 3, 10, 19, 21))).toBeCloseTo(128.737873, 4);
  });
});

describe("precession", () => {
  it("carries theta Persei to 2028 as the almanac does", () => {
    // Mean place with proper motion applied, epoch 2028 November 13.19 (Meeus, chapter 21).
    const v = apply(precession(Date.UTC(2028, 10, 13, 4, 33)), fromSpherical(41.054063, 49.227750));
    const place = toPlace(v);
    expect(place.azimuth).toBeCloseTo(41.547214, 3);
    expect(place.altitude).toBeCloseTo(49.348483, 3);
  });
  it("is undone by its inverse", () => {
    const m = precession(Date.UTC(2026, 10, 21));
    multiply(m, inverse(m)).forEach((n, i) => expect(n).toBeCloseTo(i % 4 === 0 ? 1 : 0, 12));
  });
});

describe("the horizon", () => {
  it("has the pole at the height of the latitude, in the north", () => {
    const m = multiply(toHorizon(Date.UTC(2026, 10, 21, 22), 52.5, 13.4), inverse(precession(Date.UTC(2026, 10, 21, 22))));
    const place = toPlace(apply(m, [0, 0, 1]));
    expect(place.altitude).toBeCloseTo(52.5, 9);
    expect(Math.min(place.azimuth, 360 - place.azimuth)).toBeCloseTo(0, 6);
  });
  it("has Venus over Washington where the almanac saw it", () => {
    // Apparent place of date (Meeus, chapter 13); azimuth there counts from the south.
    const utc = Date.UTC(1987, 3, 10, 19, 21);
    const m = multiply(toHorizon(utc, 38.921389, -77.065556), inverse(precession(utc)));
    const place = toPlace(apply(m, fromSpherical(347.3193375, -6.719892)));
    expect(place.altitude).toBeCloseTo(15.1249, 2);
    expect(place.azimuth).toBeCloseTo(68.0337 + 180, 2);
  });
  it("lifts the setting Sun by more than half a degree and the zenith not at all", () => {
    expect(refraction(0)).toBeGreaterThan(0.45);
    expect(Math.abs(refraction(90))).toBeLessThan(0.001);
  });
});

describe("the chart's view", () => {
  it("puts its centre in the middle and gives back where a point came from", () => {
    const view = new SkyView(800, 600);
    view.look(120, 40, 60);
    const there = fromSpherical(135, 52);
    const spot = view.project(there);
    expect(spot).not.toBeNull();
    const back = toPlace(view.unproject(spot!.x, spot!.y));
    expect(back.azimuth).toBeCloseTo(135, 9);
    expect(back.altitude).toBeCloseTo(52, 9);
    expect(view.project(fromSpherical(120, 40))!.x).toBeCloseTo(400, 9);
    expect(view.project(fromSpherical(120, 40))!.y).toBeCloseTo(300, 9);
  });
  it("has azimuth growing to the right", () => {
    const view = new SkyView(800, 600);
    view.look(180, 30, 60);
    expect(view.project(fromSpherical(190, 30))!.x).toBeGreaterThan(400);
  });
});

describe("numbers for people", () => {
  it("carry over when they round up", () => {
    expect(hours(0.999999)).toBe("01h 00m 00.0s");
    expect(degrees(-0.0001)).toBe("−00° 00′ 00″");
    expect(degrees(41.9999999)).toBe("+42° 00′ 00″");
    expect(duration(3599.7)).toBe("1 h 00 min");
    expect(duration(75)).toBe("1 min 15 s");
  });
});

describe("what a device says", () => {
  it("is shown as a sentence", () => {
    expect(sentence("the motor has reached its limit")).toBe("The motor has reached its limit.");
    expect(sentence("Move it the other way. ")).toBe("Move it the other way.");
    expect(sentence("")).toBe("");
  });
});
