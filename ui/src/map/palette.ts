// The map draws with the page's tokens; its engine has to be told them by value.

const NAMES = {
  water: "--map-water",
  land: "--map-land",
  border: "--map-border",
  label: "--map-label",
  grid: "--map-grid",
  road: "--map-road",
  building: "--map-building",
  buildingEdge: "--map-building-edge",
  tree: "--map-tree",
  track: "--map-track",
  target: "--map-target",
  fence: "--map-fence",
  home: "--map-home",
} as const;

export type MapPalette = Record<keyof typeof NAMES, string>;

export function readMapPalette(): MapPalette {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(
    Object.entries(NAMES).map(([key, name]) => [key, style.getPropertyValue(name).trim()]),
  ) as MapPalette;
}
