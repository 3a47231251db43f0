import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const client = fileURLToPath(new URL("../clients/typescript/src/index.ts", import.meta.url));
const server = process.env.QUOTH_URL ?? "http://127.0.0.1:8000";

export default defineConfig({
  plugins: [react(), tailwindcss()],
  resolve: { alias: { "@quoth/client": client } },
  // The policy of the server allows no inline script, style or data: everything is a file of its own.
  build: { target: "es2022", assetsInlineLimit: 0, modulePreload: { polyfill: false }, chunkSizeWarningLimit: 700 },
  server: {
    port: 5173,
    proxy: { "/api": server, "/health": server, "/docs": server, "/schema": server },
  },
  test: {
    environment: "jsdom",
    environmentOptions: { jsdom: { url: "http://quoth.test/" } },
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["src/test/setup.ts"],
    css: false,
    testTimeout: 20_000,
    restoreMocks: true,
  },
});
