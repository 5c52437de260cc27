// The page's own words in the language this browser's user chose. Sentences that come from the hub
// or a device are shown as they come.

import { Preference } from "../app/preference.svelte";
import { de } from "./de";
import { en, type Words } from "./en";

export type Language = "en" | "de";

const DICTIONARIES: Record<Language, Words> = { en, de };

/** The languages by their own names. */
export const LANGUAGES: { value: Language; name: string }[] = [
  { value: "en", name: "English" },
  { value: "de", name: "Deutsch" },
];

const isLanguage = (text: string): text is Language => text in DICTIONARIES;

function firstWish(): Language {
  const wished = (globalThis.navigator?.languages ?? []).map((tag) => tag.slice(0, 2).toLowerCase());
  return wished.find(isLanguage) ?? "en";
}

const choice = new Preference<string>("language", firstWish());

export const language = {
  get current(): Language {
    return isLanguage(choice.value) ? choice.value : "en";
  },
  choose(next: Language): void {
    choice.value = next;
    this.show();
  },
  /** Tells the browser and screen readers which language the page speaks. */
  show(): void {
    document.documentElement.lang = this.current;
  },
  /** The language's name for dates and numbers. */
  get locale(): string {
    return this.current === "de" ? "de-DE" : "en-GB";
  },
};

/** `words.shoot.photo`: follows the chosen language wherever it is read. */
export const words: Words = new Proxy(en, {
  get: (_, section: keyof Words) => DICTIONARIES[language.current][section],
});
