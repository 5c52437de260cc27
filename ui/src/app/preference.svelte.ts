// A small choice of this browser's user (crosshair shown, panel's tab) that outlives a reload.

export class Preference<T extends string | boolean | number> {
  #value: T;
  #key: string;

  constructor(name: string, fallback: T) {
    this.#key = `skyhelm.${name}`;
    let start = fallback;
    try {
      const text = localStorage.getItem(this.#key);
      const value: unknown = text === null ? fallback : JSON.parse(text);
      if (typeof value === typeof fallback) start = value as T;
    } catch {
      // A broken entry is as good as none.
    }
    this.#value = $state(start);
  }

  get value(): T {
    return this.#value;
  }

  set value(next: T) {
    this.#value = next;
    localStorage.setItem(this.#key, JSON.stringify(next));
  }
}
