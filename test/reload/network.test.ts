/** Host names and checks as an input of the build: what is answered, which serials rise, what is said. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { buildWithHosts } from "../../src/reload/observed-build.ts";
import { Reloader } from "../../src/reload/reloader.ts";
import { NO_MEMORY, openMemory } from "../../src/reload/state.ts";
import { servedZone } from "../../src/zone/served.ts";
import { Snapshot } from "../../src/zone/snapshot.ts";
import { ask, nameOf } from "../conformance/harness.ts";
import { filesOf, linesOf } from "../deployment/given.ts";
import { Lab as TestNetwork } from "../observe/network.ts";
import { type LabOptions, labText, openLabInNetwork, temporaryDirectory } from "./lab.ts";

const HOSTS = `edgePools: [{ fqdn: edge.test, servers: [{ host: prosody }, { host: ejabberd }] }]
sipDomains: [alpha.test]
`;

const CHECKED = `edgePools: [{ fqdn: edge.test, servers: [10.0.0.1, 10.0.0.2, "fd99::1"], health: { check: tcp } }]
sipDomains: [alpha.test]
`;

/** A reloader without polls in a network of our own. */
async function labIn(network: TestNetwork, options: LabOptions) {
  const said: string[] = [];
  const now = () => network.timers.time;
  const onObserved = (sentence: string) => void said.push(sentence);
  const lab = await openLabInNetwork({ interval: 0, network, now, onObserved, ...options });
  const snapshot = () => new Snapshot(lab.reloader.inForce.snapshot);
  return {
    lab,
    said,
    addresses: (type: "A" | "AAAA" = "A") =>
      ask(snapshot(), { ask: `xmpp.alpha.test. ${type}` })
        ?.answer.map((record) => record.split(" ").at(-1))
        .sort(),
    reply: (question: string) => ask(snapshot(), { ask: question }),
    serial: () => servedZone(snapshot(), nameOf("alpha.test."))?.serial,
    pass: async (seconds: number) => {
      await network.timers.pass(seconds);
      for (let steps = 0; steps < 5; steps++) await turn(); // loads wait for their turn
    },
  };
}

