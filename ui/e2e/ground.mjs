// The operator's own ground below the map: a PMTiles file in the station's folder, then tiles of
// another host, then the countries of the program again. Nothing but the named host is loaded from.

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { id, SECOND, turnTo } from "./browser.mjs";
import { oneColourWorld, onePicture } from "./pmtiles.mjs";

const FILE_COLOUR = [200, 30, 160];
const HOST_COLOUR = [20, 160, 60];
const NEAR = 24;

/** A host of tiles, which counts what it is asked. */
async function tileHost() {
  const asked = [];
  const server = createServer((request, answer) => {
    asked.push(request.url);
    answer.writeHead(200, { "Content-Type": "image/png", "Access-Control-Allow-Origin": "*" });
    answer.end(onePicture(HOST_COLOUR));
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return { asked, origin: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

/** How much of the map has a colour, from 0 to 1. */
async function shareOf(page, colour) {
  const png = await page.locator(id("map")).screenshot();
  return page.evaluate(
    async ([base64, wanted, near]) => {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const picture = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
      const context = new OffscreenCanvas(picture.width, picture.height).getContext("2d");
      context.drawImage(picture, 0, 0);
      const { data } = context.getImageData(0, 0, picture.width, picture.height);
      let found = 0;
      for (let i = 0; i < data.length; i += 4) if (wanted.every((part, at) => Math.abs(data[i + at] - part) < near)) found += 1;
      return found / (data.length / 4);
    },
    [png.toString("base64"), colour, NEAR],
  );
}

async function seesColour(page, colour) {
  await turnTo(page, "fleet");
  await page.waitForSelector(`${id("map")}[data-ready="true"]`, { timeout: 60 * SECOND });
  let share = 0;
  for (let tries = 0; tries < 40 && share < 0.3; tries++) {
    await page.waitForTimeout(SECOND / 2);
    share = await shareOf(page, colour);
  }
  return share;
}

/** Chooses a ground; the page loads itself anew when what it may load changes with it. */
async function choose(page, kind, { reloads = false, fill } = {}) {
  await turnTo(page, "settings");
  await page.click(id("tiles-kind"));
  await page.locator('[role="option"]').nth(["bundled", "file", "url"].indexOf(kind)).click();
  await fill?.();
  const loaded = reloads ? page.waitForEvent("load", { timeout: 30 * SECOND }) : null;
  await page.click(id("tiles-save"));
  await loaded;
  await page.waitForSelector(`${id("tiles-now")}[data-kind="${kind}"]`, { timeout: 15 * SECOND });
}

/** What is not as it should be. */
export async function ownGround(page, link) {
  const problems = [];
  const note = (so, text) => so || problems.push(`own ground: ${text}`);
  const own = new URL(link).origin;
  const requests = [];
  page.on("request", (request) => requests.push(request.url()));
  const partial = page.waitForResponse((answer) => answer.url().includes("/api/v1/maps/e2e-world.pmtiles") && answer.status() === 206, { timeout: 90 * SECOND });
  const foreign = (host = null) => requests.filter((url) => /^https?:/.test(url) && new URL(url).origin !== own && new URL(url).origin !== host);

  const { folder } = await page.evaluate(async () => (await fetch("/api/v1/maps")).json());
  const file = join(folder, "e2e-world.pmtiles");
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, oneColourWorld(FILE_COLOUR, 'Made by <a href="https://nowhere.example">a test</a>'));
  await turnTo(page, "fleet");
  await choose(page, "file");
  const shareOfFile = await seesColour(page, FILE_COLOUR);
  note(shareOfFile > 0.3, `the file's picture fills ${(shareOfFile * 100).toFixed(0)} % of the map`);
  await partial.catch(() => note(false, "the file was not read in parts"));
  const credit = await page.textContent(id("map-credit"));
  note(credit?.trim() === "Made by a test", `it is credited as ${credit}`);
  note(foreign().length === 0, `other hosts were asked: ${foreign()[0]}`);

  const host = await tileHost();
  await choose(page, "url", { reloads: true, fill: () => page.fill(id("tiles-template"), `${host.origin}/{z}/{x}/{y}.png`) });
  const shareOfHost = await seesColour(page, HOST_COLOUR);
  note(shareOfHost > 0.3 && host.asked.length > 0, `the named host's tiles fill ${(shareOfHost * 100).toFixed(0)} % of the map, of ${host.asked.length} asked`);
  note(foreign(host.origin).length === 0, `hosts that were not named were asked: ${foreign(host.origin)[0]}`);
  const other = await tileHost();
  const reached = await page.evaluate((url) => fetch(url).then(() => true, () => false), `${other.origin}/0/0/0.png`);
  note(!reached && other.asked.length === 0, "the page may load from a host nobody named");

  await choose(page, "bundled", { reloads: true });
  await turnTo(page, "fleet");
  const still = await page.evaluate((url) => fetch(url).then(() => true, () => false), `${host.origin}/0/0/0.png`);
  note(!still, "the page may still load from the host that was taken back");
  host.close();
  other.close();
  rmSync(file);
  return problems;
}

/** Corners of a fence, drawn on the cockpit's map; the land of the virtual world lies below them. */
export async function drawFence(page) {
  const problems = [];
  const device = await page.evaluate(async () => (await (await fetch("/api/v1/devices")).json()).find((one) => one.state.flight));
  if (!device) return ["fence: the station has no aircraft"];
  const land = await page.evaluate(async (id) => (await fetch(`/api/v1/devices/${encodeURIComponent(id)}/flight/map.geojson`)).json(), device.id);
  const kinds = new Set((land.features ?? []).map((feature) => feature.properties.kind));
  if (!kinds.has("road") || !kinds.has("building")) problems.push("the land of the virtual world is not told");
  await page.evaluate((id) => (location.hash = `#/fleet/${encodeURIComponent(id)}`), device.id);
  await page.click(id("tab-fence"), { timeout: 15 * SECOND });
  await page.waitForSelector(`${id("map")}[data-ready="true"]`, { timeout: 60 * SECOND });
  await page.click(id("fence-draw"));
  const box = await page.locator(id("map")).boundingBox();
  for (const [x, y] of [[0.3, 0.3], [0.7, 0.35], [0.5, 0.75]]) {
    await page.mouse.click(box.x + box.width * x, box.y + box.height * y);
    await page.waitForTimeout(SECOND / 2);
  }
  const corners = await page.locator(id("map-corner")).count();
  if (corners !== 3) problems.push(`${corners} of 3 corners stand on the map`);
  await page.click(id("fence-set"));
  const until = Date.now() + 15 * SECOND;
  for (;;) {
    const fence = await page.evaluate(async (id) => (await (await fetch(`/api/v1/devices/${encodeURIComponent(id)}`)).json()).state.flight.fence, device.id);
    if (fence?.polygon.length === 3) break;
    if (Date.now() > until) return [...problems, `the fence was not set: ${JSON.stringify(fence)}`];
    await page.waitForTimeout(SECOND / 4);
  }
  await page.click(id("fence-clear"));
  await page.waitForSelector(id("fence-clear"), { state: "detached", timeout: 15 * SECOND });
  return problems;
}
