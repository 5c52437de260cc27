// A hub that is not one: serves ui/dist and the API with a made-up telescope, to work on the page
// without building the rest. `npm run build && npm run mock`, then open what it prints.
//
// SKYHELM_MOCK_TELE, SKYHELM_MOCK_WIDE: pictures to show instead of painted stars.
// SKYHELM_MOCK_CHART: a sky chart as a hub answers it.
// SKYHELM_MOCK_AIRCRAFT: "none", or "air" for one that flies already.

import { createReadStream, existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { WebSocketServer } from "ws";
import { ID as AIRCRAFT, land, MockAircraft } from "./aircraft.mjs";
import { starField } from "./png.mjs";
import { chart, curve, found, SITE, skyNow } from "./sky.mjs";
import { makeWorld, SHOWPIECES } from "./world.mjs";

const DIST = join(fileURLToPath(new URL(".", import.meta.url)), "..", "dist");
const POLICY = "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const TYPES = { ".mjs": "text/javascript", ".json": "application/json", ".txt": "text/plain", ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };
const START = Date.now();
const BEGIN_UTC = Date.UTC(2026, 10, 21, 21, 40);
const SPEED = 60;
const ID = "dwarf-d3-0042";

const world = makeWorld();
const aircraft = process.env.SKYHELM_MOCK_AIRCRAFT === "none" ? null : new MockAircraft({ inAir: process.env.SKYHELM_MOCK_AIRCRAFT === "air" });
const devices = () => [device(), ...(aircraft ? [aircraft.device] : [])];
const clock = () => ({ utc_ms: BEGIN_UTC + (Date.now() - START) * SPEED, speed: SPEED, shifted: true });
const stationNow = () => clock().utc_ms;
const station = () => ({
  name: "Balcony", version: "0.1.0", site: SITE, time_zone: "Europe/Berlin", clock: clock(), simulated: true,
  tiles: { kind: "bundled" },
});
const capabilities = ["mount", "camera", "focuser", "stacker", "live", "library", "darks", "lights", "power", "control", "album"];
const device = () => ({ id: ID, state: world.state, lease: world.lease, capabilities });

const pictures = new Map();
function picture(lens, step) {
  const file = process.env[lens === "tele" ? "SKYHELM_MOCK_TELE" : "SKYHELM_MOCK_WIDE"];
  if (file) return readFileSync(file);
  const subs = world.state.stacker.counts?.stacked ?? 1;
  const level = lens === "tele" ? Math.min(40, subs) : 1;
  const key = `${lens} ${level} ${step % 3}`;
  if (!pictures.has(key)) {
    const size = lens === "tele" ? [960, 540] : [640, 360];
    pictures.set(key, starField({
      width: size[0], height: size[1], stars: lens === "tele" ? 420 : 900, fwhm: lens === "tele" ? 2.6 : 1.6,
      sigma: 11 / Math.sqrt(Math.max(1, level)), seed: 99 + level * 3 + (step % 3), glow: lens === "tele" ? 1 : 0.12,
    }));
  }
  return pictures.get(key);
}

const entries = SHOWPIECES.slice(0, 7).map(([, target], i) => ({
  id: `e${i}`, device: ID, kind: i % 4 === 3 ? "photo" : "stack", target, utc_ms: BEGIN_UTC - i * 5.2e6,
  night: i < 4 ? "2026-11-21" : "2026-11-20", subs: i % 4 === 3 ? null : 56 + i * 6,
  exposure_s: 15, state: "complete", progress: 1,
  files: [
    { name: `stacked-16_${i}.fits`, size_bytes: 50_450_000, media_type: "application/fits" },
    { name: "stacked.png", size_bytes: 18_100_000, media_type: "image/png" },
    { name: "stacked.jpg", size_bytes: 2_310_000, media_type: "image/jpeg" },
    { name: "shotsInfo.json", size_bytes: 812, media_type: "application/json" },
  ],
  thumbnail: `/api/v1/library/e${i}/preview.jpg?width=420`,
}));
const HEADER = [
  ["SIMPLE", true, "conforms to FITS"], ["BITPIX", 16, ""], ["NAXIS", 3, ""], ["NAXIS1", 3856, ""], ["NAXIS2", 2180, ""],
  ["OBJECT", "Andromeda Galaxy", "target"], ["RA", 10.684, "deg, J2000"], ["DEC", 41.269, "deg, J2000"],
  ["EXPTIME", 15, "s"], ["GAIN", 60, ""], ["FOCALLEN", 150, "mm"], ["XPIXSZ", 2, "um"],
];
const LOG = [
  ["info", "stack.started", "A stack of Andromeda Galaxy began, 15 s subs."],
  ["info", "goto.done", "The telescope follows Andromeda Galaxy."],
  ["warning", "stack.rejected", "Sub 4 was rejected: too few stars matched."],
  ["error", "calibrate.failed", "Too few stars were seen to learn how the tripod stands."],
  ["info", "link.up", "Virtual DWARF 3 is connected."],
].map(([severity, topic, message], i) => ({ id: 100 - i, utc_ms: BEGIN_UTC - i * 47_000, device: ID, severity, topic, message }));

const WHO = {
  signed_in: true, name: "operator", account: null, role: "admin", flight: true, means: "link", expires_utc_ms: null,
  has_accounts: true, lan: false,
};
const ACCOUNTS = [
  { id: 1, name: "maria", role: "admin", flight: false, disabled: false, created_utc_ms: BEGIN_UTC, last_seen_utc_ms: BEGIN_UTC, mine: true },
  { id: 2, name: "jonas", role: "viewer", flight: false, disabled: true, created_utc_ms: BEGIN_UTC, last_seen_utc_ms: null, mine: false },
];
const TOKENS = [
  { id: 1, name: "weather script", role: "viewer", flight: false, account: "maria", created_utc_ms: BEGIN_UTC, last_used_utc_ms: null, expires_utc_ms: BEGIN_UTC + 3e10 },
];
const LINKS = [{ id: 1, name: "star party", created_utc_ms: BEGIN_UTC, expires_utc_ms: BEGIN_UTC + 8.64e7 }];
const AUDIT = [
  { id: 2, utc_ms: BEGIN_UTC, who: "maria", role: "admin", means: "password", device: ID, action: "POST /devices/{id}/mount/goto", details: null, status: 202, outcome: "taken", request_id: "r-2" },
  { id: 1, utc_ms: BEGIN_UTC - 5000, who: "jonas", role: "viewer", means: "password", device: ID, action: "POST /devices/{id}/mount/park", details: null, status: 403, outcome: "A viewer may not do this.", request_id: "r-1" },
];
const settings = {
  name: { value: "Balcony", source: "config" },
  site: { value: { latitude_deg: 52.52, longitude_deg: 13.405, height_m: 34, place: "Berlin", time_zone: "Europe/Berlin" }, source: "config" },
  horizon: { value: { points: [[0, 12], [70, 30], [110, 8], [200, 5], [290, 22]].map(([azimuth_deg, altitude_deg]) => ({ azimuth_deg, altitude_deg })) }, source: "page" },
  tiles: { value: { kind: "bundled" }, source: "config" },
};

function histogram() {
  const curveOf = (at) => Array.from({ length: 256 }, (_, i) => Math.round(9e5 * Math.exp(-(((i - at) / 6) ** 2)) + 9e4 * Math.exp(-i / 40)));
  const channels = [["red", 26], ["green", 30], ["blue", 35]].map(([name, at]) => ({ name, bins: curveOf(at) }));
  return { channels, auto: { black: 0.06, mid: 0.25, white: 0.62 }, stars: { count: 1834, fwhm_px: 2.3 } };
}

/** A header that says the target lies a little off the middle, and no pixels. */
function fitsOf({ ra_hours, dec_degrees }) {
  const cards = {
    SIMPLE: "T", BITPIX: 16, NAXIS: 2, NAXIS1: 3856, NAXIS2: 2180, CRPIX1: 1928.5, CRPIX2: 1090.5,
    CRVAL1: ra_hours * 15 + 0.03, CRVAL2: dec_degrees, CD1_1: -0.00076, CD1_2: 0, CD2_1: 0, CD2_2: 0.00076,
  };
  const lines = Object.entries(cards).map(([key, value]) => `${key.padEnd(8)}= ${String(value).padStart(20)}`.padEnd(80));
  return Buffer.from([...lines, "END".padEnd(80)].join("").padEnd(2880));
}

const search = (q) =>
  SHOWPIECES.filter((row) => row.slice(0, 2).join(" ").toLowerCase().replaceAll(" ", "").includes(q.toLowerCase().replaceAll(" ", "")))
    .map((row) => found(row, stationNow()));

function answerGet(path, query) {
  const entry = /^library\/(e\d)$/.exec(path)?.[1];
  if (entry) return { ...entries[Number(entry.slice(1))], header: HEADER };
  if (/^library\/e\d\/histogram$/.test(path)) return histogram();
  const fixed = {
    session: () => WHO,
    settings: () => settings,
    accounts: () => ({ accounts: ACCOUNTS }),
    tokens: () => ({ tokens: TOKENS }),
    "guest-links": () => ({ links: LINKS }),
    audit: () => ({ entries: AUDIT }),
    pairing: () => ({ pairings: [{ family: "dji", host: "", port: 1883, tls: false, organization_id: "home", organization_name: "Home", binding_code: "7788", has_application: false }] }),
    maps: () => ({ folder: "/var/lib/skyhelm/maps", files: [] }),
    "sky/horizon": () => settings.horizon.value,
    station, devices,
    [`devices/${AIRCRAFT}/flight/map.geojson`]: land,
    [`devices/${AIRCRAFT}/flights`]: () => ({
      flights: [2, 1].map((number) => ({
        number, begin_utc_ms: BEGIN_UTC - 9e6 / number, end_utc_ms: number === 2 ? null : BEGIN_UTC - 8e6, model: "Matrice 30T", serial: "1581F0000V001",
        points: 900, highest_m: 41.2 + number,
      })),
    }),
    log: () => ({ entries: query.get("before") ? [] : LOG }),
    library: () => ({ entries: query.get("before") ? [] : entries }),
    "sky/chart": chart,
    "sky/now": () => skyNow(stationNow()),
    "sky/search": () => search(query.get("q") ?? ""),
    "sky/showpieces": () => SHOWPIECES.map((row) => found(row, stationNow())).filter((o) => o.altitude_deg > 20),
    "sky/tonight": () => ({
      dark: null,
      suggestions: SHOWPIECES.map((row) => found(row, stationNow())).map((o, i) => ({
        ...o, score: 1 - i / 12, from_utc_ms: stationNow(), to_utc_ms: stationNow() + 1.6e7, best_utc_ms: stationNow() + 6e6 + i * 9e5,
        best_altitude_deg: 78 - i * 4, moon_distance_deg: 80, field_part: 0.5, reason: "It stands high for four hours, far from the Moon.",
      })),
    }),
    "sky/curve": () => curve(Number(query.get("ra_hours")), Number(query.get("dec_degrees")), stationNow()),
  };
  return fixed[path]?.();
}

function stream(response, lens) {
  response.writeHead(200, { "Content-Type": "multipart/x-mixed-replace; boundary=frame" });
  let step = 0;
  const send = () => {
    const bytes = picture(lens, step++);
    response.write(`--frame\r\nContent-Type: image/jpeg\r\nContent-Length: ${bytes.length}\r\n\r\n`);
    response.write(bytes);
    response.write("\r\n");
  };
  send();
  const timer = setInterval(send, 250);
  response.on("close", () => clearInterval(timer));
}

function sendJson(response, status, value) {
  response.writeHead(status, { "Content-Type": status < 400 ? "application/json" : "application/problem+json" });
  response.end(value === undefined ? "" : JSON.stringify(value));
}

async function bodyOf(request) {
  let text = "";
  for await (const part of request) text += part;
  return text === "" ? null : JSON.parse(text);
}

async function api(request, response, path, query) {
  const live = /\/live\/(tele|wide)\.(mjpeg|jpg)$/.exec(path);
  if (live?.[2] === "mjpeg") return stream(response, live[1]);
  if (/\.fits$/.test(path)) {
    response.writeHead(200, { "Content-Type": "image/fits", "Content-Disposition": "attachment" });
    return response.end(fitsOf(world.state.mount.target));
  }
  if (/preview\.jpg$|\/files\//.test(path)) {
    response.writeHead(200, { "Content-Type": "image/png" });
    return response.end(picture("tele", 0));
  }
  const signedIn = (request.headers.cookie ?? "").includes("mock=1");
  if (path === "session" && request.method === "POST") {
    response.setHeader("Set-Cookie", "mock=1; Path=/; SameSite=Strict");
    return sendJson(response, 200, WHO);
  }
  if (path === "session" && !signedIn) return sendJson(response, 200, { ...WHO, signed_in: false, name: null, role: null });
  if (request.method === "GET") {
    const value = answerGet(path, query);
    return value === undefined ? sendJson(response, 404, { detail: "There is no such thing.", kind: "not_found" }) : sendJson(response, 200, value);
  }
  const body = await bodyOf(request);
  if (request.headers["x-skyhelm"] !== "1") return sendJson(response, 403, { detail: "The header X-Skyhelm is missing." });
  if (path === "devices/probe" || path === "devices") return sendJson(response, 200, { address: body.address, model: "DWARF 3", firmware: "1.1.3", name: "DWARF3_0042" });
  const command = new RegExp(`^devices/${ID}/(.+)$`).exec(path)?.[1];
  if (command === "mount/park") {
    return sendJson(response, 409, {
      title: "refused", detail: "The telescope did not park: the motor answered that it is blocked.",
      remedy: "Look whether something is in its way, then park again.", kind: "refused", command: "CMD_STEP_MOTOR_RESET",
      code: -14516, request_id: "r-71f3",
    });
  }
  const flying = new RegExp(`^devices/${AIRCRAFT}/(.+)$`).exec(path)?.[1];
  if (flying) {
    try {
      return sendJson(response, 202, { job: aircraft.command(flying, body ?? {}), request_id: `r-${Date.now().toString(36)}` });
    } catch (problem) {
      return sendJson(response, problem.status ?? 500, problem);
    } finally {
      tell({ type: "device", device: aircraft.device });
    }
  }
  const job = command ? world.command(command, body) : null;
  return sendJson(response, command === "lease" ? 200 : 202, { job, request_id: `r-${Date.now().toString(36)}` });
}

function file(response, path) {
  const name = normalize(join(DIST, path === "/" ? "index.html" : path));
  if (!name.startsWith(DIST) || !existsSync(name) || !statSync(name).isFile()) return sendJson(response, 404, {});
  response.writeHead(200, { "Content-Type": TYPES[extname(name)] ?? "application/octet-stream", "Content-Security-Policy": POLICY });
  createReadStream(name).pipe(response);
}

const server = createServer((request, response) => {
  const url = new URL(request.url, "http://localhost");
  if (!url.pathname.startsWith("/api/v1/")) return file(response, url.pathname);
  api(request, response, decodeURIComponent(url.pathname.slice(8)), url.searchParams).catch((error) => sendJson(response, 500, { detail: String(error) }));
});
const sockets = new WebSocketServer({ noServer: true });
const sticks = new WebSocketServer({ noServer: true });
server.on("upgrade", (request, socket, head) => {
  const to = request.url.endsWith("/flight/sticks") ? sticks : sockets;
  to.handleUpgrade(request, socket, head, (open) => to.emit("connection", open, request));
});
sticks.on("connection", (socket) => {
  const timer = setInterval(() => socket.send(JSON.stringify({ nonce: aircraft.nonce() })), 50);
  socket.on("message", (data) => aircraft.stick(JSON.parse(String(data))));
  socket.on("close", () => {
    clearInterval(timer);
    aircraft.stick({ release: true });
  });
});
sockets.on("connection", (socket) => {
  socket.send(JSON.stringify({ type: "hello", station: station(), devices: devices(), who: WHO }));
  socket.on("message", (data) => {
    const message = JSON.parse(String(data));
    if (message.type === "ping") socket.send(JSON.stringify({ type: "pong", t: message.t }));
    if (message.type === "joystick") world.state.mount.motion = "joystick";
    if (message.type === "joystick_stop") world.state.mount.motion = "tracking";
  });
});
const tell = (message) => {
  for (const socket of sockets.clients) socket.send(JSON.stringify(message));
};
setInterval(() => {
  world.tick();
  tell({ type: "device", device: device() });
  for (const end of world.finished.splice(0)) {
    const entry = { ...entries[0], id: "e0", target: end.target, utc_ms: stationNow(), subs: end.stacked };
    entries[0] = entry;
    tell({ type: "library", entry });
  }
}, 1000);
if (aircraft) {
  setInterval(() => {
    aircraft.tick(0.1);
    tell({ type: "device", device: aircraft.device });
  }, 100);
}
setInterval(() => tell({ type: "clock", clock: clock() }), 10_000);
server.listen(Number(process.env.PORT ?? 8760), "127.0.0.1", () => {
  process.stdout.write(`http://127.0.0.1:${server.address().port}/#signin=mock\n`);
});
