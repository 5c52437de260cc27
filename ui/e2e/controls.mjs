// The everyday controls, each worked on the page and judged by the device's own state: a camera
// parameter, a light, autofocus, a planet or the Moon, dark frames, host role, restart.
//
//   node e2e/controls.mjs LINK [FOLDER] [--browser PATH] [--patience SECONDS]
//
// Ends with 0 when each had its effect, else with 1 and one sentence that says which had not.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { id, launch, say, SECOND, step, turnTo } from "./browser.mjs";
import { Station } from "./station.mjs";

const LOWEST_DEG = 15;

const { values: asked, positionals } = parseArgs({
  allowPositionals: true,
  options: { browser: { type: "string" }, patience: { type: "string", default: "180" } },
});
const [link, folder] = positionals;
const patience = Number(asked.patience) * SECOND;

function fail(text) {
  process.stderr.write(`controls failed: ${text}\n`);
  process.exit(1);
}
if (!link) fail("no link was given: it is the one `skyhelm demo` prints.");

const tele = async (station) => (await station.device()).state.cameras.tele;

/** Moves the slider of a number that the device offers, and waits until the device has it. */
async function setParameter(station) {
  await station.tab("shoot");
  const { parameters } = await tele(station);
  const chosen = parameters.find((one) => one.range && !one.auto && one.value !== null);
  if (!chosen) throw new Error(`no number can be set among ${parameters.map((one) => one.name).join(", ")}`);
  const slider = `${id(`parameter-${chosen.name}`)} input`;
  await station.page.focus(slider);
  await station.page.keyboard.press(chosen.value < chosen.range.max ? "ArrowRight" : "ArrowLeft");
  const now = async () => (await tele(station)).parameters.find((one) => one.name === chosen.name).value;
  await station.wait(async () => (await now()) !== chosen.value, `${chosen.name} stays at ${chosen.value}`);
  say(`      ${chosen.title}: ${chosen.value}, now ${await now()}`);
}

async function switchLight(station) {
  await turnTo(station.page, "devices");
  const lights = async () => (await station.device()).state.lights;
  const [first] = await lights();
  if (!first) throw new Error("the device tells of no light");
  await station.press(`light-${first.name}`);
  await station.wait(async () => (await lights())[0].on === !first.on, `${first.title} stays as it is`);
}

async function focusByItself(station) {
  await turnTo(station.page, "telescope");
  await station.tab("focus");
  await station.finish("focus", () => station.press("autofocus-astro"));
}

/** The Moon or a planet, whichever stands highest. */
async function goToABody(station) {
  const now = await station.page.evaluate(async () => (await fetch("/api/v1/sky/now")).json());
  const bodies = [{ ...now.moon, name: "moon" }, ...now.planets].sort((a, b) => b.altitude_deg - a.altitude_deg);
  const body = bodies[0];
  if (body.altitude_deg < LOWEST_DEG) return say("      none stands high enough now");
  say(`      ${body.name}, ${body.altitude_deg.toFixed(0)} degrees up`);
  await station.tab("point");
  await station.finish("goto", () => station.press(`body-${body.name.toLowerCase()}`));
}

async function takeDarks(station) {
  await turnTo(station.page, "telescope");
  await station.tab("shoot");
  const frames = async () => (await station.device()).state.darks?.frames.length ?? 0;
  const before = await frames();
  await station.page.fill(`${id("darks")} input`, "2");
  await station.finish("darks", () => station.press("darks-take"));
  await station.wait(async () => (await frames()) > before, "no dark frame is listed");
}

/** A device stays with its host until another app asks; the page says that one now may. */
async function freeTheRole(station) {
  await turnTo(station.page, "devices");
  await station.press("control-release");
  await station.page.waitForSelector(id("role-freed"), { timeout: patience });
}

async function restart(station) {
  await turnTo(station.page, "devices");
  await station.press("power-reboot");
  await station.page.click(id("power-sure"));
  const status = async () => (await station.device()).state.link.status;
  await station.wait(async () => (await status()) !== "up", "it does not restart");
  await station.wait(async () => (await status()) === "up", "it does not come back");
}

const STEPS = [
  ["a camera parameter is set", setParameter],
  ["a light is switched", switchLight],
  ["the focus is found", focusByItself],
  ["a body of the solar system is gone to", goToABody],
  ["dark frames are taken", takeDarks],
  ["the host role is given up", freeTheRole],
  ["the telescope restarts", restart],
];

async function run() {
  if (folder) mkdirSync(folder, { recursive: true });
  const browser = await launch(asked.browser);
  try {
    const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
    await page.addInitScript(() => localStorage.setItem("skyhelm.tour.seen", "true"));
    const station = new Station(page, patience);
    await step("the link signs in", async () => {
      await page.goto(link);
      await page.waitForSelector(id("stop"), { timeout: 15 * SECOND });
    });
    await step("the telescope is free", () => station.free());
    for (const [name, act] of STEPS) {
      await step(name, () => act(station)).catch(async (error) => {
        if (folder) await page.screenshot({ path: join(folder, "failed-control.png") });
        throw new Error(`${error.message} (the page says: ${JSON.stringify(await station.sentences())})`);
      });
    }
  } finally {
    await browser.close();
  }
}

await run().catch((error) => fail(error.message));
say("controls: each had its effect");
