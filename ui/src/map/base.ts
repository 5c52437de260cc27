// The base map that lies in the program: countries of the world (Natural Earth), for every station
// has some ground below it, even with no network.

import type { FeatureCollection, MultiPolygon, Polygon, Position } from "geojson";
import { feature } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import worldUrl from "world-atlas/countries-50m.json?url";

type Countries = Topology<{ countries: GeometryCollection<{ name: string }> }>;

export interface BaseMap {
  world: FeatureCollection;
  /** Where each country's name stands. */
  names: FeatureCollection;
}

let loaded: Promise<BaseMap> | null = null;

export function baseMap(): Promise<BaseMap> {
  loaded ??= load().catch((error: unknown) => {
    loaded = null;
    throw error;
  });
  return loaded;
}

async function load(): Promise<BaseMap> {
  const response = await fetch(worldUrl);
  const topology = (await response.json()) as Countries;
  const world = feature(topology, topology.objects.countries);
  const names = world.features.map((country) => ({
    type: "Feature" as const,
    properties: { name: country.properties.name },
    geometry: { type: "Point" as const, coordinates: middle(country.geometry as Polygon | MultiPolygon) },
  }));
  return { world, names: { type: "FeatureCollection", features: names } };
}

/** The middle of a country's largest part. */
function middle(shape: Polygon | MultiPolygon): Position {
  const rings = shape.type === "Polygon" ? [shape.coordinates[0] ?? []] : shape.coordinates.map((part) => part[0] ?? []);
  const largest = rings.sort((a, b) => area(b) - area(a))[0] ?? [];
  let [x, y, sum] = [0, 0, 0];
  for (let i = 1; i < largest.length; i++) {
    const [a, b] = [largest[i - 1] ?? [0, 0], largest[i] ?? [0, 0]];
    const cross = (a[0] ?? 0) * (b[1] ?? 0) - (b[0] ?? 0) * (a[1] ?? 0);
    x += ((a[0] ?? 0) + (b[0] ?? 0)) * cross;
    y += ((a[1] ?? 0) + (b[1] ?? 0)) * cross;
    sum += cross * 3;
  }
  return sum === 0 ? (largest[0] ?? [0, 0]) : [x / sum, y / sum];
}

function area(ring: Position[]): number {
  let sum = 0;
  for (let i = 1; i < ring.length; i++) {
    const [a, b] = [ring[i - 1] ?? [0, 0], ring[i] ?? [0, 0]];
    sum += (a[0] ?? 0) * (b[1] ?? 0) - (b[0] ?? 0) * (a[1] ?? 0);
  }
  return Math.abs(sum);
}
