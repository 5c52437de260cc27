// Every page, looked at by a machine: on a phone, a tablet and a desk, by day, in red, in German.
//
//   node e2e/pages.mjs LINK [FOLDER] [--browser PATH]
//
// Checks that axe finds nothing, that nothing must be scrolled sideways, that on a phone every
// control can be hit by a cold finger and every action of Telescope is two taps away, that the red
// theme shows no green and no blue, that the keyboard alone is enough, and that the page outlives
// its hub. FOLDER gets one picture of each page, width and theme.
// Ends with 0 when all is well, else with 1 and a list of what is not.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { loseTheHub } from "./away.mjs";
import { axeFindings } from "./axe.mjs";
import { id, launch, PAGES, say, SECOND, step, watch } from "./browser.mjs";
import { drawFence, ownGround } from "./ground.mjs";
import { goByKeyboard } from "./keyboard.mjs";
import { lookOn, signInByName } from "./people.mjs";
import { sidewaysScroll, smallTargets } from "./layout.mjs";
import { openInPilot } from "./pilot.mjs";
import { PixelEye } from "./pixels.mjs";
import { farActions, TABS } from "./taps.mjs";

const HEIGHTS = { 390: 844, 820: 1180, 1440: 900 };
const PHONE = 390;
const WIDTHS = [390, 820, 1440];
/** What is looked at, by axe too: structure differs by width, contrast by theme. */
const ROUNDS = [
  { theme: "day", language: "en" },
  { theme: "red", language: "en" },
  { theme: "night", language: "de" },
];

const { values: asked, positionals } = parseArgs({
  allowPositionals: true,
  options: { browser: { type: "string" } },
});
const [link, folder] = positionals;
const problems = new Set();

function fail(text) {
  process.stderr.write(`pages failed: ${text}\n`);
  process.exit(1);
}
if (!link) fail("no link was given: it is the one `skyhelm demo` prints.");

const shoot = (page, name) => page.screenshot(folder ? { path: join(folder, `${name}.png`) } : {});

/** The pages to look at: on a phone each tab of Telescope; the library's newest entry when there is one. */
async function viewsOf(page) {
  const newest = await page.evaluate(async () => {
    const { entries } = await (await fetch("/api/v1/library?limit=20")).json();
    return entries.find((entry) => entry.state === "complete")?.id ?? null;
  });
  const aircraft = await page.evaluate(async () => (await (await fetch("/api/v1/devices")).json()).find((one) => one.state.flight)?.id);
  const cockpit = aircraft ? [{ name: "cockpit", page: "fleet", rest: aircraft }] : [];
  const tabs = TABS.slice(1).map((tab) => ({ name: `telescope-${tab}`, page: "telescope", tab, phone: true }));
  const entry = newest === null ? [] : [{ name: "library-entry", page: "library", rest: newest }];
  return [{ name: "telescope", page: "telescope", tab: TABS[0] }, ...tabs, ...PAGES.slice(1).map((name) => ({ name, page: name })), ...cockpit, ...entry];
}

async function open(page, view) {
  const hash = view.rest ? `#/${view.page}/${encodeURIComponent(view.rest)}` : `#/${view.page}`;
  await page.evaluate((next) => (location.hash = next), hash);
  await page.waitForSelector(`main[data-page="${view.page}"]`);
  if (view.tab) await page.click(id(`tab-${view.tab}`));
  await page.waitForTimeout(200);
}

async function look(page, eye, view, width, round) {
  const where = `${view.name} at ${width} px, ${round.theme}, ${round.language}`;
  const note = (text) => problems.add(`${where}: ${text}`);
  await open(page, view);
  if (view.name === "telescope") {
    const measured = page.waitForSelector(id("measured"), { timeout: 8 * SECOND });
    await measured.catch(() => note("no histogram is seen"));
  }
  if (view.name === "tonight") {
    await page.waitForSelector(id("chart-loading"), { state: "detached", timeout: 15 * SECOND });
    await page.waitForSelector(`${id("good-now")}, ${id("none-good")}`, { timeout: 15 * SECOND });
  }
  // A map takes a processor alone a while to draw: it is waited for where its pixels are judged, and once more.
  if (view.page === "fleet" && (round.theme === "red" || width === 1440)) {
    await page.waitForSelector(`${id("map")}[data-ready="true"]`, { timeout: 30 * SECOND });
  }
  if (view.name === "library-entry") await page.waitForSelector(id("preview"), { timeout: 30 * SECOND });
  const picture = await shoot(page, `${view.name}-${width}-${round.theme}`);
  (await sidewaysScroll(page)).forEach(note);
  if (width === PHONE) (await smallTargets(page)).forEach(note);
  if (round.theme === "red") {
    const seen = await eye.look(picture);
    if (seen.coloured > 0) note(`${seen.coloured} pixels are not red, the worst ${seen.worst}`);
    if (seen.brightest < 60) note(`the picture is as good as black (${seen.brightest})`);
  }
  (await axeFindings(page)).forEach(note);
}

