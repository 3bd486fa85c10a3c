import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    globalSetup: "test/built.ts",
    include: ["test/**/*.test.ts"],
    exclude: ["test/interop/**", "test/container/**", "test/browser/**", "test/federation/**"],
    // Many tests wait for processes and threads: one more at a time than a small machine has cores.
    maxWorkers: 3,
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
