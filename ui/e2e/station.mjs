// A station as a person at its page uses it, with the device's own state as the judge.

import { id, SECOND } from "./browser.mjs";

const LOWEST_DEG = 35;
const LOOK_EVERY_MS = 250;

export class Station {
  constructor(page, patience) {
    this.page = page;
    this.patience = patience;
    this.targets = [];
  }

  device() {
    return this.page.evaluate(async () => (await (await fetch("/api/v1/devices")).json()).find((one) => !one.state.flight));
  }

  async address() {
    return (await this.device()).state.about.address;
  }

  /** Looks again and again until `seen` gives something true. */
  async wait(seen, what, patience = this.patience) {
    const until = Date.now() + patience;
    for (;;) {
      const found = await seen();
      if (found) return found;
      if (Date.now() > until) throw new Error(typeof what === "function" ? await what() : what);
      await this.page.waitForTimeout(LOOK_EVERY_MS);
    }
  }

  /** Every sentence about something wrong that the page shows now, or those of failed jobs of a kind. */
  sentences(kind = null) {
    const ofJobs = `[data-testid="job"]${kind ? `[data-kind="${kind}"]` : ""}[data-result="failed"] .failure`;
    const places = kind ? ofJobs : `${id("trouble")}, ${ofJobs}, ${id("failures")} .failure`;
    return this.page.evaluate((selector) => {
      return [...document.querySelectorAll(selector)].map((place) => {
        const lines = [...place.querySelectorAll(":scope > p")];
        const text = lines.length > 0 ? lines.map((line) => line.textContent).join(" ") : place.textContent;
        return (text ?? "").replace(/\s+/g, " ").trim();
      });
    }, places);
  }

  /** Reads a sentence that was not there before; it says what happened and what to do. */
  async read(pattern, before, kind = null) {
    const fresh = async () => {
      const counts = new Map();
      for (const text of before) counts.set(text, (counts.get(text) ?? 0) + 1);
      return (await this.sentences(kind)).filter((text) => {
        const left = counts.get(text) ?? 0;
        counts.set(text, left - 1);
        return left <= 0;
      });
    };
    const found = await this.wait(
      async () => (await fresh()).find((text) => pattern.test(text)),
      async () => `no such sentence: ${pattern}; the page says: ${JSON.stringify(await this.sentences())}`,
    );
    if ((found.match(/[.!?](\s|$)/g) ?? []).length < 2) throw new Error(`it does not say what to do: "${found}"`);
    return found;
  }

  async press(name) {
    await this.page.waitForSelector(`${id(name)}:not([aria-disabled="true"])`, { timeout: this.patience });
    await this.page.click(id(name));
  }

  async tab(name) {
    await this.page.click(id(`tab-${name}`));
  }

  async jobs(kind) {
    return (await this.device()).state.jobs.filter((job) => job.kind === kind);
  }

  /** Does something that opens a job and waits for its end; a failure is an error unless it is expected. */
  async finish(kind, act, { expectFailure = false } = {}) {
    const known = new Set((await this.jobs(kind)).map((job) => job.id));
    await act();
    const end = await this.wait(
      async () => (await this.jobs(kind)).find((job) => !known.has(job.id) && job.outcome),
      `the ${kind} did not end`,
    );
    if (expectFailure && end.outcome.result !== "failed") throw new Error(`the ${kind} was ${end.outcome.result} in spite of the fault`);
    if (!expectFailure && end.outcome.result !== "done") throw new Error(`the ${kind} is ${end.outcome.result}: ${end.outcome.error?.message ?? ""}`);
  }

  async photo(how) {
    await this.tab("shoot");
    await this.finish("photo", () => this.press("photo"), how);
  }

  async calibrate(how) {
    await this.tab("point");
    await this.finish("calibrate", () => this.press("calibrate"), how);
  }

  /** Goes to one of two targets that stand high, by the search. */
  async goto(which, how) {
    if (this.targets.length === 0) await this.choose();
    await this.tab("point");
    await this.page.fill(id("search"), "");
    await this.page.fill(id("search"), this.targets[which]);
    await this.page.click(`${id("search-result")} >> nth=0`, { timeout: 15 * SECOND });
    await this.finish("goto", () => this.press("goto"), how);
  }

  async choose() {
    const list = await this.page.evaluate(async () => (await fetch("/api/v1/sky/showpieces")).json());
    const high = list.filter((object) => object.altitude_deg > LOWEST_DEG);
    if (high.length < 2) throw new Error(`no two showpieces stand above ${LOWEST_DEG} degrees now`);
    const short = (name) => /^(M|NGC|IC) ?\d+/.exec(name)?.[0] ?? name;
    // Two that are far apart, so that going from one to the other takes a real motion.
    const first = high[0];
    const apart = (other) => Math.hypot((other.ra_hours - first.ra_hours) * 15, other.dec_degrees - first.dec_degrees);
    const second = high.slice(1).sort((a, b) => apart(b) - apart(a))[0];
    this.targets = [short(first.name), short(second.name)];
  }

  /** Begins a stack that does not end by itself. */
  async stack() {
    await this.tab("shoot");
    await this.page.fill(id("subs"), "500");
    await this.press("stack-start");
    await this.page.waitForSelector(`${id("stack-card")}[data-phase="running"]`, { timeout: this.patience });
  }

  /** Ends what the demo began, back to the live picture. */
  async free() {
    await this.tab("shoot");
    await this.page.waitForSelector(`${id("stack-stop")}, ${id("go-live")}, ${id("stack-start")}`);
    if (await this.page.isVisible(id("stack-stop"))) {
      await this.press("stack-stop");
      await this.page.waitForSelector(`${id("go-live")}, ${id("stack-start")}`, { timeout: this.patience });
    }
    if (await this.page.isVisible(id("go-live"))) await this.press("go-live");
    await this.page.waitForSelector(id("stack-start"), { timeout: this.patience });
  }

  /** Waits until the device is connected and nothing is wrong with it. */
  async healthy() {
    await this.wait(
      async () => (await this.device()).state.link.status === "up" && (await this.page.locator(id("trouble")).count()) === 0,
      async () => `it is not well again: ${JSON.stringify(await this.sentences())}`,
    );
  }

  /** No job may be left running on the page that is dead on the device. */
  async nothingRuns() {
    await this.wait(
      async () => (await this.device()).state.jobs.every((job) => job.outcome || job.kind === "download"),
      async () => `a job is left running: ${JSON.stringify((await this.device()).state.jobs.filter((job) => !job.outcome))}`,
    );
  }
}