describe("host names", () => {
  test("are looked up before anybody is answered, and again; the serial rises with the content alone", async () => {
    const network = new TestNetwork();
    network.names.set("prosody", ["10.0.0.1", "fd99::1"]).set("ejabberd", ["10.0.0.2"]);
    const { addresses, serial, pass, said } = await labIn(network, { text: HOSTS });
    expect([addresses(), addresses("AAAA"), serial()]).toEqual([["10.0.0.1", "10.0.0.2"], ["fd99::1"], 1000]);
    await pass(30);
    expect(serial()).toBe(1000);
    network.names.set("ejabberd", ["10.0.0.9"]);
    await pass(10);
    expect([addresses(), serial()]).toEqual([["10.0.0.1", "10.0.0.9"], 1040]);
    expect(said).toEqual(['Host "ejabberd" resolves to 10.0.0.9, before to 10.0.0.2']);
  });

  test("that do not resolve keep their last addresses, also over a reload", async () => {
    const network = new TestNetwork();
    network.names.set("prosody", ["10.0.0.1"]).set("ejabberd", ["10.0.0.2"]);
    const { lab, addresses, pass, said } = await labIn(network, { text: HOSTS });
    network.names.clear();
    await pass(60);
    await lab.reloader.reload();
    expect(addresses()).toEqual(["10.0.0.1", "10.0.0.2"]);
    expect(said).toHaveLength(2);
  });

  test("that never resolved are in no answer, with a warning, until they do", async () => {
    const network = new TestNetwork();
    network.names.set("prosody", ["10.0.0.1"]);
    const { lab, addresses, pass } = await labIn(network, { text: HOSTS });

    expect(linesOf(lab.remarks).filter((line) => line.includes("warning"))).toEqual([
      expect.stringMatching(
        /:1:\d+ warning: Cannot find the addresses of host "ejabberd" of Edge pool "edge.test": no such name; it is in no answer until it has$/,
      ),
    ]);
    expect(addresses()).toEqual(["10.0.0.1"]);
    network.names.set("ejabberd", ["10.0.0.2"]);
    await pass(10);
    expect(addresses()).toEqual(["10.0.0.1", "10.0.0.2"]);
  });

  test("none of which resolved leave the SRV record, whose host has no address for 30 s at most", async () => {
    const { reply, pass, addresses } = await labIn(new TestNetwork(), { text: HOSTS });
    expect(reply("_xmpp-server._tcp.alpha.test. SRV")?.answer).toHaveLength(1);
    const denial = reply("xmpp.alpha.test. A");
    expect([denial?.answer, denial?.authority]).toEqual([
      [],
      [expect.stringMatching(/^alpha\.test\. 30 SOA .* 30$/)],
    ]);
    await pass(10);
    expect(addresses()).toEqual([]);
  });

  test("are looked up at once on reload, new ones too", async () => {
    const network = new TestNetwork();
    network.names.set("prosody", ["10.0.0.1"]).set("ejabberd", ["10.0.0.2"]);
    const { lab, addresses } = await labIn(network, { text: HOSTS.replace(", { host: ejabberd }", "") });
    network.names.set("prosody", ["10.0.0.3"]);
    lab.write(HOSTS);
    await lab.reloader.reload();
    expect(addresses()).toEqual(["10.0.0.2", "10.0.0.3"]);
  });

  test("whose addresses must not be published keep the last good ones, with a warning", async () => {
    const network = new TestNetwork();
    network.names.set("prosody", ["192.0.2.1"]).set("ejabberd", ["192.0.2.2"]);
    const text = `${HOSTS}allowPrivateAddresses: false\n`;
    const { lab, addresses, pass } = await labIn(network, { text });
    while (lab.waiting.length > 0) await lab.next();
    network.names.set("prosody", ["10.0.0.1"]);
    await pass(10);
    expect(addresses()).toEqual(["192.0.2.1", "192.0.2.2"]);
    const outcome = await lab.next();
    expect(outcome.kind === "reloaded" && outcome.reloaded.remarks.map(({ message }) => message)).toEqual([
      'Cannot publish address "10.0.0.1", which host "prosody" of Edge pool "edge.test" resolves to: it is private (RFC 1918); its other or last good addresses stay; set "allowPrivateAddresses: true" for a lab',
    ]);
    await pass(30);
    expect(lab.waiting).toEqual([]);
  });

  test("of one server are published once, with a warning", async () => {
    const network = new TestNetwork();
    network.names.set("prosody", ["10.0.0.1"]).set("ejabberd", ["10.0.0.1"]);
    const { addresses } = await labIn(network, { text: HOSTS });
    expect(addresses()).toEqual(["10.0.0.1"]);
  });

  test("are followed while the file is broken", async () => {
    const network = new TestNetwork();
    network.names.set("prosody", ["10.0.0.1"]).set("ejabberd", ["10.0.0.2"]);
    const { lab, addresses, pass } = await labIn(network, { text: HOSTS });
    lab.write("edgePools: [");
    await lab.reloader.reload();
    network.names.set("prosody", ["10.0.0.3"]);
    await pass(10);
    expect([addresses(), lab.reloader.isCurrent]).toEqual([["10.0.0.2", "10.0.0.3"], false]);
  });

  test("are known to a successor", async () => {
    const network = new TestNetwork();
    network.names.set("prosody", ["10.0.0.1"]).set("ejabberd", ["10.0.0.2"]);
    const { lab } = await labIn(network, { text: HOSTS });
    network.names.clear();
    const heir = Reloader.resume(
      {
        source: { kind: "file", path: lab.path },
        maximumFileSize: 1_000_000,
        interval: 0,
        now: () => network.timers.time,
        memory: NO_MEMORY,
        network,
        onReload: () => {},
        onProblems: () => {},
        onFault: ({ sentence }) => expect.unreachable(sentence),
      },
      structuredClone(lab.reloader.legacy),
    );
    await heir.reload();
    const reply = ask(new Snapshot(heir.inForce.snapshot), { ask: "xmpp.alpha.test. A" });
    expect(reply?.answer).toHaveLength(2);
    await heir.close();
  });

  test("are looked up by commands that build once", async () => {
    const network = new TestNetwork();
    network.names.set("prosody", ["10.0.0.1"]).set("ejabberd", ["10.0.0.2"]);
    const source = { kind: "file", path: "d.yaml" } as const;
    const built = await buildWithHosts(source, filesOf({ "d.yaml": HOSTS }), { unixTime: 1 }, network);
    const reply = built.ok ? ask(built.value.snapshot, { ask: "xmpp.alpha.test. A" }) : undefined;
    expect(reply?.answer).toHaveLength(2);
    expect(network.timers.waiting).toBe(0);
  });

  test("cost nothing where there are none", async () => {
    const network = new TestNetwork();
    const { lab } = await labIn(network, { text: labText("10.0.0.1", "alpha.test") });
    expect([network.asked, network.timers.waiting, lab.reloader.legacy.observed]).toEqual([[], 0, undefined]);
  });
});

