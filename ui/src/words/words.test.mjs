import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "svelte/compiler";
import { describe, expect, it } from "vitest";
import { de } from "./de";
import { en } from "./en";

/** Names of things that are the same in every language. */
const NAMES = ["Skyhelm", "UTC", "px", "°C", "GB", "fps"];
const SPOKEN = ["aria-label", "alt", "placeholder", "title", "label", "data-tip", "aria-roledescription"];

const isNode = (value) => typeof value === "object" && value !== null;

function components(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return components(path);
    return entry.name.endsWith(".svelte") ? [path] : [];
  });
}

/** Whether a text says something to a person: letters that are no unit and no name. */
function speaks(text) {
  let rest = text;
  for (const name of NAMES) rest = rest.replaceAll(name, "");
  return /\p{L}{2,}/u.test(rest);
}

/** Texts of the markup, and literal values of attributes that are read out or shown. */
function literals(node, found = []) {
  if (Array.isArray(node)) {
    for (const each of node) literals(each, found);
    return found;
  }
  if (!isNode(node)) return found;
  if (node["type"] === "Text" && speaks(String(node["data"]))) found.push(String(node["data"]).trim());
  if (node["type"] === "Attribute") {
    if (SPOKEN.includes(String(node["name"]))) literals(node["value"], found);
    return found;
  }
  for (const [key, value] of Object.entries(node)) {
    if (key !== "start" && key !== "end") literals(value, found);
  }
  return found;
}

/** The paths of every word of a dictionary, with the kind of each. */
function paths(value, at = "") {
  if (!isNode(value)) return [`${at}: ${typeof value}`];
  return Object.entries(value).flatMap(([key, inner]) => paths(inner, `${at}.${key}`));
}

function empty(value, at = "") {
  if (typeof value === "string") return value.trim() === "" && at !== ".stack.phase.live" ? [at] : [];
  return isNode(value) ? Object.entries(value).flatMap(([key, inner]) => empty(inner, `${at}.${key}`)) : [];
}

describe("the words of the page", () => {
  it("are the same in number and kind in both languages", () => {
    expect(paths(de).sort()).toEqual(paths(en).sort());
  });
  it("are never empty", () => {
    expect([...empty(en), ...empty(de)]).toEqual([]);
  });
  it("stand in the dictionary and nowhere in a component", () => {
    const spoken = components(join(import.meta.dirname, "..")).flatMap((path) => {
      const markup = parse(readFileSync(path, "utf8"), { modern: true }).fragment;
      return literals(markup).map((text) => `${path.split("/src/")[1]}: ${text}`);
    });
    expect(spoken).toEqual([]);
  });
  it("stand in no script either", () => {
    const spoken = components(join(import.meta.dirname, "..")).flatMap((path) => {
      const { start, end } = parse(readFileSync(path, "utf8"), { modern: true }).instance ?? { start: 0, end: 0 };
      const script = readFileSync(path, "utf8").slice(start, end).replaceAll(/^\s*(\/\/|\*|\/\*).*$/gm, "");
      // A sentence or a title: a capital, letters, and a blank between words.
      const found = [...script.matchAll(/["`]([A-Z][a-z]+ [^"`\n]*)["`]/g)].map((match) => match[1]);
      return found.map((text) => `${path.split("/src/")[1]}: ${text}`);
    });
    expect(spoken).toEqual([]);
  });
  it("are found in a component that has some", () => {
    const markup = parse('<p title="Hello">{x}</p><b class="no-word">3 px</b>', { modern: true }).fragment;
    expect(literals(markup)).toEqual(["Hello"]);
  });
});
