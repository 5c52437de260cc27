// First light through a real browser: signs in by the printed link, finds a target, goes there,
// stacks ten subs, opens the result in the library and downloads its FITS.
//
//   node e2e/first-light.mjs LINK [FOLDER] [--target NAME] [--subs 10] [--patience SECONDS]
//
// FOLDER gets the FITS file (first-light.fits) and a picture of each page (pages/*.png).
// Ends with 0 when everything was seen, else with 1 and one sentence that says what was not.

import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { id, launch, PAGES, press as pressWithin, say, SECOND, step, turnTo, watch } from "./browser.mjs";
import { awayFromMiddle, readHeader } from "./fits.mjs";

const LOWEST_TARGET_DEG = 35;
const FARTHEST_FROM_MIDDLE = 0.05;

const { values: asked, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    target: { type: "string" },
    subs: { type: "string", default: "10" },
    browser: { type: "string" },
    patience: { type: "string", default: "240" },
  },
});

const [link, folder] = positionals;
const pictures = folder && join(folder, "pages");
const patience = Number(asked.patience) * SECOND;

function fail(text) {
  process.stderr.write(`first light failed: ${text}\n`);
  process.exit(1);
}

if (!link) fail("no link was given: it is the one `skyhelm demo` prints.");

const press = (page, name) => pressWithin(page, name, patience);

async function shot(page, name) {
  if (!pictures) return;
  mkdirSync(pictures, { recursive: true });
  await page.screenshot({ path: join(pictures, `${name}.png`) });
}

async function seeLivePictures(page, opened) {
  for (const place of ["live-main", "live-inset"]) {
    await page.waitForFunction(
      (selector) => Number(document.querySelector(selector)?.dataset.frames ?? 0) > 0,
      id(place),
      // The wide eye exposes for seconds, and two cores have much else to do.
      { timeout: place === "live-main" ? 30 * SECOND : patience },
    );
    if (place === "live-main") say(`      first live picture ${Date.now() - opened} ms after the link was opened`);
  }
}

/** The demo may be stacking already; a goto needs it ended and the live picture back. */
async function endRunningStack(page) {
  await page.click(id("tab-shoot"));
  await page.waitForSelector(`${id("stack-stop")}, ${id("go-live")}, ${id("stack-start")}`);
  if (await page.isVisible(id("stack-stop"))) {
    await press(page, "stack-stop");
    await page.waitForSelector(`${id("go-live")}, ${id("stack-start")}`, { timeout: patience });
  }
  if (await page.isVisible(id("go-live"))) await press(page, "go-live");
  await page.waitForSelector(id("stack-start"), { timeout: patience });
}

async function bestTarget(page) {
  if (asked.target) return asked.target;
  const list = await page.evaluate(async () => (await fetch("/api/v1/sky/showpieces")).json());
  const high = list.filter((object) => object.altitude_deg > LOWEST_TARGET_DEG);
  // Not the one the demo follows already: a goto must be seen to move.
  const followed = await page.textContent(id("target-name"));
  const best = high.find((object) => object.name !== followed?.trim()) ?? high[0];
  if (!best) throw new Error(`no showpiece stands above ${LOWEST_TARGET_DEG} degrees now`);
  // People type "M 27", not the whole title.
  return /^(M|NGC|IC) ?\d+/.exec(best.name)?.[0] ?? best.name;
}

async function searchAndGo(page, target) {
  await page.fill(id("search"), target);
  await page.click(`${id("search-result")} >> nth=0`, { timeout: 15 * SECOND });
  const name = await page.textContent(`${id("object-card")} h1`);
  await page.waitForTimeout(SECOND);
  await shot(page, "tonight");
  await press(page, "goto");
  return name?.trim() ?? target;
}

async function waitForTracking(page, name) {
  await page.waitForFunction(
    ({ motion, target, name: wanted }) => {
      const state = document.querySelector(motion)?.getAttribute("data-motion");
      const at = document.querySelector(target)?.textContent?.trim();
      const failed = document.querySelector('[data-testid="job"][data-kind="goto"][data-result="failed"]');
      if (failed && state !== "slewing" && state !== "solving" && state !== "tracking") throw new Error(failed.textContent ?? "");
      return state === "tracking" && at === wanted;
    },
    { motion: id("motion"), target: id("target-name"), name },
    { timeout: patience },
  );
}

async function stackSubs(page, subs) {
  await page.click(id("tab-shoot"));
  await page.fill(id("subs"), String(subs));
  await press(page, "stack-start");
  await page.waitForSelector(`${id("stack-card")}[data-phase="running"]`, { timeout: 60 * SECOND });
  await page.waitForFunction(
    (selector) => Number(document.querySelector(selector)?.dataset.stacked ?? 0) >= 2,
    id("stack-card"),
    { timeout: patience },
  );
  await shot(page, "telescope-stacking");
  await page.waitForFunction(
    ({ selector, subs: wanted }) => {
      const card = document.querySelector(selector);
      if (card?.dataset.phase !== "ended") return false;
      const stacked = Number(card.dataset.stacked);
      if (stacked < wanted) throw new Error(`the stack ended with ${stacked} of ${wanted} subs`);
      return true;
    },
    { selector: id("stack-card"), subs },
    { timeout: patience },
  );
}