describe("serials", () => {
  test("do not rise with a restart where host names resolve to the same", async () => {
    const network = new TestNetwork();
    network.names.set("prosody", ["10.0.0.1"]).set("ejabberd", ["10.0.0.2"]);
    const state = temporaryDirectory();
    const memory = () => openMemory(state, ({ sentence }) => expect.unreachable(sentence));
    const { lab, serial, pass } = await labIn(network, { text: HOSTS, memory: memory() });
    network.names.set("ejabberd", ["10.0.0.3"]);
    await pass(10);
    expect(serial()).toBe(1010);
    await lab.reloader.close();
    await network.timers.pass(100);
    expect((await labIn(network, { text: HOSTS, memory: memory() })).serial()).toBe(1010);
  });
});

describe("checks", () => {
  test("take the dead out of the answers and bring them back; the serial rises each time", async () => {
    const network = new TestNetwork();
    const { addresses, serial, pass, reply, lab } = await labIn(network, { text: CHECKED });
    await pass(10);
    expect([addresses(), serial()]).toEqual([["10.0.0.1", "10.0.0.2"], 1000]);
    expect(reply("xmpp.alpha.test. A")?.answer[0]).toMatch(/^xmpp\.alpha\.test\. 30 A /);
    network.dead.add("10.0.0.1");
    await pass(20);
    const down = serial() ?? 0;
    expect([addresses(), addresses("AAAA"), down > 1000]).toEqual([["10.0.0.2"], ["fd99::1"], true]);
    expect(lab.reloader.health.find(({ state }) => state === "down")).toMatchObject({
      pool: "edge.test",
      address: "10.0.0.1",
      port: 5269,
      reason: "the connection is refused",
      changes: 1,
    });
    network.dead.clear();
    await pass(20);
    expect([addresses(), (serial() ?? 0) > down]).toEqual([["10.0.0.1", "10.0.0.2"], true]);
  });

  test("never empty an RRset: with all of a family down, all are answered", async () => {
    const network = new TestNetwork();
    for (const address of ["10.0.0.1", "10.0.0.2", "fd99::1"]) network.dead.add(address);
    const { addresses, pass } = await labIn(network, { text: CHECKED });
    await pass(30);
    expect([addresses(), addresses("AAAA")]).toEqual([["10.0.0.1", "10.0.0.2"], ["fd99::1"]]);
  });

  test("go on over a reload; a server that is drained leaves at once and is checked no more", async () => {
    const network = new TestNetwork();
    network.dead.add("10.0.0.1");
    const { lab, addresses, pass } = await labIn(network, { text: CHECKED });
    await pass(20);
    await lab.reloader.reload();
    expect(addresses()).toEqual(["10.0.0.2"]);
    lab.write(CHECKED.replace("10.0.0.1", "{ addresses: [10.0.0.1], drained: true }"));
    await lab.reloader.reload();
    network.asked.length = 0;
    await pass(20);
    expect(new Set(network.asked)).toEqual(new Set(["10.0.0.2", "fd99::1"]));
  });

  test("look at each address once, however many SIP domains there are", async () => {
    const network = new TestNetwork();
    const directory = temporaryDirectory();
    const names = Array.from({ length: 1_000 }, (_, at) => `customer${at}.test`);
    writeFileSync(join(directory, "d.txt"), names.join("\n"));
    const text = CHECKED.replace("[alpha.test]", "{ file: d.txt }");
    const { pass } = await labIn(network, { text, path: join(directory, "deployment.yaml") });
    await pass(4.9);
    expect(network.asked.sort()).toEqual(["10.0.0.1", "10.0.0.2", "fd99::1"]);
  });

  test("end with the reloader", async () => {
    const network = new TestNetwork();
    const { lab } = await labIn(network, { text: CHECKED });
    expect(network.timers.waiting).toBe(3);
    await lab.reloader.close();
    expect(network.timers.waiting).toBe(0);
  });
});
