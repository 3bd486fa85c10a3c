/** On Node 20 the library died of `Promise.withResolvers is not a function`. */

import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";

/** Imports the library where Node says that it is of this version and lacks what came later. */
function importOn(version: string): { readonly said: string; readonly status: number | null } {
  const api = new URL("../../src/api.ts", import.meta.url).href;
  const program = `
    Object.defineProperty(process.versions, "node", { value: ${JSON.stringify(version)} });
    if (parseInt(process.versions.node) < 22) delete Promise.withResolvers;
    await import(${JSON.stringify(api)}).then(() => console.log("loaded"), (error) => console.log(error.message));`;
  const { stdout, status } = spawnSync(process.execPath, ["--input-type=module", "--eval", program], {
    encoding: "utf8",
  });
  return { said: stdout.trim(), status };
}

test.each(["20.19.4", "22.20.0"])("on Node %s it says what it wants", (version) => {
  const said = `Cannot run on Node ${version}: xmpp-edge-dns wants version 24 or later`;
  expect(importOn(version)).toEqual({ said, status: 0 });
});

test("on one that is new enough it loads", () => {
  expect(importOn("24.0.0")).toEqual({ said: "loaded", status: 0 });
});
