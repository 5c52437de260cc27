// Night, day or red; remembered in this browser.

export type Theme = "night" | "day" | "red";

const KEY = "skyhelm.theme";

function remembered(): Theme {
  const value = localStorage.getItem(KEY);
  return value === "day" || value === "red" ? value : "night";
}

class ThemeChoice {
  current = $state<Theme>(remembered());

  choose(theme: Theme): void {
    this.current = theme;
    localStorage.setItem(KEY, theme);
    this.show();
  }

  show(): void {
    document.documentElement.dataset["theme"] = this.current;
    // A phone paints its own bars in this colour.
    const bar = getComputedStyle(document.documentElement).getPropertyValue("--surface-1").trim();
    document.querySelector('meta[name="theme-color"]')?.setAttribute("content", bar);
  }
}

export const theme = new ThemeChoice();
