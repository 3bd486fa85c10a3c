import { defineConfig } from "vitest/config";

/** The status page in a real browser: Chromium must be installed, and its absence is a failure. */
export default defineConfig({
  test: {
    globalSetup: "test/built.ts",
    include: ["test/browser/**/*.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
});
