import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "vitest/config";

// Each thread and process of the tests loads the same modules: they are compiled once. Who set it, or switched it off, is right.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, "node_modules", ".cache", "compiled");

const SUITES_OF_THEIR_OWN = ["interop", "container", "browser", "federation"].map(
  (suite) => `test/${suite}/**`,
);

/** Files that put something else in the place of a module: for them alone it must be loaded anew. */
const ALONE = readdirSync(join(import.meta.dirname, "test"), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".test.ts"))
  .map((file) => join("test", file))
  .filter((file) => /\bvi\.(mock|doMock)\(/.test(readFileSync(join(import.meta.dirname, file), "utf8")));

export default defineConfig({
  test: {
    globalSetup: "test/built.ts",
    // Many tests wait for processes and threads: one more at a time than a small machine has cores.
    maxWorkers: 3,
    projects: [
      {
        extends: true,
        test: {
          name: "shared",
          include: ["test/**/*.test.ts"],
          exclude: [...ALONE, ...SUITES_OF_THEIR_OWN],
          isolate: false,
        },
      },
      { extends: true, test: { name: "alone", include: ALONE } },
    ],
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
