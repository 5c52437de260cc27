// The page that DJI Pilot 2 opens, with a made-up Pilot 2 around it: every step done, one that fails.

import { axeFindings } from "./axe.mjs";
import { id, SECOND } from "./browser.mjs";
import { sidewaysScroll, smallTargets } from "./layout.mjs";

/** Runs in the page before it: what Pilot 2 puts there. */
function pilotTwo({ serial, refusing }) {
  const said = (code, data) => JSON.stringify({ code, message: code === 0 ? "success" : "refused", data });
  const calls = (globalThis.pilotCalls = []);
  const data = { platformGetRemoteControllerSN: serial, platformIsVerified: true, platformGetAircraftSN: "1581F5SIM", thingGetConnectState: true, platformIsComponentLoaded: false };
  globalThis.djiBridge = new Proxy(
    {},
    {
      get: (_, call) => (...words) => {
        calls.push([call, ...words]);
        return call === refusing ? said(613001) : said(0, data[call] ?? null);
      },
    },
  );
}

async function visit(context, link, { theme = "night", serial, refusing = "" }) {
  const page = await context.newPage();
  await page.setViewportSize({ width: 390, height: 844 });
  await page.addInitScript((chosen) => localStorage.setItem("skyhelm.theme", chosen), theme);
  if (serial) await page.addInitScript(pilotTwo, { serial, refusing });
  await page.goto(new URL("/pilot", link).href);
  return page;
}

async function measured(page, where) {
  const found = [...(await axeFindings(page)), ...(await sidewaysScroll(page)), ...(await smallTargets(page))];
  return found.map((text) => `pilot, ${where}: ${text}`);
}

/** What is not as it should be. */
export async function openInPilot(browser, context, eye, link, shoot) {
  const problems = [];
  const signedOut = await visit(await browser.newContext(), link, { theme: "red" });
  await signedOut.waitForSelector(id("pilot-name"), { timeout: 15 * SECOND });
  problems.push(...(await measured(signedOut, "sign-in")));
  if ((await eye.look(await shoot(signedOut, "pilot-sign-in-390-red"))).coloured > 0) problems.push("pilot, sign-in: pixels are not red");
  await signedOut.fill(id("pilot-name"), "nobody");
  await signedOut.fill(id("pilot-password"), "nothing at all");
  await signedOut.click(id("pilot-sign-in"));
  await signedOut.waitForSelector(id("pilot-trouble"), { timeout: 15 * SECOND });
  await signedOut.context().close();

  const outside = await visit(context, link, {});
  await outside.click(id("pilot-begin"), { timeout: 15 * SECOND });
  await outside.waitForSelector('[data-step="bridge"][data-state="failed"]', { timeout: 15 * SECOND });
  problems.push(...(await measured(outside, "outside")));
  await outside.close();

  const serial = await (async () => {
    const page = await visit(context, link, {});
    const devices = await page.evaluate(async () => (await fetch("/api/v1/devices")).json());
    await page.close();
    return devices.find((one) => one.state.flight)?.state.about.serial;
  })();
  if (!serial) return [...problems, "pilot: the station has no gateway to bring online"];
  const failing = await visit(context, link, { serial, refusing: "platformVerifyLicense", theme: "red" });
  await failing.click(id("pilot-begin"), { timeout: 15 * SECOND });
  await failing.waitForSelector('[data-step="licence"][data-state="failed"]', { timeout: 15 * SECOND });
  problems.push(...(await measured(failing, "a step that failed")));
  if ((await eye.look(await shoot(failing, "pilot-failed-390-red"))).coloured > 0) problems.push("pilot, failed: pixels are not red");
  await failing.close();

  const page = await visit(context, link, { serial });
  await page.click(id("pilot-begin"), { timeout: 15 * SECOND });
  await page.waitForSelector(id("pilot-online"), { timeout: 15 * SECOND });
  const calls = await page.evaluate(() => globalThis.pilotCalls);
  const thing = calls.find(([call, name]) => call === "platformLoadComponent" && name === "thing");
  const told = thing ? JSON.parse(thing[2]) : {};
  if (told.username !== serial || !told.password || !/^tcp:\/\/.+:\d+$/.test(told.host)) problems.push("pilot: the module `thing` is not told where to connect, and as whom");
  if (page.url().includes(told.password) || (await page.content()).includes(told.password)) problems.push("pilot: the password stands in the page");
  problems.push(...(await measured(page, "online")));
  await shoot(page, "pilot-online-390");
  await page.close();
  return problems;
}
