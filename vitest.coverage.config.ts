import { defineConfig } from "vitest/config";

/** Rooms of which every branch is reached by their own tests and the conformance tables. */
const ROOMS = ["dns", "responder", "tsig", "zone"];

export default defineConfig({
  test: {
    include: [...ROOMS, "conformance"].map((room) => `test/${room}/**/*.test.ts`),
    setupFiles: "test/without-chance.ts",
    isolate: false,
    coverage: {
      enabled: true,
      provider: "v8",
      include: ROOMS.map((room) => `src/${room}/**`),
      reporter: [["text", { skipFull: true }], "html"],
      thresholds: { perFile: true, branches: 100, functions: 100, lines: 100, statements: 100 },
    },
  },
});
