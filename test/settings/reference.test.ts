import { expect, test } from "vitest";
import { settingsFile, settingsTable } from "../../src/settings/reference.ts";
import { KNOBS } from "../../src/settings/schema.ts";
import { DEFAULT_SETTINGS, loadSettings } from "../../src/settings/settings.ts";
import { expectGenerated } from "../generated.ts";

test("config/settings.yaml lists every knob as the schema has it (UPDATE_GENERATED=1 writes it)", () => {
  expectGenerated("config/settings.yaml", settingsFile());
});

test("settingsFile() with every comment sign taken away sets the defaults", () => {
  const bytes = new TextEncoder().encode(settingsFile().replaceAll(/^#(?! )|^#(?= {2})/gm, ""));
  const result = loadSettings({ readFile: () => ({ kind: "content", bytes }) });
  expect(result).toEqual({ ok: true, value: DEFAULT_SETTINGS, remarks: [] });
});

test("settingsTable() has a row for every setting", () => {
  const table = settingsTable();
  expect(table.match(/^\| `/gm)).toHaveLength(KNOBS.length);
  expect(table).toContain("| `tcp.idleTimeout` | `10s` | a time from 10ms to 24h");
  expect(table).toContain("`XMPP_EDGE_DNS_TCP_IDLE_TIMEOUT` |");
});
