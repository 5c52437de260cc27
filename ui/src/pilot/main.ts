// The page that DJI Pilot 2 opens. Plain on purpose: a remote controller's browser is old.

import { pilot as german } from "../words/de/pilot";
import { pilot as english } from "../words/en/pilot";
import type { DjiBridge } from "./bridge";
import { bringOnline, StepFailed, STEPS, type SignOn, type StepName } from "./steps";
import "../tokens.css";
import "./pilot.css";

const spoken = (navigator.language || "en").slice(0, 2).toLowerCase() === "de" ? "de" : "en";
const words = (spoken === "de" ? german : english).pilot;
document.documentElement.lang = spoken;
document.documentElement.dataset["theme"] = localStorage.getItem("skyhelm.theme") || "night";

type Attributes = Record<string, string>;

function element<K extends keyof HTMLElementTagNameMap>(name: K, attributes: Attributes, ...inside: (Node | string)[]): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...inside);
  return made;
}

/** What the station says when it says no. */
class Told extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly remedy: string | null,
  ) {
    super(message);
  }
}

async function station<T>(method: string, path: string, body?: unknown): Promise<T> {
  let answer: Response;
  try {
    answer = await fetch(`/api/v1/${path}`, {
      method,
      credentials: "same-origin",
      headers: { "Content-Type": "application/json", "X-Skyhelm": "1" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch {
    throw new Told(0, words.away, null);
  }
  const said = (await answer.json().catch(() => ({}))) as { detail?: string; remedy?: string };
  if (!answer.ok) throw new Told(answer.status, said.detail ?? String(answer.status), said.remedy ?? null);
  return said as T;
}

const main = document.getElementById("pilot") as HTMLElement;
/** As `replaceChildren` would, which that browser has not. */
function fill(into: Element, ...parts: (Node | string)[]): void {
  into.textContent = "";
  into.append(...parts);
}

const show = (...parts: Node[]): void => fill(main, element("h1", {}, words.title), ...parts);
const alarm = (...text: (string | null)[]): HTMLElement =>
  element("div", { class: "trouble", role: "alert", "data-testid": "pilot-trouble" }, ...text.flatMap((line) => (line ? [element("p", {}, line)] : [])));

function field(label: string, attributes: Attributes): { label: HTMLLabelElement; input: HTMLInputElement } {
  const input = element("input", { required: "", autocapitalize: "none", spellcheck: "false", ...attributes });
  return { label: element("label", {}, label, input), input };
}

function signIn(trouble: string | null): void {
  const name = field(words.name, { autocomplete: "username", "data-testid": "pilot-name" });
  const password = field(words.password, { type: "password", autocomplete: "current-password", "data-testid": "pilot-password" });
  const form = element("form", {}, name.label, password.label, element("button", { "data-testid": "pilot-sign-in" }, words.signIn));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    station("POST", "session", { name: name.input.value.trim(), password: password.input.value }).then(begin, (error: Told) =>
      signIn(error.status === 401 ? words.wrong : error.message),
    );
  });
  show(element("p", {}, words.intro), ...(trouble ? [alarm(trouble)] : []), form);
  name.input.focus();
}

/** The controller's own password, where the station knows only its hash. */
function askPassword(): Promise<string> {
  return new Promise((resolve) => {
    const password = field(words.controllerPassword, { type: "password", autocomplete: "off", "data-testid": "controller-password" });
    const form = element("form", {}, password.label, element("button", {}, words.go));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      form.remove();
      resolve(password.input.value);
    });
    main.append(form);
    password.input.focus();
  });
}

class StepList {
  readonly list = element("ol", { "aria-live": "polite" });
  #rows = new Map<StepName, HTMLElement>();

  constructor() {
    for (const step of STEPS) {
      const row = element("li", { "data-step": step });
      this.#rows.set(step, row);
      this.list.append(row);
      this.tell(step, "waits");
    }
  }

  tell(step: StepName, state: keyof typeof words.states): void {
    const row = this.#rows.get(step);
    if (!row) return;
    row.setAttribute("data-state", state);
    fill(row, element("b", {}, words.states[state]), words.steps[step]);
  }
}

async function connect(): Promise<void> {
  const steps = new StepList();
  show(steps.list);
  try {
    const online = await bringOnline(
      {
        bridge: (window as { djiBridge?: DjiBridge }).djiBridge ?? null,
        host: location.hostname,
        signOn: (serial) => station<SignOn>("POST", "families/dji/sign-on", { serial }),
        password: askPassword,
        listen: (name, hear) => Object.assign(window, { [name]: hear }),
        wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      },
      (step, done) => steps.tell(step, done ? "done" : "under-way"),
    );
    const aircraft = online.aircraft ? words.withAircraft(online.aircraft) : words.noAircraft;
    main.append(element("p", { role: "status", "data-testid": "pilot-online" }, `${words.online(online.controller)} ${aircraft}`));
  } catch (error) {
    failed(steps, error);
  }
}

function failed(steps: StepList, error: unknown): void {
  const failure = error instanceof StepFailed ? error : new StepFailed("bridge", null, String(error));
  steps.tell(failure.step, "failed");
  const noApplication = failure.step === "setup" && failure.message.endsWith(": app");
  const code = failure.code === null ? "" : `, ${words.number(failure.code)}`;
  const again = element("button", { "data-testid": "pilot-again" }, words.again);
  again.addEventListener("click", () => void connect());
  main.append(alarm(noApplication ? words.todo.noApplication : words.todo[failure.step], words.said(failure.message + code), failure.remedy), again);
}

async function begin(): Promise<void> {
  try {
    const who = await station<{ signed_in: boolean; name: string }>("GET", "session");
    if (!who.signed_in) return signIn(null);
    const go = element("button", { "data-testid": "pilot-begin" }, words.begin);
    go.addEventListener("click", () => void connect());
    show(element("p", {}, words.intro), element("p", {}, words.signedIn(who.name)), go);
  } catch (error) {
    signIn(error instanceof Error ? error.message : String(error));
  }
}

void begin();
