// The broker dies in flight: Mosquitto is killed while a virtual drone is flown by hand from a page, and started
// again. The page must say so, the drone must stand, and nobody flies until the operator takes control anew.
//
//   node e2e/broker.mjs PROGRAM FOLDER [--browser PATH] [--patience SECONDS]
//
// PROGRAM is `skyhelm`. Ends with 0 when all was seen, else with 1 and one sentence that says what was not.

import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { id, launch, press, say, SECOND, step, turnTo, watch } from "./browser.mjs";
import { arm, FAST_M_S, Flight, takeOff } from "./flight.mjs";
import { Mosquitto } from "./mosquitto.mjs";

const HIGH_ENOUGH_M = 5;
const STANDS_M_S = 0.5;
const LOOK_EVERY_MS = 100;
/** So long nothing may move by itself once the broker is back. */
const WATCHED_MS = 1500;
const SITE = ["--latitude", "47", "--longitude", "8.5"];

const { values: asked, positionals } = parseArgs({
  allowPositionals: true,
  options: { browser: { type: "string" }, patience: { type: "string", default: "60" } },
});
const [program, folder] = positionals;
const patience = Number(asked.patience) * SECOND;
const children = [];

function fail(text) {
  process.stderr.write(`broker failed: ${text}\n`);
  process.exit(1);
}
if (!program || !folder) fail("the program and a folder are needed.");

/** Starts the program and gives the JSON it prints when it is ready. */
function ready(words, environment = {}) {
  const env = { ...process.env, SKYHELM_LOG: "off", ...environment };
  const child = spawn(program, words, { env, stdio: ["ignore", "pipe", "inherit"] });
  children.push(child);
  return new Promise((told, failed) => {
    createInterface({ input: child.stdout }).once("line", (line) => told(JSON.parse(line)));
    child.on("exit", (code) => failed(new Error(`skyhelm ${words[0]} ended with ${code}`)));
    child.on("error", failed);
  });
}

/** A broker, a dock that calls it, and a station that is its client. */
async function started() {
  const password = randomBytes(8).toString("hex");
  const broker = await Mosquitto.start(folder, ["dock", "station", "sticks"], password);
  const words = ["sim", "dji-dock", "--json", "--aircraft", "m4td", ...SITE, "--broker", broker.url, "--username", "dock", "--card", join(folder, "card")];
  const dock = await ready(words, { SKYHELM_MQTT_PASSWORD: password });
  const config = join(folder, "skyhelm.toml");
  writeFileSync(
    config,
    `port = 0
[site]
latitude = 47.0
longitude = 8.5
[dji]
gateways = [{ serial = "${dock.gateway}", simulated = true }]
[dji.broker]
url = "${broker.url}"
username = "station"
password = "${password}"
drc_username = "sticks"
drc_password = "${password}"
`,
  );
  const data = join(folder, "station");
  const account = ["account", "add", "pilot", "--role", "admin", "--flight", "--password-stdin", "--data", data];
  execFileSync(program, account, { input: `${password}\n`, stdio: ["pipe", "ignore", "inherit"] });
  const { address } = await ready(["serve", "--json", "--config", config, "--data", data]);
  return { broker, password, page: `http://${address}/`, world: async () => (await fetch(`http://${dock.world}/world`)).json() };
}

const moves = (message) => message.forward > 0;

/** Looks at what is really so until it is. */
async function really(world, so, what) {
  const until = Date.now() + patience;
  for (;;) {
    const now = await world();
    if (so(now)) return now;
    if (Date.now() > until) throw new Error(`${what}: ${JSON.stringify(now)}`);
    await new Promise((passed) => setTimeout(passed, LOOK_EVERY_MS));
  }
}

const stands = (world) => Math.hypot(...world.velocity) < STANDS_M_S;

async function takeControl({ page }) {
  await press(page, "take-control", patience);
  await page.waitForSelector(`${id("authority")}[data-all="true"]`, { timeout: patience });
}

async function flownAhead(flight) {
  await flight.takeSticks();
  await flight.hold("w", (state) => (state.speed?.level_m_s ?? 0) > FAST_M_S, "it does not fly ahead");
}

