// The operator's own ground: a PMTiles file of the station, or the tiles of a host that was named.

import { addProtocol, type LayerSpecification, type SourceSpecification } from "maplibre-gl";
import { PMTiles, Protocol, TileType } from "pmtiles";
import type { Station } from "../api/types";
import type { MapPalette } from "./palette";

export type Tiles = Station["tiles"];

export interface Ground {
  source: SourceSpecification;
  layers: (colours: MapPalette) => LayerSpecification[];
  /** Whom to thank for it. */
  credit: string;
}

export const GROUND = "ground";
const TILE_PX = 256;

let protocol: Protocol | null = null;

/** What is to be drawn below everything; null for the countries in the program. */
export async function groundOf(tiles: Tiles | undefined): Promise<Ground | null> {
  if (tiles?.kind === "url") return ofUrl(tiles);
  if (tiles?.kind === "file") return ofFile(tiles.name);
  return null;
}

const picture = (): LayerSpecification[] => [{ id: GROUND, type: "raster", source: GROUND, paint: { "raster-fade-duration": 0 } }];

function ofUrl({ template, credit, max_zoom }: Extract<Tiles, { kind: "url" }>): Ground {
  return {
    source: { type: "raster", tiles: [template], tileSize: TILE_PX, maxzoom: max_zoom },
    layers: picture,
    credit,
  };
}

async function ofFile(name: string): Promise<Ground> {
  const address = new URL(`/api/v1/maps/${encodeURIComponent(name)}`, location.href).href;
  if (!protocol) {
    protocol = new Protocol();
    addProtocol("pmtiles", protocol.tile);
  }
  const file = protocol.get(address) ?? new PMTiles(address);
  protocol.add(file);
  const [head, told] = [await file.getHeader(), (await file.getMetadata()) as Metadata | null];
  const url = `pmtiles://${address}`;
  const credit = plain(told?.attribution);
  if (head.tileType !== TileType.Mvt) return { source: { type: "raster", url, tileSize: TILE_PX }, layers: picture, credit };
  const names = (told?.vector_layers ?? []).flatMap((layer) => (typeof layer.id === "string" ? [layer.id] : []));
  return { source: { type: "vector", url }, layers: (colours) => vectorLayers(names, colours), credit };
}

interface Metadata {
  attribution?: unknown;
  vector_layers?: { id?: unknown }[];
}

/** A file's attribution may be HTML; of that only the words are shown. */
function plain(text: unknown): string {
  if (typeof text !== "string") return "";
  return (new DOMParser().parseFromString(text, "text/html").body.textContent ?? "").trim().slice(0, 200);
}

type Kind = "land" | "tree" | "water" | "border" | "road" | "building";

/** What the layers of the usual schemas are called, lowest first. */
const KINDS: [Kind, RegExp][] = [
  ["land", /^(earth|land|continent)s?$/],
  ["tree", /land_?(use|cover)|park|wood|forest|green|natural/],
  ["water", /water|ocean|sea|lake|river/],
  ["border", /bound|admin|border/],
  ["road", /road|street|transport|highway|rail|path/],
  ["building", /building|house/],
];

/** Layers of a vector file in the map's own colours, by what they are called. */
export function vectorLayers(names: string[], colours: MapPalette): LayerSpecification[] {
  const known = names.flatMap((name) => {
    const at = KINDS.findIndex(([, pattern]) => pattern.test(name.toLowerCase()));
    const kind = KINDS[at]?.[0];
    return kind ? [{ name, at, kind }] : [];
  });
  return known.sort((a, b) => a.at - b.at).flatMap(({ name, kind }) => drawn(name, kind, colours));
}

const is = (...types: string[]): ["in", ["geometry-type"], ["literal", string[]]] => ["in", ["geometry-type"], ["literal", types]];

function drawn(name: string, kind: Kind, colours: MapPalette): LayerSpecification[] {
  const layer = { source: GROUND, "source-layer": name };
  const line: LayerSpecification = {
    ...layer,
    id: `${GROUND}-${name}-line`,
    type: "line",
    filter: is("LineString", "MultiLineString"),
    paint: { "line-color": colours[kind], "line-width": kind === "road" ? ["interpolate", ["exponential", 2], ["zoom"], 10, 0.6, 18, 10] : 1 },
  };
  const area: LayerSpecification = {
    ...layer,
    id: `${GROUND}-${name}`,
    type: "fill",
    filter: is("Polygon", "MultiPolygon"),
    paint: { "fill-color": colours[kind], "fill-antialias": false },
  };
  return kind === "border" || kind === "road" ? [line] : [area, line];
}
