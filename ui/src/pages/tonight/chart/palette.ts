// The chart draws with the page's tokens; a canvas has to be told them by value.

const NAMES = {
  zenith: "--sky-zenith",
  horizon: "--sky-horizon",
  dayZenith: "--sky-day-zenith",
  dayHorizon: "--sky-day-horizon",
  ground: "--ground",
  groundEdge: "--ground-edge",
  grid: "--chart-grid",
  ecliptic: "--chart-ecliptic",
  equator: "--chart-equator",
  lines: "--chart-lines",
  label: "--chart-label",
  object: "--chart-object",
  milkyWay: "--chart-milky-way",
  sun: "--sun",
  moon: "--moon",
  guard: "--guard",
  tele: "--tele",
  wide: "--wide",
  accent: "--tele",
  ink: "--on-picture",
  text: "--font-text",
} as const;

export type Palette = Record<keyof typeof NAMES, string>;

export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(
    Object.entries(NAMES).map(([key, name]) => [key, style.getPropertyValue(name).trim()]),
  ) as Palette;
}

/** Between two colours of the form `#rrggbb`, in the same form. */
export function blend(a: string, b: string, part: number): string {
  const channel = (text: string, i: number): number => parseInt(text.slice(1 + i * 2, 3 + i * 2), 16);
  const of = (i: number): string =>
    Math.round(channel(a, i) + (channel(b, i) - channel(a, i)) * part)
      .toString(16)
      .padStart(2, "0");
  return `#${of(0)}${of(1)}${of(2)}`;
}
