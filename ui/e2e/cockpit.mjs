// A flight from the page, with the aircraft's own state as the judge: armed, taken, up, by hand, to a
// place on the map, photo, stop, home; and every way in which a hand leaves the sticks.
//
//   node e2e/cockpit.mjs LINK FOLDER DOOR [--browser PATH] [--patience SECONDS]
//
// FOLDER gets pictures. DOOR is the drone's world, as `skyhelm demo` prints it, without /world. Ends with 0 when all was seen, else with 1 and one sentence that says what was not.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { id, launch, press, say, SECOND, step, turnTo, watch } from "./browser.mjs";
import { arm, FAST_M_S, Flight, LOOK_EVERY_MS, takeOff, ZERO_WITHIN_MS } from "./flight.mjs";
import { picture } from "./picture.mjs";
import { World } from "./world.mjs";

const SQUARE_ABOVE_M = 20;
const METRES_PER_DEGREE = 111_195;
const SIDE_M = 20;
const CORNER_M = 2;
const CLOSED_AT_M_S = 10;
const SAFELY_HIGH_M = 55;
/** What the virtual aircraft brakes with. */
const BRAKES_M_S2 = 4;
/** From the closed page to standing, beside the braking itself. */
const STANDS_WITHIN_S = 0.5;

const { values: asked, positionals } = parseArgs({
  allowPositionals: true,
  options: { browser: { type: "string" }, patience: { type: "string", default: "90" } },
});
const [link, folder, door] = positionals;
const patience = Number(asked.patience) * SECOND;

function fail(text) {
  process.stderr.write(`cockpit failed: ${text}\n`);
  process.exit(1);
}
if (!door) fail("a link, a folder and a door are needed: `skyhelm demo` prints link and door.");
const world = new World(door);

/** Metres to the east and north of a place. */
function metresFrom(start, { latitude_deg, longitude_deg }) {
  const north = (latitude_deg - start.latitude_deg) * METRES_PER_DEGREE;
  return [(longitude_deg - start.longitude_deg) * METRES_PER_DEGREE * Math.cos((start.latitude_deg * Math.PI) / 180), north];
}

/** Ahead and to the right, as the aircraft is turned now, to a corner. */
function errorTo([east, north], start, { position, attitude }) {
  const [atEast, atNorth] = metresFrom(start, position);
  const [toEast, toNorth] = [east - atEast, north - atNorth];
  const h = (attitude.heading_deg * Math.PI) / 180;
  return { ahead: toEast * Math.sin(h) + toNorth * Math.cos(h), right: toEast * Math.cos(h) - toNorth * Math.sin(h) };
}

/** Holds one key while the corner is farther than the way it needs to stand, then looks again. */
async function goToCorner(flight, corner, start) {
  const keyboard = flight.page.keyboard;
  for (let tries = 0; tries < 24; tries++) {
    const state = await flight.wait((now) => (now.speed?.level_m_s ?? 0) < 0.3, "it does not stand");
    const { ahead, right } = errorTo(corner, start, state);
    if (Math.hypot(ahead, right) < CORNER_M) return Math.hypot(ahead, right);
    const key = Math.abs(ahead) > Math.abs(right) ? (ahead > 0 ? "w" : "s") : right > 0 ? "d" : "a";
    const left = (now) => {
      const to = errorTo(corner, start, now);
      return { w: to.ahead, s: -to.ahead, d: to.right, a: -to.right }[key];
    };
    await flight.hold(key, (now) => left(now) <= (now.speed?.level_m_s ?? 0) ** 2 / 6 + (now.speed?.level_m_s ?? 0) * 0.25, `it does not near the corner by ${key}`);
    await keyboard.up(key);
  }
  throw new Error(`the corner ${corner.map((m) => m.toFixed(0)).join(", ")} is not met`);
}

async function square(flight) {
  await flight.takeSticks();
  const { position: start } = await flight.state();
  const offs = [];
  for (const corner of [[0, SIDE_M], [SIDE_M, SIDE_M], [SIDE_M, 0], [0, 0]]) offs.push(await goToCorner(flight, corner, start));
  say(`      corners met within ${offs.map((off) => off.toFixed(1)).join(", ")} m`);
}

