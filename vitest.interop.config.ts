import { defineConfig } from "vitest/config";

/** Tests beside other programs (NSD, Knot, BIND, Prosody, ejabberd): they must be installed, and one that is missing is a failure. */
export default defineConfig({
  test: {
    globalSetup: "test/built.ts",
    include: ["test/interop/**/*.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
});
