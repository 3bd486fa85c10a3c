/** Holds the rooms apart: who may import whom, which library belongs to which room (docs/architecture.md). */

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { describe, expect, test } from "vitest";

interface Room {
  /** Rooms whose files may be imported, besides its own. */
  readonly rooms: readonly string[];
  /** Packages and modules of Node that may be imported. */
  readonly libraries: readonly string[];
}

/** `.` stands for the files directly in src/. */
const ROOMS: Readonly<Record<string, Room>> = {
  dns: { rooms: ["result"], libraries: [] },
  settings: { rooms: ["nearest", "result"], libraries: ["convict", "yaml", "node:net"] },
  lync: { rooms: ["dns", "result"], libraries: ["saxes", "jsonc-parser"] },
  faults: { rooms: ["dns", "transport"], libraries: [] },
  deployment: {
    rooms: ["lync", "faults", "dns", "nearest", "result"],
    libraries: ["zod", "yaml", "node:url"],
  },
  records: { rooms: ["deployment", "dns", "result"], libraries: ["node:crypto"] },
  export: { rooms: ["dns", "result"], libraries: ["yaml"] },
  lint: { rooms: ["deployment", "records", "dns", "result"], libraries: [] },
  zone: { rooms: ["dns", "result"], libraries: ["node:crypto"] },
  responder: { rooms: ["zone", "dns"], libraries: ["node:crypto"] },
  tsig: { rooms: ["dns"], libraries: ["node:crypto"] },
  transfer: { rooms: ["tsig", "responder", "zone", "dns"], libraries: ["node:crypto"] },
  transport: {
    rooms: [],
    libraries: [
      "koffi",
      "node:dgram",
      "node:net",
      "node:tls",
      "node:worker_threads",
      "node:module",
      "node:os",
      "node:url",
    ],
  },
  reload: {
    rooms: ["deployment", "faults", "records", "zone", "observe", "dns", "result"],
    libraries: ["node:fs", "node:path", "node:crypto", "node:worker_threads"],
  },
  observe: { rooms: ["deployment"], libraries: ["node:dns/promises", "node:net"] },
  probe: { rooms: ["dns", "records", "result"], libraries: ["dns2", "node:tls", "node:net", "node:dgram"] },
  admin: {
    rooms: ["reload", "result"],
    libraries: ["fastify", "prom-client", "node:crypto", "node:fs", "node:http", "node:net"],
  },
  verify: {
    rooms: ["probe", "records", "deployment", "dns"],
    libraries: ["saxes", "node:tls", "node:net", "node:crypto", "node:url"],
  },
  ops: { rooms: ["result"], libraries: ["pino", "pino-pretty", "node:process"] },
};

const SOURCE = /^(?:import|export)\b[^;]*?\bfrom\s+"([^"]+)"|\bimport\("([^"]+)"\)|^import\s+"([^"]+)"/gms;

interface Import {
  readonly file: string;
  readonly target: string;
}

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(directory, name));
}

function importsOf(file: string): Import[] {
  const targets = [...readFileSync(file, "utf8").matchAll(SOURCE)].map(([, a, b, c]) => a ?? b ?? c ?? "");
  return targets.map((target) => ({ file, target }));
}

/** `dns` for src/dns/name.ts, `result` for src/result.ts. */
function roomOf(path: string): string {
  return relative("src", path).replace(/\.ts$/, "").split("/")[0] ?? "";
}

function isAllowed({ file, target }: Import, { rooms, libraries }: Room): boolean {
  if (!target.startsWith(".")) return libraries.includes(target);
  const room = roomOf(normalize(join(dirname(file), target)));
  return room === roomOf(file) || rooms.includes(room);
}

describe.each(Object.entries(ROOMS))("%s", (name, room) => {
  const files = filesBelow(join("src", name));

  test("has files", () => expect(files).not.toEqual([]));

  test("imports only what it may know", () => {
    const forbidden = files.flatMap(importsOf).filter((found) => !isAllowed(found, room));
    expect(forbidden).toEqual([]);
  });
});

test("every folder of src/ is a room of the table, or a place where rooms meet", () => {
  const folders = readdirSync("src", { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(folders.map(({ name }) => name).sort()).toEqual([...Object.keys(ROOMS), "cli"].sort());
});

test("a library's name appears in one room", () => {
  const homes = new Map<string, Set<string>>();
  for (const { file, target } of filesBelow("src").flatMap(importsOf)) {
    if (target.startsWith(".") || target.startsWith("node:")) continue;
    homes.set(target, (homes.get(target) ?? new Set()).add(roomOf(file)));
  }
  // YAML is read by two, settings and deployment, and written by export: none of them knows of the others.
  for (const room of ["settings", "export"]) homes.get("yaml")?.delete(room);
  homes.get("saxes")?.delete("verify"); // the XML of Lync's documents, and that of streams
  homes.get("commander")?.delete("main");
  for (const [library, rooms] of homes)
    expect({ library, rooms: [...rooms] }).toEqual({ library, rooms: [expect.any(String)] });
});

test("clock, chance and console are at the rim", () => {
  const RIM = ["main", "cli", "ops", "api", "refuse-old-node", "worker", "builder"];
  const word = /\b(?:process\.|console\.|Date\.now|new Date\(\)|Math\.random)/;
  const files = filesBelow("src").filter((file) => !RIM.includes(roomOf(file)));
  const offenders = files.filter((file) =>
    word.test(readFileSync(file, "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "")),
  );
  expect(offenders).toEqual([]);
});

test("nothing is exported as default, and no folder has a face", () => {
  const files = filesBelow("src");
  expect(files.filter((file) => /^export default\b/m.test(readFileSync(file, "utf8")))).toEqual([]);
  expect(files.filter((file) => /\b(?:index|utils?|helpers?|manager)\.ts$/.test(file))).toEqual([]);
});
