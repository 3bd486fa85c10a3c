/** examples/compose-federation, brought up as its README.md says: Prosody and ejabberd find one another through us. */

import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually } from "../container/docker.ts";
import { EXAMPLE, Lab, timed } from "./lab.ts";

const DELIVERED = {
  toBeta: "user@alpha.test to user@beta.test: delivered",
  toAlpha: "user@beta.test to user@alpha.test: delivered",
} as const;
const BOTH = `${DELIVERED.toBeta}\n${DELIVERED.toAlpha}`;
const EDGES = ["edge-beta-1", "edge-beta-2"] as const;

/** The example's deployment, where it can be changed. */
const directory = mkdtempSync(join(tmpdir(), "xmpp-edge-dns-"));
const deployment = join(directory, "deployment.yaml");
const lab = new Lab(directory);

beforeAll(async () => {
  chmodSync(directory, 0o755); // the container's user is another one
  copyFileSync(new URL("config/deployment.yaml", EXAMPLE), deployment);
  await timed("images built and containers begun", () => lab.run(lab.readmeLine("up --detach --build")));
});

afterAll(async () => {
  await lab.run("docker compose down --volumes --rmi all --timeout 1");
  rmSync(directory, { recursive: true });
});

/** Changes what is deployed, and waits until that is served. */
async function deploy(change: (text: string) => string): Promise<void> {
  const reloads = async () =>
    (await lab.logOf("dns")).filter(({ msg }) => msg.startsWith("Reloaded:")).length;
  const before = await reloads();
  writeFileSync(deployment, change(readFileSync(deployment, "utf8")));
  await eventually(async () => (await reloads()) > before, true);
}

/** The addresses of beta.test, as Prosody's resolver has them. */
async function addressesOfBeta(): Promise<string[]> {
  const found = await lab.run(lab.readmeLine("kdig +short xmpp.beta.test"));
  return found.trim().split("\n").sort();
}

test("messages go both ways, and the DNS server is ready", async () => {
  await timed("servers healthy, and a message each way", async () => {
    expect(await lab.converse()).toBe(BOTH);
  });
  expect(await addressesOfBeta()).toEqual((await lab.addressesOf(...EDGES)).sort());
  expect(JSON.parse(await lab.page("readyz"))).toMatchObject({ status: "ready" });
});

test("without the SRV of beta.test nothing goes there, but to alpha.test; with it, all is well again", async () => {
  const pool = "fqdn: edge.beta.test\n";
  await deploy((text) => text.replace(pool, `${pool}    xmppPort: null\n`));
  await timed("SRV away: Prosody finds nobody", () =>
    eventually(
      () => lab.converseAnew("alpha.test beta.test"),
      "user@alpha.test to user@beta.test: remote-server-not-found",
    ),
  );
  expect(await lab.converse("beta.test alpha.test")).toBe(DELIVERED.toAlpha);

  await deploy((text) => text.replace("    xmppPort: null\n", ""));
  await timed("SRV back: Prosody finds ejabberd", () =>
    eventually(() => lab.converseAnew("alpha.test beta.test"), DELIVERED.toBeta),
  );
});

test("beta.test is found at the addresses that it has moved to", async () => {
  const before = await lab.addressesOf(...EDGES);
  await timed("beta.test moved", async () => {
    await lab.run(lab.readmeLine("stop edge-beta-1 edge-beta-2"));
    await lab.run(lab.readmeLine("--scale placeholder=2"));
    await lab.run(lab.readmeLine("start edge-beta-1 edge-beta-2"));
  });
  const after = await lab.addressesOf(...EDGES);
  expect(after.filter((address) => before.includes(address))).toEqual([]);
  await timed("its new addresses answered", () => eventually(addressesOfBeta, after.sort()));
  await timed("messages both ways again", () => eventually(() => lab.converseAnew(), BOTH));
});

test("one of two Edge Servers dies: messages go on, its address leaves the answers, with one line of the log", async () => {
  const [dead = "", alive = ""] = await lab.addressesOf(...EDGES);
  await lab.run(lab.readmeLine("kill edge-beta-1"));
  await timed("an Edge Server killed: a message each way, over new streams", async () => {
    expect(await lab.converseAnew()).toBe(BOTH);
  });
  await timed("its address gone from the answers", () => eventually(addressesOfBeta, [alive]));
  expect(await lab.converseAnew()).toBe(BOTH);

  const lines = (await lab.logOf("dns")).filter(({ address, state }) => address === dead && state === "down");
  expect(lines).toMatchObject([
    { msg: expect.stringMatching(/^Edge Server "edge-beta-1" .*; it leaves the answers$/) },
  ]);
  const metrics = await lab.page("metrics");
  for (const [server, address, value] of [
    ["edge-beta-1", dead, 0],
    ["edge-beta-2", alive, 1],
  ])
    expect(metrics).toContain(
      `edge_server_healthy{pool="edge.beta.test",server="${server}",address="${address}"} ${value}\n`,
    );
});

test("both servers find the DNS server itself at another address", async () => {
  const [before] = await lab.addressesOf("dns");
  await lab.run("docker compose stop --timeout 5 dns");
  await lab.run("docker compose up --detach --no-deps --scale placeholder=3 placeholder");
  await lab.run("docker compose start dns");
  const [after] = await lab.addressesOf("dns");
  expect(after).not.toBe(before);
  await timed("DNS server moved: a message each way", async () => {
    for (const service of ["prosody", "ejabberd"])
      await eventually(
        () => lab.run(`docker compose exec -T ${service} cat /etc/resolv.conf`),
        `nameserver ${after}\n`,
      );
    expect(await lab.converse()).toBe(BOTH);
  });
});
