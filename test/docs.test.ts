/** The documents keep their word: their commands are run, their code works, their links lead somewhere. */

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { decodeMessage } from "./conformance/decoder.ts";
import { requestOf } from "./conformance/harness.ts";
import { copyProject, environmentOf, runIn } from "./package.ts";
import { codeBlocks, README, ROOT, shellLines } from "./readme.ts";
import { askUdp } from "./transport/clients.ts";

const root = fileURLToPath(ROOT);

function textOf(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

const { scripts }: { scripts: Readonly<Record<string, string>> } = JSON.parse(textOf("package.json"));

describe("README.md", () => {
  /** Rows of its table of commands. */
  const table = [...README.matchAll(/^\| `(npx [^`]+)` \| (.*) \|$/gm)].map(
    ([, command = "", text = ""]) => ({
      words: command.split(" "),
      flags: [...text.matchAll(/`(--[^`]+)`/g)].map(([, flag = ""]) => flag.split(" ")),
    }),
  );
  const dig = shellLines().filter((line) => line.startsWith("dig "));
  const labStart = shellLines().filter((line) => line.startsWith("npm start --"));
  const [records = ""] = codeBlocks("text");
  const [lab = ""] = codeBlocks("yaml");
  const [snippet = ""] = codeBlocks("ts");

  /** What runs the lines that are not run here. */
  const elsewhere = [
    { beginning: "npm ci", file: ".ci/run", proof: "\nnpm ci\n" },
    { beginning: "docker build", file: "test/container/image.ts", proof: 'wordsOf("docker build"' },
    { beginning: "docker run", file: "test/container/image.test.ts", proof: 'wordsOf("docker run"' },
  ];

  test("has no line for the shell that nothing runs", () => {
    const others = shellLines().filter(
      (line) => !elsewhere.some(({ beginning }) => line.startsWith(beginning)),
    );
    expect(others).toEqual(["npm start", ...dig, ...labStart]);
    expect(labStart).toHaveLength(1);
    expect(dig).toHaveLength(1);
    for (const { file, proof } of elsewhere) expect(textOf(file)).toContain(proof);
    expect(table.map(({ words }) => words.slice(2).join(" "))).toEqual([
      "check",
      "records",
      "explain contoso.com",
      "export --format windows",
      "serve",
      "import",
      "verify contoso.com",
      "healthcheck",
    ]);
  });

  test("says where npm start serves", () => {
    expect(README).toContain("on 127.0.0.1 and ::1, port 5300:");
    expect(scripts.start).toMatch(/ listen=127\.0\.0\.1,::1 --set port=5300$/);
    expect(dig).toEqual([expect.stringContaining(" @127.0.0.1 -p 5300 ")]);
  });

  test("has a lab in ten lines", () => expect(lab.trimEnd().split("\n")).toHaveLength(10));

  test("has commands that work and code that runs, in a project just installed", {
    timeout: 120_000,
  }, async () => {
    const project = copyProject();
    const put = (name: string, text: string) => writeFileSync(join(project, name), text);
    put("lab.yaml", lab);
    put("snippet.ts", snippet);
    put("snippet.json", JSON.stringify(SNIPPET_CONFIG));
    const [check, listing, explaining, exporting, serve, , verifying, healthcheck] = table; // `import` is run by test/docs/lync-import.test.ts
    if (!(check && listing && explaining && exporting && serve && verifying && healthcheck))
      throw new Error("a command is missing");

    const { stdout: checked } = await runIn(project, check.words); // the first one builds
    expect(checked).toMatch(/\nconfig\/deployment\.yaml: fine, /);
    const labWords = (labStart[0] ?? "").split(" ");
    const [started, other, inLab] = await Promise.all([
      startIn(project, ["npm", "start", "--", "--listen", "127.0.0.1", "--port", "0"]),
      startIn(project, [...serve.words, "--listen", "127.0.0.1", "--port", "0"]),
      startIn(project, [...labWords, "--listen", "127.0.0.1", "--port", "0"]),
      runIn(project, [join("node_modules", ".bin", "tsc"), "--project", "snippet.json"]),
      runIn(project, ["node", "snippet.ts"]).then(({ stdout }) =>
        expect(stdout).toMatch(/^ask 127\.0\.0\.1, port \d+\n$/),
      ),
      runIn(project, listing.words).then(({ stdout }) => expect(stdout).toContain("_xmpp-server._tcp")),
      runIn(project, explaining.words).then(({ stdout }) =>
        expect(stdout).toContain("✔ contoso.com is published\n"),
      ),
      runIn(project, exporting.words).then(({ stdout }) =>
        expect(stdout).toContain("Set-RecordSet -Zone 'contoso.com' -Name '_xmpp-server._tcp' -Type SRV"),
      ),
      ...explaining.flags.map(async (flags) => {
        const { stdout } = await runIn(project, ["node", "dist/main.js", "explain", ...flags]);
        expect(stdout).toContain("\n  Subject name              sip.contoso.com\n");
      }),
      ...listing.flags.map(async (flags) => {
        const { stdout } = await runIn(project, ["node", "dist/main.js", "records", ...flags]);
        expect(stdout).toContain(flags.includes("--delegation") ? "IN NS" : "_xmpp-server._tcp");
      }),
    ]);
    expect(started.said).toContain(dig[0]?.replace("5300", String(started.port)));

    const [, name = "", type = ""] = / (\S+) (\S+)$/.exec(dig[0] ?? "") ?? [];
    const reply = decodeMessage(
      await askUdp("127.0.0.1", started.port, requestOf({ ask: `${name}. ${type}` })),
    );
    expect(recordsIn(records, "ANSWER")).toEqual(reply.answer);
    expect(recordsIn(records, "ADDITIONAL").sort()).toEqual([...reply.additional].sort()); // their order turns
    await sameAsDig(started.port);

    const where = ["--listen", "127.0.0.1", "--port", String(started.port)];
    const { stdout: health } = await runIn(project, [...healthcheck.words, ...where]);
    expect(health).toMatch(new RegExp(`^Healthy: .* port ${started.port}\n$`));
    // Its Edge Servers have addresses for documentation, where nobody answers: broken, and rightly so.
    const there = ["--server", `127.0.0.1:${started.port}`, "--timeout", "0.5"];
    await expect(runIn(project, [...verifying.words, ...there])).rejects.toThrow(
      "0 0 5269 xmpp.contoso.com\n",
    );

    expect(inLab.said).toContain("_xmpp-server._tcp.alpha.test SRV");
    for (const { stop } of [started, other, inLab]) expect(await stop()).toMatch(/"msg":"Stopped"\}\n$/);
  });

  /** The block is what dig prints, but for the order of addresses; where there is a dig. */
  async function sameAsDig(port: number): Promise<void> {
    if (spawnSync("dig", ["-v"]).error !== undefined) return;
    const words = (dig[0] ?? "").replace("5300", String(port)).split(" ");
    const { stdout } = await runIn(root, [...words, "+tries=1"]);
    const linesOf = (text: string) => text.split("\n").filter((line) => /^[^;].*\sIN\s/.test(line));
    expect(linesOf(records).sort()).toEqual(linesOf(stdout).sort());
  }
});

