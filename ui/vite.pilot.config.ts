import { defineConfig } from "vite";

// The page that DJI Pilot 2 opens: the browser of a remote controller is years older than a phone's,
// so this page is plain and is written down to it. It lies beside the other one.
export default defineConfig({
  publicDir: false,
  build: {
    target: "chrome74",
    emptyOutDir: false,
    modulePreload: { polyfill: false },
    rollupOptions: { input: "pilot.html" },
  },
});
