import { defineConfig } from "vitest/config";

/** Tests of the container image: they need the Docker client and an engine, and build the image once. */
export default defineConfig({
  test: {
    include: ["test/container/**/*.test.ts"],
    globalSetup: ["test/container/image.ts"],
    testTimeout: 120_000,
    hookTimeout: 600_000,
    fileParallelism: false,
  },
});
