import { defineConfig } from "vitest/config";

/** Real XMPP servers that federate through us: Docker, its Compose, and Debian packages while images are built. */
export default defineConfig({
  test: {
    include: ["test/federation/**/*.test.ts"],
    globalSetup: ["test/container/image.ts"],
    testTimeout: 600_000,
    hookTimeout: 600_000,
    fileParallelism: false,
    bail: 1, // each test goes on from where the one before it left the lab
  },
});
