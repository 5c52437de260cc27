// What a person reads when something goes wrong, and that all is well again when its cause is gone:
// each fault is put into the world of the demo's telescope, its sentence is read on the page, the
// cause is taken away, and the telescope works again without a restart of anything.
//
//   node e2e/faults.mjs LINK [FOLDER] [--only NAME] [--browser PATH] [--patience SECONDS]
//
// FOLDER gets one picture of each fault. Ends with 0 when everything was seen, else with 1.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { id, launch, say, SECOND, step } from "./browser.mjs";
import { Station } from "./station.mjs";
import { World } from "./world.mjs";

const { values: asked, positionals } = parseArgs({
  allowPositionals: true,
  options: { browser: { type: "string" }, only: { type: "string" }, patience: { type: "string", default: "180" } },
});
const [link, folder] = positionals;
const patience = Number(asked.patience) * SECOND;

function fail(text) {
  process.stderr.write(`faults failed: ${text}\n`);
  process.exit(1);
}
if (!link) fail("no link was given: it is the one `skyhelm demo` prints.");

/**
 * A fault: how it shows itself, and what must work again after it. `first` is the trouble's own
 * sentence; `sentence` is what becomes of what was asked, of a job of that `kind` when it names one.
 */
const FAULTS = [
  {
    name: "no-card",
    sentence: /no card/i,
    works: (station) => station.photo(),
  },
  {
    name: "card-full",
    sentence: /card is full/i,
    works: (station) => station.photo(),
  },
  {
    name: "low-battery",
    // The device refuses by a number that says nothing of a battery; the person must read the cause.
    first: /battery is at/i,
    provoke: (station, how) => station.goto(1, how),
    sentence: /too low for this/i,
    works: (station) => station.photo(),
  },
  {
    name: "motor-limit",
    provoke: (station, how) => station.goto(1, how),
    sentence: /(limit|far as|in the way|blocked|motor)/i,
    works: (station) => station.goto(0),
  },
  {
    name: "cloud-bank",
    provoke: (station, how) => station.goto(1, how),
    sentence: /(cloud|stars|solve)/i,
    works: (station) => station.goto(0),
  },
  {
    name: "solve-failure",
    provoke: (station, how) => station.goto(1, how),
    sentence: /(cloud|stars|solve|dew)/i,
    works: (station) => station.goto(0),
  },
  {
    name: "wifi-drop",
    more: { seconds: 8 },
    sentence: /connection.*lost|not connected|cannot be reached/i,
    works: (station) => station.photo(),
  },
  {
    name: "reboot",
    provoke: (station) => station.stack(),
    late: true,
    first: /connection.*lost|starting again|restart/i,
    kind: "stack",
    sentence: /ended while the connection was down|switched itself off while this ran/i,
    works: async (station) => {
      await station.calibrate();
      await station.goto(0);
    },
  },
];

async function meet(station, world, fault) {
  const said = await station.sentences();
  // A reboot comes in mid-job: the job runs before the fault is put.
  if (fault.late) await fault.provoke(station);
  await world.put(fault.name, fault.more);
  if (fault.name === "cloud-bank") await station.wait(() => world.now().then((now) => now.sky.cloud > 0.95), "the cloud never came");
  if (fault.first) say(`      "${await station.read(fault.first, said)}"`);
  if (fault.provoke && !fault.late) await fault.provoke(station, { expectFailure: true });
  const sentence = await station.read(fault.sentence, said, fault.kind);
  say(`      "${sentence}"`);
  if (folder) await station.page.screenshot({ path: join(folder, `fault-${fault.name}.png`) });
  await world.clear(fault.name);
  await station.healthy();
  await station.nothingRuns();
  await fault.works(station);
}

async function run() {
  if (folder) mkdirSync(folder, { recursive: true });
  const browser = await launch(asked.browser);
  try {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    await page.addInitScript(() => localStorage.setItem("skyhelm.tour.seen", "true"));
    const station = new Station(page, patience);
    await step("the link signs in", async () => {
      await page.goto(link);
      await page.waitForSelector(id("stop"), { timeout: 15 * SECOND });
    });
    const world = await step("the telescope's world is found", async () => World.of(await station.address()));
    await step("the telescope is free", () => station.free());
    for (const fault of FAULTS.filter((one) => !asked.only || one.name === asked.only)) {
      await step(fault.name, () => meet(station, world, fault)).catch(async (error) => {
        if (folder) await page.screenshot({ path: join(folder, `failed-${fault.name}.png`) });
        await world.clear().catch(() => undefined);
        throw error;
      });
    }
  } finally {
    await browser.close();
  }
}

await run().catch((error) => fail(error.message));
say("faults: all read, all well again");
