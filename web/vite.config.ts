import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const VENUE = "127.0.0.1:8000";

export default defineConfig({
  plugins: [react()],
  // The server writes a nonce of its own in its place, in each answer (api/site/pages.py).
  html: { cspNonce: "STYLE-NONCE" },
  build: {
    outDir: "../build/web",
    emptyOutDir: true,
    manifest: "manifest.json",
    target: "es2022",
    // The policy lets nothing come from a data: URL but images, and this keeps it simple.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: {
      // With the host as it was asked for: the venue compares it with the page's own.
      "/v1": { target: `http://${VENUE}` },
      "/feed": { target: `ws://${VENUE}`, ws: true },
    },
  },
  test: { include: ["tests/**/*.test.ts"] },
});
