// What axe, the accessibility checker, finds on the page as it stands.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** One line for each element that is at fault. */
export async function axeFindings(page) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(source);
  const violations = await page.evaluate(async () => {
    const found = await window.axe.run(document, { resultTypes: ["violations"] });
    return found.violations.map(({ id, help, nodes }) => ({ id, help, nodes: nodes.map((node) => node.html.slice(0, 120)) }));
  });
  return violations.flatMap(({ id, help, nodes }) => nodes.map((html) => `axe ${id}: ${help}: ${html}`));
}
