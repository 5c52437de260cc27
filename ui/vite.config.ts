import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

// `SKYHELM_HUB` names the hub the development server passes the API on to.
const hub = process.env["SKYHELM_HUB"] ?? "http://127.0.0.1:8760";

const proxy = { "/api": { target: hub, ws: true }, "/healthz": hub };

export default defineConfig({
  plugins: [svelte()],
  build: { target: "es2022", sourcemap: false, modulePreload: { polyfill: false } },
  server: { proxy },
  preview: { proxy },
});