const SNIPPET_CONFIG = {
  compilerOptions: { strict: true, module: "NodeNext", target: "ES2024", types: ["node"], noEmit: true },
  files: ["snippet.ts"],
};

/** The records of a section as dig shows them, in the form of our decoder. */
function recordsIn(shown: string, section: string): string[] {
  const [, text = ""] = new RegExp(`;; ${section} SECTION:\n((?:[^\n]+\n)*)`).exec(shown) ?? [];
  return text.split("\n").flatMap((line) => {
    const [owner, ttl, , type, ...rdata] = line.split(/\s+/);
    return rdata.length === 0 ? [] : [[owner, ttl, type, ...rdata].join(" ")];
  });
}

interface Started {
  readonly port: number;
  readonly said: string;
  /** Ends it as Ctrl-C does, all processes of the command at once, and gives all that was said. */
  stop(): Promise<string>;
}

/** Starts a command that serves, and waits until it does. */
async function startIn(project: string, [program = "", ...words]: readonly string[]): Promise<Started> {
  const child = spawn(program, words, {
    cwd: project,
    env: environmentOf(project),
    stdio: ["ignore", "pipe", "inherit"],
    detached: true, // a process group of its own, as a shell gives it
  });
  const closed = once(child, "close"); // when the last process of the command has let go of its output
  onTestFinished(() => signalAll(child, "SIGKILL"));
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (chunk) => {
    said += chunk;
  });
  const port = () => /"port":(\d+).*\n/.exec(said)?.[1];
  while (port() === undefined) {
    const more = new AbortController();
    const isOver = await Promise.race([
      once(child.stdout, "data", more).then(() => false),
      closed.then(() => true),
    ]);
    more.abort();
    if (isOver) throw new Error(`it ended without serving: ${said}`);
  }
  const stop = async () => {
    signalAll(child, "SIGINT");
    await closed;
    return said;
  };
  return { port: Number(port()), said, stop };
}

