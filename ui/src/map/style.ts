// How the map looks: the world's countries, the land a station knows closely, and what flies there.

import type { GeoJSON } from "geojson";
import type { LayerSpecification, StyleSpecification } from "maplibre-gl";
import type { MapPalette } from "./palette";
import { GROUND, type Ground } from "./tiles";

/** What changes while one looks: each a source of its own. */
export const OVERLAYS = ["near", "grid", "fence", "track", "ways"] as const;
export type Overlay = (typeof OVERLAYS)[number];

export const EMPTY: GeoJSON = { type: "FeatureCollection", features: [] };

const kind = (name: string): ["==", ["get", string], string] => ["==", ["get", "kind"], name];

function base(colours: MapPalette, own: Ground | null): LayerSpecification[] {
  const below: LayerSpecification[] = [
    { id: "water", type: "background", paint: { "background-color": colours.water } },
    { id: "land", type: "fill", source: "world", paint: { "fill-color": colours.land, "fill-antialias": false } },
    { id: "border", type: "line", source: "world", maxzoom: 11, paint: { "line-color": colours.border, "line-width": 0.8 } },
  ];
  // The operator's own ground has names of its own, and roads by which to tell how far things are.
  if (own) return [...below, ...own.layers(colours)];
  return [
    ...below,
    { id: "grid", type: "line", source: "grid", paint: { "line-color": colours.grid, "line-width": 1 } },
    {
      id: "country",
      type: "symbol",
      source: "names",
      maxzoom: 8,
      layout: { "text-field": ["get", "name"], "text-font": ["sans-serif"], "text-size": 12, "text-max-width": 7, "text-padding": 8 },
      paint: { "text-color": colours.label, "text-halo-color": colours.land, "text-halo-width": 1.2 },
    },
  ];
}

function near(colours: MapPalette): LayerSpecification[] {
  const metresWide = (least: number): ["max", number, ["/", ["coalesce", ["get", "width"], number], number]] => [
    "max",
    least,
    ["/", ["coalesce", ["get", "width"], 6], 2],
  ];
  return [
    {
      id: "tree",
      type: "circle",
      source: "near",
      filter: kind("tree"),
      minzoom: 14.5,
      paint: { "circle-color": colours.tree, "circle-radius": ["interpolate", ["exponential", 2], ["zoom"], 15, 1, 19, 12] },
    },
    {
      id: "road",
      type: "line",
      source: "near",
      filter: kind("road"),
      layout: { "line-cap": "round", "line-join": "round" },
      paint: {
        "line-color": colours.road,
        "line-width": ["interpolate", ["exponential", 2], ["zoom"], 12, 1, 15, metresWide(1.5), 19, ["*", 8, metresWide(1)]],
      },
    },
    { id: "building", type: "fill", source: "near", filter: kind("building"), paint: { "fill-color": colours.building } },
    {
      id: "building-edge",
      type: "line",
      source: "near",
      filter: kind("building"),
      minzoom: 14,
      paint: { "line-color": colours.buildingEdge, "line-width": 1 },
    },
  ];
}

function flight(colours: MapPalette): LayerSpecification[] {
  return [
    { id: "fence", type: "line", source: "fence", paint: { "line-color": colours.fence, "line-width": 2, "line-dasharray": [4, 2] } },
    {
      id: "track",
      type: "line",
      source: "track",
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": colours.track, "line-width": 2.5 },
    },
    { id: "way", type: "line", source: "ways", filter: kind("target"), paint: { "line-color": colours.target, "line-width": 2, "line-dasharray": [2, 2] } },
    { id: "stopping", type: "line", source: "ways", filter: kind("stopping"), paint: { "line-color": colours.fence, "line-width": 2 } },
  ];
}

export interface Below {
  world: GeoJSON;
  names: GeoJSON;
  own: Ground | null;
}

export function mapStyle(colours: MapPalette, { world, names, own }: Below, data: Record<Overlay, GeoJSON>): StyleSpecification {
  const overlays = Object.fromEntries(OVERLAYS.map((name) => [name, { type: "geojson" as const, data: data[name] }]));
  return {
    version: 8,
    sources: {
      world: { type: "geojson", data: world, tolerance: 0.4 },
      names: { type: "geojson", data: names },
      ...(own ? { [GROUND]: own.source } : {}),
      ...overlays,
    },
    layers: [...base(colours, own), ...near(colours), ...flight(colours)],
  };
}