async function lookAround(context, eye, round) {
  const page = await context.newPage();
  const troubles = watch(page);
  await page.addInitScript(({ theme, language }) => {
    localStorage.setItem("skyhelm.theme", theme);
    localStorage.setItem("skyhelm.language", JSON.stringify(language));
  }, round);
  await page.goto(new URL("/#/telescope", link).href);
  await page.waitForSelector(id("stop"));
  const views = await viewsOf(page);
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: HEIGHTS[width] });
    for (const view of views) if (!view.phone || width === PHONE) await look(page, eye, view, width, round);
    if (width === PHONE) (await farActions(page)).forEach((text) => problems.add(`telescope: ${text}`));
  }
  await page.close();
  for (const text of troubles) problems.add(`${round.theme}: ${text}`);
}

async function lookAtSignIn(browser, eye) {
  const context = await browser.newContext({ viewport: { width: PHONE, height: HEIGHTS[PHONE] } });
  const page = await context.newPage();
  await page.addInitScript(() => localStorage.setItem("skyhelm.theme", "red"));
  await page.goto(new URL("/", link).href);
  await page.waitForSelector("h1");
  const note = (text) => problems.add(`sign-in: ${text}`);
  const picture = await shoot(page, `sign-in-${PHONE}-red`);
  if ((await eye.look(picture)).coloured > 0) note("pixels are not red");
  for (const text of [...(await axeFindings(page)), ...(await sidewaysScroll(page)), ...(await smallTargets(page))]) note(text);
  await context.close();
}

/** The first look around is shown once, and can be left. */
async function takeTheTour(page) {
  await page.waitForSelector(id("tour"));
  for (const text of await axeFindings(page)) problems.add(`tour: ${text}`);
  await shoot(page, "tour-1440-night");
  await page.click(id("tour-next"));
  await page.click(id("tour-skip"));
  await page.waitForSelector(id("tour"), { state: "detached" });
}

async function run() {
  if (folder) mkdirSync(folder, { recursive: true });
  const browser = await launch(asked.browser);
  try {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const first = await context.newPage();
    await step("the link signs in", async () => {
      await first.goto(link);
      await first.waitForSelector(id("stop"), { timeout: 15 * SECOND });
    });
    await step("the first look around is taken and left", () => takeTheTour(first));
    await step("a target is chosen by the keyboard alone", async () => {
      for (const text of await goByKeyboard(first)) problems.add(text);
    });
    await step("the page outlives its hub", async () => {
      for (const text of await loseTheHub(context, link, shoot)) problems.add(text);
    });
    await step("an account is made, and signs in by name", async () => {
      for (const text of await signInByName(browser, first, link)) problems.add(text);
    });
    await step("a guest looks on and commands nothing", async () => {
      for (const text of await lookOn(browser, first)) problems.add(text);
    });
    await step("the operator's own ground lies below the map, and no other host is asked", async () => {
      for (const text of await ownGround(first, link)) problems.add(text);
    });
    await step("a fence is drawn on the map, over the land of the virtual world", async () => {
      for (const text of await drawFence(first)) problems.add(text);
    });
    await first.close();
    const eye = await PixelEye.open(browser);
    await step("DJI Pilot 2 opens its page, and each step is told", async () => {
      for (const text of await openInPilot(browser, context, eye, link, shoot)) problems.add(text);
    });
    for (const round of ROUNDS) {
      await step(`every page is looked at, ${round.theme}, ${round.language}`, () => lookAround(context, eye, round));
    }
    await step("the sign-in page is looked at", () => lookAtSignIn(browser, eye));
  } finally {
    await browser.close();
  }
}

await run().catch((error) => fail(error.message));
for (const problem of problems) process.stderr.write(`- ${problem}\n`);
if (problems.size > 0) fail(`${problems.size} things to mend, listed above`);
say("pages: all well");
