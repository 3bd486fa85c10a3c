/** The package as others get it: packed, unpacked into another project, imported and called there. */

import { chmodSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, test } from "vitest";
import { copyProject, NODE_MODULES, runIn } from "../package.ts";
import { labText, temporaryDirectory } from "../reload/lab.ts";

/** What somebody may write who has never seen our sources. */
const CONSUMER = `
import { Resolver } from "node:dns/promises";
import { connect } from "node:net";
import { DeploymentError, type DeploymentInput, type DnsServer, startServer } from "xmpp-edge-dns";

const NAME = "xmpp.alpha.test";

function lab(address: string): DeploymentInput {
  return { edgePools: [{ fqdn: "edge.alpha.test", servers: [address] }], sipDomains: ["alpha.test"] };
}

async function overUdp({ port }: DnsServer): Promise<string> {
  const resolver = new Resolver();
  resolver.setServers([\`127.0.0.1:\${port}\`]);
  return (await resolver.resolve4(NAME)).join();
}

/** The last four octets of the answer are the address. */
async function overTcp({ port }: DnsServer): Promise<string> {
  const labels = NAME.split(".").map((label) => String.fromCharCode(label.length) + label);
  const message = Buffer.from(\`\\0\\x01\\0\\0\\0\\x01\\0\\0\\0\\0\\0\\0\${labels.join("")}\\0\\0\\x01\\0\\x01\`, "latin1");
  const socket = connect(port, "127.0.0.1");
  socket.write(Buffer.from([0, message.length, ...message]));
  let answer = Buffer.alloc(0);
  for await (const chunk of socket) {
    answer = Buffer.concat([answer, chunk]);
    if (answer.length >= 2 && answer.length === 2 + answer.readUInt16BE()) break;
  }
  return answer.subarray(-4).join(".");
}

const dns: DnsServer = await startServer({ deployment: lab("127.0.0.1") });
const seen: string[] = [await overUdp(dns), await overTcp(dns)];
await dns.update(lab("127.0.0.2"));
seen.push(await overUdp(dns), await overTcp(dns));
try {
  await dns.update({ ...lab("127.0.0.3"), sipDomains: ["alpha..test"] });
} catch (fault) {
  if (!(fault instanceof DeploymentError)) throw fault;
  seen.push(...fault.problems.map(({ severity, message }) => \`\${severity}: \${message}\`));
}
seen.push(await overUdp(dns));
await dns.close();
console.log(JSON.stringify(seen));
`;

const TSCONFIG = {
  compilerOptions: {
    strict: true,
    module: "NodeNext",
    target: "ES2024",
    types: ["node"],
    noEmit: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
  },
  include: ["consumer.ts"],
};

const STALE = "removed.js";

/** npm, two compilers and four processes, on a machine that may have other things to do. */
const TIMEOUT = 120_000;

test("npm pack yields a package that another project can type-check, import and call", {
  timeout: TIMEOUT,
}, async () => {
  const consumer = temporaryDirectory();
  const files = await install(consumer);
  expect(files.filter((path) => !/^(?:dist|config)\//.test(path)).sort()).toEqual([
    "CHANGELOG.md",
    "LICENSE",
    "README.md",
    "lync/Export-LyncXmppDns.ps1",
    "package.json",
  ]);
  expect(files).toEqual(expect.arrayContaining(["dist/main.js", "dist/api.d.ts", "config/deployment.yaml"]));
  expect(files).not.toContain(join("dist", STALE));
  expect(files.filter((path) => path.startsWith("dist/") && !/\.(?:js|d\.ts)$/.test(path)).sort()).toEqual([
    "dist/admin/assets/icon.svg",
    "dist/admin/assets/page.css",
  ]);
  expect(files).toContain("dist/admin/assets/page.js");

  writeFileSync(join(consumer, "package.json"), '{ "private": true, "type": "module" }');
  writeFileSync(join(consumer, "tsconfig.json"), JSON.stringify(TSCONFIG));
  writeFileSync(join(consumer, "consumer.ts"), CONSUMER);
  writeFileSync(join(consumer, "lab.yaml"), labText("127.0.0.1", "alpha.test"));
  const bin = join(consumer, "node_modules", ".bin", "xmpp-edge-dns");
  const [, { stdout: seen }, { stdout: checked }, { stdout: records }] = await Promise.all([
    runIn(consumer, [join(NODE_MODULES, ".bin", "tsc")]),
    runIn(consumer, [process.execPath, "consumer.ts"]), // ends by itself, or rejects
    runIn(consumer, [bin, "check", "--deployment", "lab.yaml"]),
    runIn(consumer, [bin, "records", "--deployment", "lab.yaml"]),
  ]);
  expect(JSON.parse(seen)).toEqual([
    "127.0.0.1",
    "127.0.0.1",
    "127.0.0.2",
    "127.0.0.2",
    expect.stringMatching(/^error: Cannot use "alpha\.\.test" as /),
    "127.0.0.2",
  ]);
  expect(checked).toMatch(/^lab\.yaml: fine.*; 1 zone with /m);
  expect(records).toMatch(/^External DNS\/SRV\/5269 +_xmpp-server\._tcp\.alpha\.test +xmpp\.alpha\.test /m);
});

/** Packs our package and installs it as npm would, but for a registry; gives the files in it. */
async function install(consumer: string): Promise<string[]> {
  const project = copyProject();
  mkdirSync(join(project, "dist"));
  writeFileSync(join(project, "dist", STALE), ""); // built from a source that is there no more
  await runIn(project, ["npm", "pack", "--silent"]); // builds it: "prepare"
  const [tarball = ""] = readdirSync(project).filter((name) => name.endsWith(".tgz"));
  const home = join(consumer, "node_modules", "xmpp-edge-dns");
  mkdirSync(home, { recursive: true });
  await runIn(home, ["tar", "--extract", "--file", join(project, tarball), "--strip-components", "1"]);

  const described = JSON.parse(readFileSync(join(home, "package.json"), "utf8"));
  const needed = { ...described.dependencies, ...described.optionalDependencies };
  for (const name of [...Object.keys(needed), "@types/node"]) {
    const link = join(consumer, "node_modules", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(NODE_MODULES, name), link);
  }
  for (const [name, path] of Object.entries<string>(described.bin)) {
    const link = join(consumer, "node_modules", ".bin", name);
    mkdirSync(dirname(link), { recursive: true });
    chmodSync(join(home, path), 0o755); // as npm does
    symlinkSync(join(home, path), link);
  }
  return readdirSync(home, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(home, join(entry.parentPath, entry.name)));
}
