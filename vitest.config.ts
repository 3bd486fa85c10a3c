import { defineConfig } from "vitest/config";

/**
 * Rooms whose tests touch neither processes, threads, files nor the clock: they share a process, so that each
 * file need not load the same modules again.
 */
const PURE = [
  "conformance",
  "deployment",
  "dns",
  "export",
  "lint",
  "property",
  "records",
  "responder",
  "settings",
  "tsig",
  "zone",
].map((room) => `test/${room}/**/*.test.ts`);

const SUITES_OF_THEIR_OWN = ["interop", "container", "browser", "federation"].map(
  (suite) => `test/${suite}/**`,
);

export default defineConfig({
  test: {
    globalSetup: "test/built.ts",
    // Many tests wait for processes and threads: one more at a time than a small machine has cores.
    maxWorkers: 3,
    projects: [
      { extends: true, test: { name: "pure", include: PURE, isolate: false } },
      {
        extends: true,
        test: { name: "whole", include: ["test/**/*.test.ts"], exclude: [...PURE, ...SUITES_OF_THEIR_OWN] },
      },
    ],
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
