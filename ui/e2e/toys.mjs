// A family that the page knows nothing of: a toy mount with a lamp. It is shown, and obeys.
//
//   node e2e/toys.mjs LINK [FOLDER] [--browser PATH]
//
// FOLDER gets pictures. Ends with 0 when all was seen, else with 1 and one sentence that says what was not.

import { join } from "node:path";
import { parseArgs } from "node:util";
import { id, launch, press, say, SECOND, step, turnTo, watch } from "./browser.mjs";

const { values: asked, positionals } = parseArgs({ allowPositionals: true, options: { browser: { type: "string" } } });
const [link, folder] = positionals;

function fail(text) {
  process.stderr.write(`toys failed: ${text}\n`);
  process.exit(1);
}
if (!link) fail("no link was given: the example `toys` prints one.");

const toy = (page) => page.evaluate(async () => (await (await fetch("/api/v1/devices")).json()).find((one) => one.id === "toy-1"));

async function until(page, seen, what) {
  const patience = Date.now() + 15 * SECOND;
  while (!seen((await toy(page)).state)) {
    if (Date.now() > patience) throw new Error(what);
    await page.waitForTimeout(100);
  }
}

async function goSomewhere(page) {
  await turnTo(page, "telescope");
  await page.fill(id("search"), "vega");
  await page.click(`${id("search-result")} >> nth=0`, { timeout: 15 * SECOND });
  await press(page, "goto", 15 * SECOND);
  await until(page, (state) => state.mount?.motion === "tracking", "the toy does not go to Vega");
}

async function run() {
  const browser = await launch(asked.browser);
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    const troubles = watch(page);
    await page.addInitScript(() => localStorage.setItem("skyhelm.tour.seen", "true"));
    await step("the link signs in", async () => {
      await page.goto(link);
      await page.waitForSelector(id("stop"), { timeout: 15 * SECOND });
    });
    await step("the toy is among the devices", async () => {
      await turnTo(page, "devices");
      await page.waitForSelector(`text="Toy 1"`, { timeout: 15 * SECOND });
    });
    await step("its lamp is switched on", async () => {
      await press(page, "light-lamp", 15 * SECOND);
      await until(page, (state) => state.lights[0].on === true, "the lamp stays dark");
      if (folder) await page.screenshot({ path: join(folder, "toy-devices.png") });
    });
    await step("it goes to a star", () => goSomewhere(page));
    if (folder) await page.screenshot({ path: join(folder, "toy-telescope.png") });
    await step("it is told that the toy has no camera", () => page.waitForSelector('text="This device shows no live pictures."'));
    const others = troubles.filter((text) => !text.includes("/live/"));
    if (others.length > 0) throw new Error(others.join("; "));
  } finally {
    await browser.close();
  }
}

await run().catch((error) => fail(error.message));
say("toys: shown, and obeying");