/** Hands and eyes that leave the page; a browser without a screen has to be told that it is hidden. */
async function traps(flight, context) {
  const { page } = flight;
  await flight.endedBy("key up", () => page.keyboard.up("w"), { released: false });
  await flight.endedBy("blur", () => page.evaluate(() => window.dispatchEvent(new Event("blur"))));
  await flight.endedBy("page hidden", () =>
    page.evaluate(() => {
      Object.defineProperty(document, "hidden", { value: true, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
      delete document.hidden;
      document.dispatchEvent(new Event("visibilitychange"));
    }),
  );
  await flight.endedBy("gamepad unplugged", () => page.evaluate(() => window.dispatchEvent(new Event("gamepaddisconnected"))));
  await flight.endedBy("menu of the browser", () => page.evaluate(() => window.dispatchEvent(new Event("contextmenu"))));
  await flight.endedBy("Space", () => page.keyboard.press("Space"));
  const second = await context.newPage();
  await second.goto(new URL(page.url()).href);
  await second.waitForSelector(id("deck"));
  // A click in another page takes as long as it takes: the word it sends to this one counts.
  await page.evaluate(() => (new BroadcastChannel("skyhelm.sticks").onmessage = () => (globalThis.takenAt = Date.now())));
  const take = async () => {
    await press(second, "by-hand", patience);
    await page.waitForFunction(() => globalThis.takenAt, null, { timeout: patience });
  };
  await flight.endedBy("second tab", take, { since: () => page.evaluate(() => globalThis.takenAt) });
  await second.close();
}

/** A gamepad of the standard layout that a script holds: flies, and is pulled out while it does. */
async function gamepad(flight) {
  const { page } = flight;
  const hold = (axes) =>
    page.evaluate((to) => {
      const pad = to && { mapping: "standard", axes: to, buttons: Array.from({ length: 16 }, () => ({ pressed: false })) };
      navigator.getGamepads = () => (pad ? [pad] : []);
    }, axes);
  await hold([0, 0, 0, 0]);
  await flight.takeSticks();
  await flight.keep(
    () => hold([0, 0, 0, -1]),
    () => hold([0, 0, 0, 0]),
    (state) => (state.speed?.level_m_s ?? 0) > FAST_M_S,
    "the gamepad does not fly it",
  );
  await hold(null);
  await flight.phase("off");
  if (!flight.said.at(-1).release) throw new Error("the sticks were not released");
  await flight.wait((state) => (state.speed?.level_m_s ?? 0) < 0.3, "it flies on without the gamepad");
}

async function pad(flight) {
  await flight.takeSticks();
  const box = await flight.page.locator(id("stick-right")).boundingBox();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await flight.page.mouse.move(x, y);
  await flight.page.mouse.down();
  await flight.keep(
    () => flight.page.mouse.move(x, y - box.height * 0.3, { steps: 4 }),
    () => flight.page.mouse.move(x, y),
    (state) => (state.speed?.level_m_s ?? 0) > FAST_M_S,
    "the pad does not fly it",
  );
  if (folder) await flight.page.screenshot({ path: join(folder, "cockpit-by-hand.png") });
  await flight.page.mouse.up();
  const at = await flight.page.getAttribute(id("stick-right"), "data-y");
  if (Number(at) !== 0) throw new Error(`the knob stays at ${at}`);
  await flight.wait((state) => (state.speed?.level_m_s ?? 0) < 0.3, "it flies on after the pad was let go");
}

async function flyTo(flight) {
  const map = await flight.page.locator(id("map")).boundingBox();
  await flight.page.mouse.click(map.x + map.width * 0.5, map.y + map.height * 0.3);
  await flight.page.waitForSelector(id("fly-to-card"));
  if (folder) await flight.page.screenshot({ path: join(folder, "cockpit-fly-to.png") });
  await press(flight.page, "fly-to", patience);
  await flight.wait((state) => state.target, "no target is told");
  await flight.wait((state) => (state.speed?.level_m_s ?? 0) > FAST_M_S, "it does not fly to the place");
  await flight.page.keyboard.press("Space");
  await flight.wait((state) => !state.target && (state.speed?.level_m_s ?? 0) < 0.3, "Space does not stop it");
}

async function camera(flight) {
  await flight.page.click(id("tab-camera"));
  const payload = async () => (await flight.device()).state.payloads[0];
  const before = await payload();
  if (before.authority && !before.authority.ours) await press(flight.page, "payload-control", patience);
  await press(flight.page, "drone-photo", patience);
  await press(flight.page, "gimbal-down", patience);
  const until = Date.now() + patience;
  for (;;) {
    const now = await payload();
    if (now.gimbal.pitch_deg < -80 && now.photos_left !== before.photos_left) break;
    if (Date.now() > until) throw new Error(`no photo, or the gimbal stays: ${JSON.stringify(now)}`);
    await flight.page.waitForTimeout(LOOK_EVERY_MS);
  }
  await flight.page.click(id("tab-fly"));
}

/** The page is closed at 10 m/s. The aircraft itself tells when centred sticks reached it and when it stood. */
async function closedTab(flight, context) {
  const second = await context.newPage();
  await second.goto(flight.page.url());
  await second.waitForSelector(id("deck"));
  const watcher = new Flight(second, patience);
  await flight.page.bringToFront();
  await flight.page.click(id("pace-fast"));
  await flight.takeSticks();
  const { keyboard } = flight.page;
  const again = (key) => () => flight.recentre(() => keyboard.down(key), () => keyboard.up(key));
  await keyboard.down("ArrowUp");
  await watcher.wait((state) => (state.heights.above_takeoff_m ?? 0) > SAFELY_HIGH_M, "it does not rise", again("ArrowUp"));
  await keyboard.up("ArrowUp");
  await watcher.wait((state) => Math.abs(state.speed?.up_m_s ?? 9) < 0.3, "it goes on rising");
  await keyboard.down("Shift");
  await keyboard.down("w");
  await watcher.wait((state) => (state.speed?.level_m_s ?? 0) >= CLOSED_AT_M_S, "it does not reach 10 m/s", again("w"));
  const begun = Date.now();
  await flight.page.close({ runBeforeUnload: false });
  const closed = Date.now();
  await watcher.wait((state) => (state.speed?.level_m_s ?? 9) < 0.3, "it flies on after its page was closed");
  const until = Date.now() + patience;
  let { braking } = await world.now();
  while (!braking?.stood_utc_ms && Date.now() < until) {
    await second.waitForTimeout(LOOK_EVERY_MS);
    ({ braking } = await world.now());
  }
  if (!braking?.stood_utc_ms || braking.centred_utc_ms < begun) throw new Error(`no centred sticks stopped it: ${JSON.stringify(braking)}`);
  const [zero, stood] = [braking.centred_utc_ms, braking.stood_utc_ms];
  const within = braking.speed / BRAKES_M_S2 + STANDS_WITHIN_S;
  const after = (stood - closed) / SECOND;
  say(
    `      closed at ${braking.speed.toFixed(1)} m/s, which took ${closed - begun} ms from the click: zero in the aircraft ${zero - begun} ms after the click, ` +
      `stood ${((stood - begun) / SECOND).toFixed(2)} s after the click, ${after.toFixed(2)} s after the page was gone (at most ${within.toFixed(2)} s)`,
  );
  if (braking.speed < CLOSED_AT_M_S) throw new Error(`it flew at ${braking.speed} m/s when its page was closed`);
  if (zero - closed > ZERO_WITHIN_MS) throw new Error(`the zero came ${zero - closed} ms after the page was gone`);
  if (after > within) throw new Error(`it stood after ${after.toFixed(2)} s, not within ${within.toFixed(2)} s`);
  const { entries } = await second.evaluate(async () => (await fetch("/api/v1/audit?limit=20")).json());
  const letGo = entries.find((entry) => entry.action === "sticks released" && entry.utc_ms >= begun - ZERO_WITHIN_MS);
  if (!letGo) throw new Error(`the hub wrote down no release: ${JSON.stringify(entries.slice(0, 3))}`);
  await second.click(id("pace-normal"));
  return watcher;
}

async function home(flight) {
  await press(flight.page, "return-home", patience);
  await flight.page.click(id("return-home-sure"));
  await flight.wait((state) => state.in_air === false, "it does not come home");
}

async function run() {
  if (folder) mkdirSync(folder, { recursive: true });
  const browser = await launch(asked.browser);
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  try {
    await page.addInitScript(() => localStorage.setItem("skyhelm.tour.seen", "true"));
    const flight = new Flight(page, patience);
    await step("the link signs in", async () => {
      await page.goto(link);
      await page.waitForSelector(id("stop"), { timeout: 15 * SECOND });
    });
    const troubles = watch(page);
    await step("the aircraft is on the map", async () => {
      await turnTo(page, "fleet");
      await page.waitForSelector(id("map-aircraft"), { timeout: patience });
      await page.click(id("open-cockpit"));
      await page.waitForSelector(id("deck"));
    });
    await step("it is armed by its serial number, and by no other", () => arm(flight));
    await step("lease, control and live link are taken by one button", async () => {
      await press(page, "take-control", patience);
      await page.waitForSelector(`${id("authority")}[data-all="true"]`, { timeout: patience });
    });
    await step("it takes off", () => takeOff(flight, SQUARE_ABOVE_M));
    await step("a square is flown by keys", () => square(flight));
    await step("every way a hand leaves the sticks stops it", () => traps(flight, context));
    await step("a gamepad flies it, and stops it when it is pulled out", () => gamepad(flight));
    await step("a pad flies it, and returns to zero", () => pad(flight));
    await step("it flies to a place on the map, and Space stops it", () => flyTo(flight));
    await step("it takes a photo and looks down", () => camera(flight));
    await step("its live picture plays, and follows lens and gimbal at once", () => picture(page, patience));
    const other = await step("its page is closed at 10 m/s, and it stands", () => closedTab(flight, context));
    await step("it returns home", () => home(other));
    const bad = troubles.filter((text) => !text.startsWith("4") && !text.includes("status of 4"));
    if (bad.length > 0) throw new Error(bad.join("; "));
  } catch (error) {
    const shown = context.pages().at(-1);
    if (folder && shown) await shown.screenshot({ path: join(folder, "failed-cockpit.png") });
    throw error;
  } finally {
    await browser.close();
  }
}

await run().catch((error) => fail(error.message));
say("cockpit: flown");