function signalAll({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // the group is gone already
  }
}

/** What a checkout does not hold. */
const NOT_OURS = /^(?:\.git|\.cache|node_modules|dist|coverage)(?:\/|$)|\.tgz$/;

/** The paths of all our files. */
function ourFiles(directory = ""): string[] {
  return readdirSync(join(root, directory), { withFileTypes: true }).flatMap((entry) => {
    const path = directory === "" ? entry.name : `${directory}/${entry.name}`;
    if (NOT_OURS.test(path)) return [];
    return entry.isDirectory() ? ourFiles(path) : [path];
  });
}

const FILES = ourFiles();
const PAGES = FILES.filter((path) => path.endsWith(".md"));

/** Where a heading can be linked to. */
function anchorsIn(markdown: string): string[] {
  const headings = [...markdown.replaceAll(/^```.*?^```$/gms, "").matchAll(/^#+ (.*)$/gm)];
  return headings.map(([, text = ""]) =>
    text
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

test.each(PAGES)("every link of %s leads somewhere", (page) => {
  const targets = [...textOf(page).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, target = ""]) => target);
  const broken = targets.filter((target) => {
    const [path = "", anchor] = target.split("#");
    const file = path === "" ? page : join(dirname(page), path);
    if (!existsSync(join(root, file))) return true;
    return anchor !== undefined && !anchorsIn(textOf(file)).includes(anchor);
  });
  expect(broken).toEqual([]);
});

test.each(PAGES)("every npm script that %s speaks of is one", (page) => {
  const named = [...textOf(page).matchAll(/npm run ([\w:-]+)/g)].map(([, name = ""]) => name);
  expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
});

test("decisions are numbered without gaps, and their titles say their numbers", () => {
  const decisions = FILES.filter((path) => path.startsWith("docs/decisions/"));
  const numbered = decisions.map((_, index) => String(index + 1).padStart(4, "0"));
  expect(decisions.map((path) => path.slice("docs/decisions/".length, -".md".length)).sort()).toEqual(
    numbered.map((number) => expect.stringMatching(new RegExp(`^${number}-[a-z0-9-]+$`))),
  );
  for (const path of decisions)
    expect(textOf(path)).toMatch(new RegExp(`^# ${Number(path.slice(15, 19))}\\. `));
});

/** What concerns one machine, or the making of the project, and nobody else. */
const PRIVATE = [
  /(?<![\w.$}])\/(?:work|root|home|Users)\/\w/, // directories of somebody's machine
  /(?<![\w$}])\/(?:var\/)?tmp\b/,
  /\bregistry\.[a-z]|npm[j]s\./i, // where packages come from is npm's business
  /\b(?:Cl[a]ude|Chat[G]PT|L[L]M|language mod[e]l|AI assis[t]ant)\b/i,
];

test.each(PRIVATE)("no file of ours speaks of %s", (pattern) => {
  expect(FILES.filter((path) => pattern.test(textOf(path)))).toEqual([]);
});
