// The aircraft's live picture in a browser: it plays, it goes on, it shows what the camera sees, and soon.
//
// Every shown frame is looked at (a small copy of it), so that the time between an order and the first
// frame that shows its effect is measured as a person sees it: the way of the order is in it.

import { loadavg, cpus } from "node:os";
import { id, press, say, SECOND } from "./browser.mjs";

const WITHIN_MS = 500;
/** On a machine that does other things as well, only that the picture follows is judged. */
const BUSY_WITHIN_MS = 6000;
/** Odd, so that it ends with the infrared lens: by night it sees what the gimbal turns to. */
const TURNS = 7;

/** Keeps what the last frames looked like, each with when it was shown. */
function lookOn(selector) {
  const video = document.querySelector(selector);
  const canvas = new OffscreenCanvas(32, 18);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  globalThis.seen = [];
  const look = () => {
    context.drawImage(video, 0, 0, 32, 18);
    globalThis.seen.push({ at: Date.now(), pixels: [...context.getImageData(0, 0, 32, 18).data].filter((_, i) => i % 4 !== 3) });
    if (globalThis.seen.length > 400) globalThis.seen.shift();
    video.requestVideoFrameCallback(look);
  };
  video.requestVideoFrameCallback(look);
  /** Mean difference of each colour from a frame, of 255. */
  globalThis.unlike = (a, b) => a.reduce((sum, value, i) => sum + Math.abs(value - b[i]), 0) / a.length;
}

const newest = (page) => page.evaluate(() => globalThis.seen.at(-1) ?? null);

async function until(page, patience, what, check) {
  const end = Date.now() + patience;
  for (;;) {
    const found = await check();
    if (found) return found;
    if (Date.now() > end) {
      const told = await page.evaluate((sign) => document.querySelector(sign)?.textContent ?? null, id("live-trouble"));
      throw new Error(`${what}; the page says: ${told}`);
    }
    await page.waitForTimeout(20);
  }
}

async function plays(page, patience) {
  await page.waitForSelector(id("live-video"), { timeout: patience });
  await page.evaluate(lookOn, id("live-video"));
  await until(page, patience, "no frame is shown", () => newest(page));
  const time = () => page.evaluate((sign) => document.querySelector(sign).currentTime, id("live-video"));
  const before = await time();
  const count = await page.evaluate(() => globalThis.seen.length);
  await page.waitForTimeout(3 * SECOND);
  const [after, shown] = [await time(), (await page.evaluate(() => globalThis.seen.length)) - count];
  if (after - before < 1) throw new Error(`the picture stands: ${before} s, ${after} s after three more`);
  say(`      ${(shown / 3).toFixed(1)} frames a second, ${(after - before).toFixed(1)} s of picture in 3 s`);
}

/** Orders another lens and waits for the first frame that shows it; milliseconds. */
async function turn(page, lens, patience) {
  const { pixels } = await newest(page);
  const from = Date.now();
  await page.click(id(`lens-${lens}`));
  const frame = await until(page, patience, `the ${lens} lens is not seen`, () =>
    page.evaluate(({ from, pixels }) => globalThis.seen.find((one) => one.at > from && globalThis.unlike(one.pixels, pixels) > 25)?.at, { from, pixels }),
  );
  await page.waitForSelector(`${id(`lens-${lens}`)}[aria-pressed="true"]`, { timeout: patience });
  return frame - from;
}

async function follows(page, patience) {
  await page.click(id("tab-camera"));
  const turns = [];
  for (let i = 0; i < TURNS; i++) turns.push(await turn(page, i % 2 === 0 ? "infrared" : "wide", patience));
  const sorted = [...turns].sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)];
  const load = loadavg()[0] / cpus().length;
  say(`      order to picture: median ${median} ms of ${turns.join(", ")} (load ${load.toFixed(1)} a processor)`);
  const within = load > 1.2 ? BUSY_WITHIN_MS : WITHIN_MS;
  if (median > within) throw new Error(`the picture is late: median ${median} ms of ${turns.join(", ")}`);
}

async function gimbal(page, patience) {
  await press(page, "gimbal-centre", patience);
  await page.waitForTimeout(3 * SECOND);
  const { pixels } = await newest(page);
  await press(page, "gimbal-down", patience);
  await until(page, patience, "the gimbal turns, the picture does not", () =>
    page.evaluate((pixels) => globalThis.unlike(globalThis.seen.at(-1).pixels, pixels) > 12, pixels),
  );
}

/** In red night mode the picture gives red light only. */
async function red(page) {
  const before = await page.evaluate(() => document.documentElement.dataset.theme ?? null);
  const filtered = await page.evaluate((sign) => {
    document.documentElement.dataset.theme = "red";
    for (let at = document.querySelector(sign); at; at = at.parentElement) if (getComputedStyle(at).filter.includes("only-red")) return true;
    return false;
  }, id("live-video"));
  await page.evaluate((theme) => {
    if (theme === null) delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  }, before);
  if (!filtered) throw new Error("the picture is not red at night");
}

/** To be called with the cockpit open, the aircraft up and its camera ours. */
export async function picture(page, patience) {
  await plays(page, patience);
  await follows(page, patience);
  await gimbal(page, patience);
  await red(page);
  await page.click(id("tab-fly"));
}
