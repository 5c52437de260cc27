import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

// `SKYHELM_HUB` names the hub the development server passes the API on to.
const hub = process.env["SKYHELM_HUB"] ?? "http://127.0.0.1:8760";

// The policy the hub sends with every page: what breaks it shall break here too.
const policy =
  "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; object-src 'none'; " +
  "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const proxy = { "/api": { target: hub, ws: true }, "/healthz": hub };

export default defineConfig({
  plugins: [svelte()],
  build: { target: "es2022", sourcemap: false, modulePreload: { polyfill: false }, chunkSizeWarningLimit: 1100 },
  server: { proxy },
  preview: { proxy, headers: { "Content-Security-Policy": policy } },
});
