// Other people at the station: one who signs in by name, and a guest who came by a link.

import { id, PAGES, SECOND, turnTo, watch } from "./browser.mjs";

const NAME = `looker ${Date.now().toString(36)}`;
const PASSWORD = "ten letters and more";

async function fresh(browser) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript(() => localStorage.setItem("skyhelm.tour.seen", "true"));
  return page;
}

/** An admin makes an account on Settings; elsewhere a wrong password is refused, and the right one lets in. */
export async function signInByName(browser, admin, link) {
  const problems = [];
  await turnTo(admin, "settings");
  await admin.fill(id("account-name"), NAME);
  await admin.fill(id("account-password"), PASSWORD);
  await admin.click(id("account-add"));
  await admin.waitForSelector(`${id("account")}[data-name=${JSON.stringify(NAME)}]`, { timeout: 15 * SECOND });
  const page = await fresh(browser);
  await page.goto(new URL("/", link).href);
  const enter = async (password) => {
    await page.fill(id("sign-in-name"), NAME);
    await page.fill(id("sign-in-password"), password);
    await page.click(id("sign-in"));
  };
  await enter("a wrong password");
  const said = await page.textContent(id("sign-in-trouble"), { timeout: 15 * SECOND });
  if (!/[.!]/.test(said ?? "")) problems.push("a wrong password is refused without a sentence");
  await enter(PASSWORD);
  await page.waitForSelector(id("stop"), { timeout: 15 * SECOND });
  await page.context().close();
  return problems;
}

/** A guest sees every page meant for guests, nothing fails, and no command can be given. */
export async function lookOn(browser, admin) {
  const problems = [];
  await turnTo(admin, "settings");
  await admin.fill(id("guest-name"), "star party");
  await admin.click(id("guest-make"));
  const link = (await admin.textContent(id("secret"), { timeout: 15 * SECOND }))?.trim() ?? "";
  const page = await fresh(browser);
  const troubles = watch(page);
  await page.goto(link);
  await page.waitForSelector(id("stop"), { timeout: 15 * SECOND });
  for (const name of PAGES.filter((one) => one !== "log")) {
    await turnTo(page, name);
    await page.waitForTimeout(SECOND / 4);
  }
  if (await page.isVisible(id("nav-log"))) problems.push("a guest is offered the log");
  await turnTo(page, "telescope");
  await page.click(id("tab-shoot"));
  await page.waitForSelector(id("photo"));
  if ((await page.getAttribute(id("photo"), "aria-disabled")) !== "true") problems.push("a guest may seem to command");
  await page.context().close();
  return [...problems, ...troubles.map((text) => `guest: ${text}`)];
}
