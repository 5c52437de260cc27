import { describe, expect, it, vi } from "vitest";
import type { MapPalette } from "./palette";

vi.mock("maplibre-gl", () => ({ addProtocol: () => undefined }));
const { groundOf, vectorLayers } = await import("./tiles");

const colours = { land: "#1", tree: "#2", water: "#3", border: "#4", road: "#5", building: "#6" } as unknown as MapPalette;

describe("the operator's own ground", () => {
  it("is none while the countries of the program are shown", async () => {
    expect(await groundOf({ kind: "bundled" })).toBeNull();
    expect(await groundOf(undefined)).toBeNull();
  });

  it("is a picture from the host that was named, as deep as it was said", async () => {
    const ground = await groundOf({ kind: "url", template: "https://a.example/{z}/{x}/{y}.png", credit: "A", max_zoom: 17 });
    expect(ground?.source).toMatchObject({ type: "raster", tiles: ["https://a.example/{z}/{x}/{y}.png"], maxzoom: 17 });
    expect(ground?.credit).toBe("A");
  });
});

describe("layers of a vector file", () => {
  it("are drawn by what they are called, land first and houses last", () => {
    const layers = vectorLayers(["buildings", "transportation", "earth", "pois", "water"], colours);
    expect(layers.map(({ id }) => id)).toEqual([
      "ground-earth", "ground-earth-line", "ground-water", "ground-water-line", "ground-transportation-line",
      "ground-buildings", "ground-buildings-line",
    ]);
    expect(layers[0]).toMatchObject({ "source-layer": "earth", paint: { "fill-color": "#1" } });
  });
});
