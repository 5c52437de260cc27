// The way to a target by the keyboard alone, with the focus to be seen at every step.

import { id, SECOND } from "./browser.mjs";

const MOST_TABS = 60;

/** What has the focus, and whether one can see that it has. */
const focused = (page) =>
  page.evaluate(() => {
    const element = document.activeElement;
    if (!element || element === document.body) return null;
    const style = getComputedStyle(element);
    const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
    return { testid: element.dataset.testid ?? "", html: element.outerHTML.slice(0, 100), ring };
  });

/** Presses Tab until `name` has the focus; gives what had it without showing so. */
async function tabTo(page, name) {
  const dark = [];
  for (let i = 0; i < MOST_TABS; i++) {
    await page.keyboard.press("Tab");
    const here = await focused(page);
    if (here && !here.ring) dark.push(`the focus cannot be seen on ${here.html}`);
    if (here?.testid === name) return dark;
  }
  throw new Error(`${MOST_TABS} tabs did not reach "${name}"`);
}

/** Goes to Tonight, finds a target and stands on its "Go to", by keys alone. */
export async function goByKeyboard(page) {
  const dark = await tabTo(page, "nav-tonight");
  await page.keyboard.press("Enter");
  await page.waitForSelector('main[data-page="tonight"]');
  await page.keyboard.press("/");
  await page.keyboard.type("andromeda");
  await page.waitForSelector(id("search-result"), { timeout: 15 * SECOND });
  await page.keyboard.press("Enter");
  await page.waitForSelector(id("object-card"));
  dark.push(...(await tabTo(page, "goto")));
  // Enter is answered: by a slew, or by the reason why there is none.
  await page.keyboard.press("Enter");
  await page.waitForSelector(`${id("job")}, ${id("reason")}`, { timeout: 15 * SECOND });
  return [...new Set(dark)];
}
