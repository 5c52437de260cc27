// The map's engine, MapLibre: a chunk of its own, loaded by the pages that show a map. Its worker
// is a file of this station, for the hub lets a page load nothing else.

import { Map as Engine, setWorkerCount, setWorkerUrl, type GeoJSONSource } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import "maplibre-gl/dist/maplibre-gl.css";
import { baseMap } from "./base";
import type { LonLat } from "./geometry";
import type { MapPalette } from "./palette";
import { EMPTY, mapStyle, OVERLAYS, type Overlay } from "./style";
import { groundOf, type Ground } from "./tiles";

setWorkerUrl(workerUrl);
setWorkerCount(1);

export type { Engine, Ground };
export { groundOf };

export type Overlays = Record<Overlay, GeoJSON.GeoJSON>;
export const noOverlays = (): Overlays =>
  Object.fromEntries(OVERLAYS.map((name) => [name, EMPTY])) as Overlays;

export interface Start {
  container: HTMLElement;
  palette: MapPalette;
  center: LonLat;
  zoom: number;
  label: string;
  own: Ground | null;
}

/** A map that has drawn its ground. */
export async function createMap({ container, palette, center, zoom, label, own }: Start): Promise<Engine> {
  const { world, names } = await baseMap();
  const map = new Engine({
    container,
    style: mapStyle(palette, { world, names, own }, noOverlays()),
    center,
    zoom,
    minZoom: 1,
    maxZoom: 20,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    renderWorldCopies: false,
    fadeDuration: 0,
    locale: { "Map.Title": label },
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  await new Promise<void>((resolve) => map.once("load", () => resolve()));
  return map;
}

export async function recolour(map: Engine, palette: MapPalette, own: Ground | null, data: Overlays): Promise<void> {
  const { world, names } = await baseMap();
  map.setStyle(mapStyle(palette, { world, names, own }, data), { diff: true });
}

export function show(map: Engine, overlay: Overlay, data: GeoJSON.GeoJSON): void {
  map.getSource<GeoJSONSource>(overlay)?.setData(data);
}