async function inTheAir(flight, station) {
  const { page } = flight;
  const signed = await page.request.post(new URL("api/v1/session", station.page).href, {
    headers: { "X-Skyhelm": "1" },
    data: { name: "pilot", password: station.password },
  });
  if (!signed.ok()) throw new Error(`signing in was answered ${signed.status()}`);
  await page.goto(station.page);
  await page.waitForSelector(id("nav-fleet"), { timeout: patience });
  await turnTo(page, "fleet");
  await page.waitForSelector(id("map-aircraft"), { timeout: patience });
  await page.click(id("open-cockpit"));
  await page.waitForSelector(id("deck"));
  await arm(flight);
  await takeControl(flight);
  await takeOff(flight, HIGH_ENOUGH_M);
  await flownAhead(flight);
}

/** Gives how many frames the aircraft has flown. The hand stays on its key all the time. */
async function killed(flight, { broker, world }) {
  const { page } = flight;
  await broker.kill();
  await flight.phase("off");
  const off = Date.now();
  await page.waitForSelector(id("unattended"), { timeout: patience });
  const says = page.locator(id("deck-says"));
  await says.filter({ hasText: "MQTT broker" }).waitFor({ timeout: patience });
  say(`      "${await says.innerText()}" "${await page.locator(id("unattended")).innerText()}"`);
  const { frames } = await really(world, stands, "it flies on without a broker");
  if (flight.said.some((message) => message.at > off && moves(message))) throw new Error("the page pushes on");
  return frames;
}

async function backAgain(flight, { broker, world }, frames) {
  const { page } = flight;
  await broker.start();
  const back = Date.now();
  const up = async () => (await flight.device()).state.link.status === "up";
  await really(up, (is) => is, "the station does not hear the dock again");
  say(`      heard again after ${((Date.now() - back) / SECOND).toFixed(1)} s`);
  await page.waitForSelector(`${id("deck-take-control")}:not([aria-disabled="true"])`, { timeout: patience });
  await page.keyboard.up("w");
  await page.keyboard.down("w");
  await page.waitForTimeout(WATCHED_MS);
  const now = await world();
  if (now.frames.join() !== frames.join()) throw new Error(`frames came by themselves: ${frames} before, ${now.frames} now`);
  if (now.drc_state !== 0 || !stands(now)) throw new Error(`it does not just stand: ${JSON.stringify(now)}`);
  if (flight.said.some((message) => message.at > back && moves(message))) throw new Error("the page pushed by itself");
  const { authority, unattended } = await flight.state();
  if (authority.ours || !unattended) throw new Error("control came back by itself");
  await page.keyboard.up("w");
}

async function flownOn(flight, { world }) {
  await takeControl(flight);
  await flownAhead(flight);
  await flight.page.keyboard.up("w");
  await really(world, stands, "it does not stand");
}

async function run() {
  mkdirSync(folder, { recursive: true });
  const [all, browser] = await Promise.all([started(), launch(asked.browser)]);
  children.push(all.broker);
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  try {
    await page.addInitScript(() => localStorage.setItem("skyhelm.tour.seen", "true"));
    const flight = new Flight(page, patience);
    const troubles = watch(page);
    await step("a drone is flown by hand over a broker of somebody else", () => inTheAir(flight, all));
    const frames = await step("the broker is killed: the page says so, and the drone stands", () => killed(flight, all));
    await step("the broker is back: nothing flies by itself", () => backAgain(flight, all, frames));
    await step("the operator takes control, and flies on", () => flownOn(flight, all));
    const bad = troubles.filter((text) => text.startsWith("script error"));
    if (bad.length > 0) throw new Error(bad.join("; "));
  } catch (error) {
    await page.screenshot({ path: join(folder, "failed-broker.png") });
    throw error;
  } finally {
    await browser.close();
  }
}

let failure = null;
await run().catch((error) => (failure = error.message));
for (const child of children) await child.kill();
if (failure) fail(failure);
say("broker: killed and survived");
process.exit(0);
