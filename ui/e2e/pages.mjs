// Every page, looked at by a machine: on a phone, a tablet and a desk, by day, by night and in red.
//
//   node e2e/pages.mjs LINK [FOLDER] [--browser PATH]
//
// Checks that axe finds nothing, that nothing must be scrolled sideways, that on a phone every
// control can be hit by a cold finger, that the red theme shows no green and no blue, and that the
// keyboard alone is enough to choose a target. FOLDER gets one picture of each page, width and theme.
// Ends with 0 when all is well, else with 1 and a list of what is not.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { axeFindings } from "./axe.mjs";
import { id, launch, PAGES, say, SECOND, step, watch } from "./browser.mjs";
import { goByKeyboard } from "./keyboard.mjs";
import { smallTargets, sidewaysScroll } from "./layout.mjs";
import { PixelEye } from "./pixels.mjs";

const WIDTHS = [390, 820, 1440];
const HEIGHTS = { 390: 844, 820: 1180, 1440: 900 };
const THEMES = ["night", "day", "red"];
const PHONE = 390;

const { values: asked, positionals } = parseArgs({
  allowPositionals: true,
  options: { browser: { type: "string" } },
});
const [link, folder] = positionals;
const problems = [];

function fail(text) {
  process.stderr.write(`pages failed: ${text}\n`);
  process.exit(1);
}
if (!link) fail("no link was given: it is the one `skyhelm demo` prints.");

/** The pages to look at, and the library's newest entry when there is one. */
async function views(page) {
  const newest = await page.evaluate(async () => {
    const { entries } = await (await fetch("/api/v1/library?limit=1")).json();
    return entries[0]?.id ?? null;
  });
  const entry = newest === null ? [] : [{ name: "library-entry", hash: `#/library/${encodeURIComponent(newest)}`, page: "library" }];
  return [...PAGES.map((name) => ({ name, hash: `#/${name}`, page: name })), ...entry];
}

async function open(page, view) {
  await page.evaluate((hash) => (location.hash = hash), view.hash);
  await page.waitForSelector(`main[data-page="${view.page}"]`);
  await page.waitForTimeout(250);
}

async function look(page, eye, view, width, theme) {
  const where = `${view.name} at ${width} px, ${theme}`;
  const note = (text) => problems.push(`${where}: ${text}`);
  await open(page, view);
  if (view.name === "telescope") {
    const measured = page.waitForSelector(id("measured"), { timeout: 5 * SECOND });
    await measured.catch(() => note("no histogram is seen"));
  }
  const picture = await page.screenshot(folder ? { path: join(folder, `${view.name}-${width}-${theme}.png`) } : {});
  (await sidewaysScroll(page)).forEach(note);
  if (width === PHONE && theme !== "day") (await smallTargets(page)).forEach(note);
  if (theme === "red") {
    const seen = await eye.look(picture);
    if (seen.coloured > 0) note(`${seen.coloured} pixels are not red, the worst ${seen.worst}`);
    if (seen.brightest < 60) note(`the picture is as good as black (${seen.brightest})`);
  }
  // One theme a width is enough for axe: structure is the same in all, contrast is looked at in each.
  if (WIDTHS.indexOf(width) === THEMES.indexOf(theme)) (await axeFindings(page)).forEach(note);
  if (width === 1440 && theme === "day") (await axeFindings(page)).forEach(note);
}

async function lookAtTheme(context, eye, theme) {
  const page = await context.newPage();
  const troubles = watch(page);
  await page.addInitScript((value) => localStorage.setItem("skyhelm.theme", value), theme);
  await page.goto(new URL("/#/telescope", link).href);
  await page.waitForSelector(id("stop"));
  const all = await views(page);
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: HEIGHTS[width] });
    for (const view of all) await look(page, eye, view, width, theme);
  }
  await page.close();
  problems.push(...troubles.map((text) => `${theme}: ${text}`));
}

async function lookAtSignIn(browser, eye) {
  const context = await browser.newContext({ viewport: { width: PHONE, height: HEIGHTS[PHONE] } });
  const page = await context.newPage();
  await page.addInitScript(() => localStorage.setItem("skyhelm.theme", "red"));
  await page.goto(new URL("/", link).href);
  await page.waitForSelector("h1");
  const note = (text) => problems.push(`sign-in: ${text}`);
  const picture = await page.screenshot(folder ? { path: join(folder, `sign-in-${PHONE}-red.png`) } : {});
  if ((await eye.look(picture)).coloured > 0) note("pixels are not red");
  [...(await axeFindings(page)), ...(await sidewaysScroll(page)), ...(await smallTargets(page))].forEach(note);
  await context.close();
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
    await step("a target is chosen by the keyboard alone", async () => {
      problems.push(...(await goByKeyboard(first)));
    });
    await first.close();
    const eye = await PixelEye.open(browser);
    for (const theme of THEMES) await step(`every page is looked at, ${theme}`, () => lookAtTheme(context, eye, theme));
    await step("the sign-in page is looked at", () => lookAtSignIn(browser, eye));
  } finally {
    await browser.close();
  }
}

await run().catch((error) => fail(error.message));
for (const problem of [...new Set(problems)]) process.stderr.write(`- ${problem}\n`);
if (problems.length > 0) fail(`${new Set(problems).size} things to mend, listed above`);
say("pages: all well");
