// On a phone every action of Telescope is at most two taps away: a tab, and the control.

import { id } from "./browser.mjs";

export const TABS = ["point", "shoot", "focus", "picture"];

/** Each tab's controls. */
const ACTIONS = {
  point: ["search", "joystick", "calibrate", "park", "body-moon", "body-sun"],
  shoot: ["lens-tele", "lens-wide", "exposure", "gain", "photo", "raw-photo", "subs", "without-darks"],
  focus: ["focus-near", "focus-far", "autofocus-astro", "autofocus-normal", "autofocus-area"],
  picture: ["tool-histogram", "tool-stars", "tool-crosshair", "tool-grid"],
};
const EITHER = { shoot: ["stack-start", "stack-stop", "go-live"] };

/** Says which controls cannot be had by one tap on a tab. */
export async function farActions(page) {
  await page.evaluate(() => (location.hash = "#/telescope"));
  await page.waitForSelector(id("tab-point"));
  const far = [];
  for (const tab of TABS) {
    await page.click(id(`tab-${tab}`));
    const seen = (name) => page.isVisible(id(name));
    for (const name of ACTIONS[tab]) if (!(await seen(name))) far.push(`"${name}" is more than two taps away`);
    const either = EITHER[tab] ?? [];
    const some = await Promise.all(either.map(seen));
    if (either.length > 0 && !some.includes(true)) far.push(`none of ${either.join(", ")} is to be seen`);
  }
  if (!(await page.isVisible(id("stop")))) far.push("STOP is not to be seen");
  return far;
}
