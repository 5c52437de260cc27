// The mock hub's sky: enough astronomy to give plausible answers, and a sky chart, either from a
// file (SKYHELM_MOCK_CHART, as a hub answers) or made up.

import { readFileSync } from "node:fs";
import { SHOWPIECES } from "./world.mjs";
import { seeded } from "./png.mjs";

const RAD = Math.PI / 180;
export const SITE = { latitude_deg: 52.52, longitude_deg: 13.405, height_m: 34, place: "Berlin" };

function sidereal(utc) {
  return (280.46062 + 360.985647366 * ((utc - Date.UTC(2000, 0, 1, 12)) / 864e5) + SITE.longitude_deg) % 360;
}

export function above(raDeg, decDeg, utc) {
  const h = (sidereal(utc) - raDeg) * RAD;
  const [d, p] = [decDeg * RAD, SITE.latitude_deg * RAD];
  const altitude = Math.asin(Math.sin(d) * Math.sin(p) + Math.cos(d) * Math.cos(p) * Math.cos(h));
  const azimuth = Math.atan2(-Math.cos(d) * Math.sin(h), Math.sin(d) * Math.cos(p) - Math.cos(d) * Math.cos(h) * Math.sin(p));
  return { altitude_deg: altitude / RAD, azimuth_deg: (azimuth / RAD + 360) % 360 };
}

function onEcliptic(longitude) {
  const [l, e] = [longitude * RAD, 23.44 * RAD];
  return {
    ra_hours: ((Math.atan2(Math.sin(l) * Math.cos(e), Math.cos(l)) / RAD + 360) % 360) / 15,
    dec_degrees: Math.asin(Math.sin(e) * Math.sin(l)) / RAD,
  };
}

const sunAt = (utc) => onEcliptic(280.46 + 0.98565 * ((utc - Date.UTC(2000, 0, 1, 12)) / 864e5));
const moonAt = (utc) => onEcliptic(218.3 + 13.17640 * ((utc - Date.UTC(2000, 0, 1, 12)) / 864e5));
const placed = (body, utc) => ({ ...body, ...above(body.ra_hours * 15, body.dec_degrees, utc) });

export function found(row, utc) {
  const [id, name, kind, ra_hours, dec_degrees, magnitude, size_arcmin] = row;
  const place = above(ra_hours * 15, dec_degrees, utc);
  return { id, name, kind, also: [id], ra_hours, dec_degrees, magnitude, size_arcmin, ...place, up: place.altitude_deg > 0 };
}

export function skyNow(utc) {
  const elongation = (13.1764 - 0.98565) * ((utc - Date.UTC(2000, 0, 6, 18)) / 864e5);
  return {
    utc_ms: utc,
    sun: placed(sunAt(utc), utc),
    moon: { ...placed(moonAt(utc), utc), phase: (1 - Math.cos(elongation * RAD)) / 2, angular_diameter_deg: 0.52 },
    sidereal_hours: sidereal(utc) / 15,
    twilight: "night",
  };
}

export function curve(raHours, dec, utc) {
  const from = utc - 7 * 36e5;
  const to = utc + 10 * 36e5;
  const track = (of) => {
    const samples = [];
    for (let t = from; t <= to; t += 6e5) samples.push([t, of(t).altitude_deg]);
    return samples;
  };
  const samples = track((t) => above(raHours * 15, dec, t));
  const best = samples.reduce((a, b) => (b[1] > a[1] ? b : a));
  return {
    from_utc_ms: from, to_utc_ms: to, samples,
    sun: track((t) => placed(sunAt(t), t)), moon: track((t) => placed(moonAt(t), t)),
    rise_utc_ms: null, set_utc_ms: null, transit_utc_ms: best[0], best_utc_ms: best[0],
  };
}

export function chart() {
  const file = process.env.SKYHELM_MOCK_CHART;
  if (file) return JSON.parse(readFileSync(file, "utf8"));
  const random = seeded(3);
  const stars = Array.from({ length: 6000 }, () => {
    const dec = Math.asin(2 * random() - 1) / RAD;
    return [random() * 360, dec, 6.5 + Math.log10(random() + 1e-4) * 2, random() * 1.6 - 0.1, null];
  });
  stars.push([279.23, 38.78, 0.03, 0, "Vega"], [310.36, 45.28, 1.25, 0.09, "Deneb"], [297.7, 8.87, 0.76, 0.22, "Altair"]);
  stars.push([37.95, 89.26, 1.97, 0.6, "Polaris"], [79.17, 46.0, 0.08, 0.8, "Capella"], [68.98, 16.51, 0.87, 1.54, "Aldebaran"]);
  const objects = SHOWPIECES.map(([id, name, kind, ra, dec, magnitude, size_arcmin]) => ({
    id, name, kind, ra_deg: ra * 15, dec_deg: dec, magnitude, size_arcmin,
  }));
  return { stars, objects, lines: [], milky_way: null };
}
