// What the browser's scripts share: finding Chromium, naming controls, telling what goes on.

import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

export const SECOND = 1000;
export const PAGES = ["telescope", "tonight", "library", "fleet", "devices", "log", "settings"];
const BROWSERS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/usr/bin/google-chrome-stable"];

export const id = (name) => `[data-testid="${name}"]`;
export const say = (text) => process.stdout.write(`${text}\n`);

/** Starts Chromium; without one, ends with the line that installs it. */
export async function launch(asked) {
  const executablePath = [asked, process.env.CHROMIUM, ...BROWSERS].find((path) => path && existsSync(path));
  if (!executablePath) throw new Error("no Chromium is installed. Install it with: sudo apt-get install -y chromium");
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"] });
}

/** What must not happen while the page is used. */
export function watch(page) {
  const troubles = [];
  const leaving = (url) => url.includes("/live/") || url.endsWith("/events");
  page.on("pageerror", (error) => troubles.push(`script error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") troubles.push(`console: ${message.text()} (${message.location().url})`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) troubles.push(`${response.status()} ${response.url()}`);
  });
  page.on("requestfailed", (request) => {
    const why = request.failure()?.errorText ?? "";
    // A live picture left, a page turned and a download begun all end a request from our side.
    if (why.includes("ERR_ABORTED") || leaving(request.url())) return;
    troubles.push(`${why} ${request.url()}`);
  });
  return troubles;
}

/** Does one step and says how long it took; a failure says which step it was. */
export async function step(name, act) {
  const from = Date.now();
  try {
    const result = await act();
    say(`ok    ${name} (${((Date.now() - from) / SECOND).toFixed(1)} s)`);
    return result;
  } catch (error) {
    throw new Error(`${name}: ${error.message.split("\n")[0]}`, { cause: error });
  }
}

export const turnTo = async (page, name) => {
  await page.click(id(`nav-${name}`));
  await page.waitForSelector(`main[data-page="${name}"]`);
};

/** A click that waits until the control may be used. */
export async function press(page, name, timeout) {
  await page.waitForSelector(`${id(name)}:not([aria-disabled="true"])`, { timeout });
  await page.click(id(name));
}
