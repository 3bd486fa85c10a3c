/** `records --delegation` took any --format and printed the same: what is not given as a table now says so. */

import { expect, test } from "vitest";
import { type RecordsOptions, records } from "../../src/cli/records.ts";
import { builder, LAB } from "../cli/engine.ts";
import { Stage } from "../cli/stage.ts";

const TEXT = `${LAB}defaults: { nameServers: [{ host: ns1, addresses: [192.168.1.53] }] }\n`;
const LINES = ["alpha.test. 3600 IN NS ns1.alpha.test.", "ns1.alpha.test. 3600 IN A 192.168.1.53"];

async function printed(format: RecordsOptions["format"]): Promise<Stage & { readonly code: number }> {
  const stage = new Stage();
  const options: RecordsOptions = { deployment: "lab.yaml", delegation: true, zone: "alpha.test", format };
  const code = await records(options, stage.surroundings, { build: builder(TEXT) });
  return Object.assign(stage, { code });
}

test.each([undefined, "zone"] as const)(
  "records --delegation, --format %s: lines of a zone file",
  async (format) => {
    const { code, stdout, stderr } = await printed(format);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: `${LINES.join("\n")}\n`, stderr: "" });
  },
);

test("records --delegation --format json: the same lines as JSON", async () => {
  const { code, stdout } = await printed("json");
  expect({ code, lines: JSON.parse(stdout) }).toEqual({ code: 0, lines: LINES });
});

test("records --delegation --format table: refused", async () => {
  const { code, stdout, stderr } = await printed("table");
  expect({ code, stdout, stderr }).toEqual({
    code: 2,
    stdout: "",
    stderr:
      "error: Cannot print --delegation as a table: leave --format out for lines of a zone file, or give --format json\n",
  });
});