const moments = (page) =>
  page.evaluate(async () => {
    const { entries } = await (await fetch("/api/v1/library?limit=500")).json();
    return entries.map((entry) => `${entry.id} ${entry.utc_ms}`);
  });

/** Opens the stack that was not there before. */
async function openNewStack(page, before) {
  await turnTo(page, "library");
  const from = Date.now();
  let fresh = null;
  while (!fresh && Date.now() - from < patience) {
    const entry = (await moments(page)).find((moment) => !before.includes(moment))?.split(" ")[0];
    const mine = `${id("entry")}[data-kind="stack"][data-state="complete"][data-id=${JSON.stringify(entry ?? "")}]`;
    if (entry && (await page.isVisible(mine))) fresh = mine;
    else await page.waitForTimeout(SECOND / 2);
  }
  if (!fresh) throw new Error("no new stack came into the library");
  await page.waitForTimeout(SECOND);
  await shot(page, "library");
  const target = await page.getAttribute(fresh, "data-target");
  await page.click(fresh);
  await page.waitForSelector(`${id("entry-view")}[data-state="complete"]`, { timeout: 30 * SECOND });
  await page.waitForSelector(id("preview"), { timeout: 60 * SECOND });
  await page.waitForTimeout(SECOND);
  await shot(page, "library-entry");
  return target;
}

async function downloadFits(page) {
  const fits = page.locator(`${id("download")}[data-name$=".fits" i]`);
  const stacked = fits.and(page.locator('[data-name*="stack" i]'));
  const link = (await stacked.count()) > 0 ? stacked.first() : fits.first();
  const [download] = await Promise.all([page.waitForEvent("download", { timeout: 60 * SECOND }), link.click()]);
  const path = folder ? join(folder, "first-light.fits") : await download.path();
  if (folder) await download.saveAs(path);
  say(`      ${statSync(path).size} bytes in ${path}`);
  return readHeader(path);
}

/** The stacked picture's own coordinates say where the target that was asked for lies on it. */
function lookAtTheMiddle(header, goal) {
  const away = awayFromMiddle(header, goal.ra_hours * 15, goal.dec_degrees);
  if (away === null) throw new Error("the FITS header has no coordinates of the picture");
  say(`      ${(away * 100).toFixed(2)} % of the frame from its middle`);
  if (away > FARTHEST_FROM_MIDDLE) throw new Error(`it lies ${(away * 100).toFixed(1)} % of the frame away`);
}

async function shootPages(page) {
  for (const name of PAGES) {
    if (["tonight", "library"].includes(name)) continue;
    await turnTo(page, name);
    await page.waitForTimeout(name === "telescope" ? 4 * SECOND : SECOND);
    await shot(page, name);
  }
}

async function run() {
  const browser = await launch(asked.browser).catch((error) => fail(error.message));
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, acceptDownloads: true });
  const page = await context.newPage();
  await page.addInitScript(() => localStorage.setItem("skyhelm.tour.seen", "true"));
  const troubles = watch(page);
  let goal = null;
  page.on("request", (request) => {
    if (request.url().endsWith("/mount/goto")) goal = request.postDataJSON();
  });
  try {
    // A person's browser has started long before the link is opened.
    await page.waitForTimeout(SECOND);
    const opened = Date.now();
    await step("the link signs in", async () => {
      await page.goto(link);
      await page.waitForSelector(id("stop"), { timeout: 15 * SECOND });
      say(`      page ready ${Date.now() - opened} ms after the link was opened`);
      if (page.url().includes("signin")) throw new Error("the token is still in the address");
    });
    await step("both live pictures appear", () => seeLivePictures(page, opened));
    await page.waitForTimeout(4 * SECOND);
    await shot(page, "telescope-first");
    await step("the running stack is ended", () => endRunningStack(page));
    const target = await step("a target is chosen", () => bestTarget(page));
    await turnTo(page, "tonight");
    const name = await step(`${target} is found and gone to`, () => searchAndGo(page, target));
    await turnTo(page, "telescope");
    await step(`the telescope follows ${name}`, () => waitForTracking(page, name));
    await page.waitForTimeout(2 * SECOND);
    await shot(page, "telescope-tracking");
    const before = await moments(page);
    await step(`${asked.subs} subs are stacked`, () => stackSubs(page, Number(asked.subs)));
    const kept = await step("the stack is complete in the library", () => openNewStack(page, before));
    say(`      it is of ${kept}`);
    const header = await step("its FITS is downloaded", () => downloadFits(page));
    await step("the target stands in the middle", () => lookAtTheMiddle(header, goal));
    await step("each page is looked at", () => shootPages(page));
    if (troubles.length > 0) throw new Error(`the browser complained: ${[...new Set(troubles)].join("; ")}`);
  } catch (error) {
    await shot(page, "failed").catch(() => undefined);
    await browser.close();
    const also = troubles.length > 0 ? ` (the browser saw: ${[...new Set(troubles)].slice(0, 5).join("; ")})` : "";
    fail(`${error.message}${also}`);
  }
  await browser.close();
  say("first light: all seen");
}

await run();
