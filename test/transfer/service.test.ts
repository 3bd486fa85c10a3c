/** Transfers from a whole server, in this process: who may, what comes, who is told. */

import { createSocket, type RemoteInfo } from "node:dgram";
import { once } from "node:events";
import { describe, expect, onTestFinished, test } from "vitest";
import { type DeploymentInput, type DnsServer, type Log, startServer } from "../../src/api.ts";
import { RCODE } from "../../src/dns/codes.ts";
import { groupOfOne } from "../../src/dns/rrset.ts";
import type { TsigKey } from "../../src/dns/transfer-policy.ts";
import { tcpLimits } from "../../src/responder/respond.ts";
import { Journal } from "../../src/transfer/journal.ts";
import { type Finished, TransferService } from "../../src/transfer/service.ts";
import { readTsig } from "../../src/tsig/message.ts";
import { signRequest } from "../../src/tsig/sign.ts";
import { isReplySigned, verifyRequest } from "../../src/tsig/verify.ts";
import { compile } from "../../src/zone/compile.ts";
import { decodeMessage } from "../conformance/decoder.ts";
import { expectValue, requestOf, zoneOf } from "../conformance/harness.ts";
import { askUdp, TcpClient } from "../transport/clients.ts";
import { applied, ixfrRequest, lastRecord, recordsOf, SECRET, seconds, testKey, transfer } from "./client.ts";

process.env.TRANSFER_TEST_SECRET = SECRET;

const KEY = testKey();

const TRANSFERS = {
  keys: [
    { name: "secondary.key", secretEnvironment: "TRANSFER_TEST_SECRET" },
    { name: "strong.key", algorithm: "hmac-sha512", secretEnvironment: "TRANSFER_TEST_SECRET" },
  ],
  allow: [
    { prefix: "127.0.0.0/8", key: "secondary.key" },
    { prefix: "192.0.2.0/24", key: "strong.key" },
  ],
} satisfies DeploymentInput["transfers"];

function deployment(records: string, transfers: DeploymentInput["transfers"] = TRANSFERS): DeploymentInput {
  return {
    edgePools: [{ fqdn: "edge.alpha.test", servers: ["127.0.0.1"] }],
    sipDomains: ["alpha.test", "beta.test"],
    zones: { "alpha.test": { records } },
    ...(transfers && { transfers }),
  };
}

interface Started {
  readonly dns: DnsServer;
  readonly client: TcpClient;
  readonly said: readonly string[];
}

async function started(value: DeploymentInput): Promise<Started> {
  const said: string[] = [];
  const say = (_: unknown, message: string) => void said.push(message);
  const log: Log = { error: say, warn: say, info: say, debug: say };
  const dns = await startServer({ deployment: value, log });
  onTestFinished(() => dns.close());
  const client = await TcpClient.open("127.0.0.1", dns.port);
  onTestFinished(() => client.close());
  return { dns, client, said };
}

const AXFR = requestOf({ ask: "alpha.test. AXFR" });

describe("AXFR", () => {
  test("gives the zone to who signs with the key, message by message signed", async () => {
    const { client, said } = await started(deployment("www A 192.0.2.80"));
    const [message] = await transfer(client, AXFR, KEY);
    expect(message).toMatchObject({ rcode: "NOERROR", flags: "QR AA RD", question: "alpha.test. AXFR" });
    expect(message?.answer).toContain("www.alpha.test. 3600 A 192.0.2.80");
    expect(message?.answer).toHaveLength(6);
    await expect
      .poll(() => said)
      .toContainEqual(
        expect.stringMatching(
          /^Sent AXFR of alpha\.test\. serial \d+ to 127\.0\.0\.1:\d+: 6 records in 1 messages/,
        ),
      );
  });

  test("sends what is long in many messages, and answers others meanwhile and the client after", async () => {
    const records = Array.from({ length: 6_000 }, (_, at) => `host-${at} TXT "${"x".repeat(60)}"`);
    const { client, dns } = await started(deployment(records.join("\n")));
    const transferred = transfer(client, AXFR, KEY);
    client.send(requestOf({ ask: "www.beta.test. A", id: 99 })); // waits for its turn
    expect(
      decodeMessage(await askUdp("127.0.0.1", dns.port, requestOf({ ask: "xmpp.beta.test. A" }))).rcode,
    ).toBe("NOERROR");
    const messages = await transferred;
    expect(messages.length).toBeGreaterThan(5);
    expect(new Set(recordsOf(messages)).size).toBe(6_000 + 4);
    expect(decodeMessage(await client.next())).toMatchObject({ id: 99, rcode: "NXDOMAIN" });
    expect((await transfer(client, requestOf({ ask: "beta.test. AXFR" }), KEY)).length).toBe(1); // the same connection again
  });

  test("sees one snapshot from its first message to its last, whatever is loaded meanwhile", async () => {
    const snapshot = (value: string, serial: number) => {
      const texts = Array.from({ length: 3_000 }, (_, at) => `host-${at} TXT "${value.repeat(60)}"`).join(
        "\n",
      );
      const head = "@ SOA ns hostmaster 1 3600 600 86400 300\n@ NS ns.elsewhere.example.\n";
      const policyText = '{"keys":[],"allow":[{"prefix":"127.0.0.1/32"}],"notify":[],"zones":[]}';
      const group = groupOfOne(zoneOf("alpha.test.", head + texts));
      return expectValue(compile([group], { serialOf: () => serial, policyText })).snapshot;
    };
    let inForce = snapshot("a", 1);
    const finished: Finished[] = [];
    const service = new TransferService({
      journal: new Journal({ versions: 1, octets: 1 }),
      snapshot: () => inForce,
      limits: tcpLimits(1232),
      now: () => 0,
      onRefused: (_, refusal) => expect.unreachable(refusal.reason),
      onFinished: (_, transferred) => finished.push(transferred),
      onBroken: () => expect.unreachable(),
      onFault: (error) => expect.unreachable(String(error)),
    });
    const records: string[] = [];
    const write = async (octets: Uint8Array) => {
      records.push(...decodeMessage(octets.slice(2)).answer);
      inForce = snapshot("b", 2);
      return true;
    };
    await service.serve(AXFR, 0, AXFR.length, { peer: { address: "127.0.0.1", port: 9 }, write });
    expect(finished).toMatchObject([{ messages: 4, serial: 1, style: "AXFR" }]);
    expect(records.filter((record) => record.includes(` TXT "${"a".repeat(60)}"`))).toHaveLength(3_000);
    expect(records).toHaveLength(3_003);
    expect(records.at(-1)).toBe(records[0]);
  });

  test("has an OPT record in its first message where the request has one", async () => {
    const { client } = await started(deployment("", { ...TRANSFERS, allow: [{ prefix: "127.0.0.1" }] }));
    const [message] = await transfer(client, requestOf({ ask: "alpha.test. AXFR", edns: { flags: 0x8000 } }));
    expect(message?.opt).toMatchObject({ payloadSize: 1232, dnssecOk: true, options: [] });
  });

  test("says how long a secondary may keep the zone, as IXFR does, to who asks for it (RFC 7314)", async () => {
    const { client } = await started(deployment("", { ...TRANSFERS, allow: [{ prefix: "127.0.0.1" }] }));
    const edns = { options: { 9: new Uint8Array(0) } };
    const [whole] = await transfer(client, requestOf({ ask: "alpha.test. AXFR", edns }), KEY);
    expect(whole?.answer).toHaveLength(5);
    expect(whole?.opt?.options).toEqual(["9:00127500"]); // 1,209,600 seconds
    const [changes] = await transfer(client, ixfrRequest("alpha.test.", 1, edns));
    expect(changes?.opt?.options).toEqual(["9:00127500"]);
  });
});

describe("IXFR", () => {
  test("brings a secondary from version to version, and from further back at once", async () => {
    const { client, dns } = await started(deployment("")); // from its serial nobody is told a difference
    await dns.update(deployment("a A 192.0.2.1\nb A 192.0.2.2\nc TXT c\nd TXT d"));
    const first = recordsOf(await transfer(client, AXFR, KEY));
    const serialOf = (records: readonly string[]) => Number(records[0]?.split(" ")[5]);
    let zone = applied(first);
    let serial = serialOf(first);
    for (const change of ["b A 192.0.2.3", "b A 192.0.2.3\ne TXT e", "b A 192.0.2.4"]) {
      await dns.update(deployment(`a A 192.0.2.1\nc TXT c\nd TXT d\n${change}`));
      const records = recordsOf(await transfer(client, ixfrRequest("alpha.test.", serial), KEY));
      expect(records[1]).toMatch(/ SOA /);
      zone = applied(records, zone);
      serial = serialOf(records);
    }
    const whole = applied(recordsOf(await transfer(client, AXFR, KEY)));
    expect(zone).toEqual(whole);
    const leap = recordsOf(await transfer(client, ixfrRequest("alpha.test.", serialOf(first)), KEY));
    expect(applied(leap, applied(first))).toEqual(whole);
    expect(leap).toHaveLength(6);
    expect(recordsOf(await transfer(client, ixfrRequest("alpha.test.", serial), KEY))).toHaveLength(1);
    expect(recordsOf(await transfer(client, ixfrRequest("alpha.test.", 1), KEY))).toHaveLength(
      whole.size + 1,
    );
  });

  test("is FORMERR without the SOA that the client has", async () => {
    const { client } = await started(deployment(""));
    const [message] = await transfer(client, requestOf({ ask: "alpha.test. IXFR" }), KEY);
    expect(message?.rcode).toBe("FORMERR");
  });

  test("over UDP gets the SOA, and REFUSED without the key", async () => {
    const { dns } = await started(deployment(""));
    for (const edns of [false, {}, { options: { 9: new Uint8Array(0) } }] as const) {
      const request = ixfrRequest("alpha.test.", 1, edns);
      const signed = signRequest(KEY, request, seconds());
      const octets = await askUdp("127.0.0.1", dns.port, signed.octets);
      const record = readTsig(octets, 0, lastRecord(octets), octets.length);
      expect(record && isReplySigned(KEY, signed.mac, octets, record, seconds())).toBe(true);
      const reply = decodeMessage(octets);
      expect(reply).toMatchObject({
        rcode: "NOERROR",
        question: "alpha.test. IXFR",
        answer: [expect.stringContaining(" SOA ")],
      });
      expect(reply.opt !== undefined).toBe(edns !== false);
      expect(reply.opt?.options ?? []).toEqual(edns && "options" in edns ? ["9:00127500"] : []);
      expect(decodeMessage(await askUdp("127.0.0.1", dns.port, request)).rcode).toBe("REFUSED");
    }
  });
});

describe("who may not", () => {
  const REFUSED = { rcode: "REFUSED", error: undefined };
  test.each([
    ["asks without a key", AXFR, undefined, 0, REFUSED, "with no key: not allowed"],
    [
      "has another key than his address wants",
      AXFR,
      testKey("strong.key.", "hmac-sha512"),
      0,
      REFUSED,
      "with key strong.key.: not allowed",
    ],
    [
      "asks for a zone that is not served",
      requestOf({ ask: "gamma.test. AXFR" }),
      KEY,
      0,
      { rcode: "NOTAUTH", error: 0 },
      "no such zone",
    ],
    [
      "asks for a name inside of a zone",
      requestOf({ ask: "xmpp.alpha.test. AXFR" }),
      KEY,
      0,
      { rcode: "NOTAUTH", error: 0 },
      "no such zone",
    ],
    [
      "has a key that nobody knows",
      AXFR,
      testKey("other.key."),
      0,
      { rcode: "NOTAUTH", error: RCODE.BADKEY },
      "with key other.key.: BADKEY",
    ],
    [
      "has another algorithm",
      AXFR,
      testKey("secondary.key.", "hmac-sha512"),
      0,
      { rcode: "NOTAUTH", error: RCODE.BADKEY },
      "BADKEY",
    ],
    ["has another clock", AXFR, KEY, -1_000, { rcode: "NOTAUTH", error: RCODE.BADTIME }, "BADTIME"],
  ])("%s", async (_, request, key, seconds_, wanted, logged) => {
    const { client, said } = await started(deployment(""));
    const at = seconds() + seconds_;
    const signed = key && signRequest(key, request, at);
    client.send(signed?.octets ?? request);
    const octets = await client.next();
    const reply = decodeMessage(octets);
    expect(reply).toMatchObject({ rcode: wanted.rcode, answer: [] });
    const record = readTsig(octets, 0, lastRecord(octets), octets.length);
    if (wanted.error !== undefined) expect(record?.error).toBe(wanted.error);
    const isSigned = record !== undefined && record.mac.length > 0;
    if (isSigned && key && signed) expect(isReplySigned(key, signed.mac, octets, record, at)).toBe(true);
    expect(isSigned).toBe(signed !== undefined && wanted.error !== RCODE.BADKEY);
    expect(said).toContainEqual(expect.stringContaining(logged));
    expect(said.join()).not.toContain(SECRET);
  });

  test("has a right to all zones but one of rights of its own; and who has one to that, to no other", async () => {
    const value = deployment("");
    const own = { allow: [{ prefix: "127.0.0.1", key: "strong.key" }] };
    const sipDomains = [{ name: "alpha.test", transfers: own }, { name: "beta.test" }];
    const catalog = { name: "catalog.test", allow: [{ prefix: "127.0.0.1" }] };
    const { client } = await started({ ...value, sipDomains, transfers: { ...TRANSFERS, catalog } });
    const rcodes = async (key: TsigKey | undefined) => {
      const found: (string | undefined)[] = [];
      for (const zone of ["alpha.test.", "beta.test.", "catalog.test.", "other.test."])
        found.push((await transfer(client, requestOf({ ask: `${zone} AXFR` }), key))[0]?.rcode);
      return found;
    };
    expect(await rcodes(KEY)).toEqual(["REFUSED", "NOERROR", "NOERROR", "NOTAUTH"]);
    expect(await rcodes(testKey("strong.key.", "hmac-sha512"))).toEqual([
      "NOERROR",
      "REFUSED",
      "NOERROR",
      "NOTAUTH",
    ]);
    expect(await rcodes(undefined)).toEqual(["REFUSED", "REFUSED", "NOERROR", "NOTAUTH"]);
  });

  test("hears why where he understands (EDE 18), and it is nobody where nothing is said of transfers", async () => {
    const { client } = await started({ ...deployment("", undefined) });
    const [message] = await transfer(client, requestOf({ ask: "alpha.test. AXFR", edns: {} }));
    expect(message).toMatchObject({ rcode: "REFUSED", opt: { options: ["15:0012"] } });
  });

  test("a forged MAC is BADSIG, over UDP and TCP, for transfers and other queries", async () => {
    const { client, dns } = await started(deployment(""));
    for (const ask of ["alpha.test. AXFR", "alpha.test. SOA"]) {
      const { octets } = signRequest(KEY, requestOf({ ask }), seconds());
      octets[2] = (octets[2] ?? 0) ^ 1; // RD was set
      client.send(octets);
      for (const reply of [await client.next(), await askUdp("127.0.0.1", dns.port, octets)]) {
        expect(decodeMessage(reply).rcode).toBe("NOTAUTH");
        expect(readTsig(reply, 0, lastRecord(reply), reply.length)?.error).toBe(RCODE.BADSIG);
      }
    }
  });
});

test("a signed reply that has no room for its signature goes without records, TC set (RFC 8945 §5.3)", async () => {
  const records = Array.from({ length: 28 }, (_, at) => `many A 198.18.0.${at}`).join("\n");
  const { dns } = await started(deployment(records));
  const bare = requestOf({ ask: "many.alpha.test. A" });
  const { octets, mac } = signRequest(KEY, bare, seconds());
  expect(decodeMessage(await askUdp("127.0.0.1", dns.port, bare)).answer).toHaveLength(28);
  const reply = await askUdp("127.0.0.1", dns.port, octets);
  expect(reply.length).toBeLessThan(512);
  expect(decodeMessage(reply)).toMatchObject({
    rcode: "NOERROR",
    answer: [],
    flags: expect.stringContaining("TC"),
  });
  const record = readTsig(reply, 0, lastRecord(reply), reply.length);
  expect(record && isReplySigned(KEY, mac, reply, record, seconds())).toBe(true);
});

describe("NOTIFY", () => {
  /** A secondary that hears and answers when it is told to. */
  async function secondary() {
    const socket = createSocket("udp4").bind(0, "127.0.0.1");
    await once(socket, "listening");
    onTestFinished(() => void socket.close());
    const heard: { octets: Uint8Array; from: RemoteInfo }[] = [];
    socket.on("message", (octets, from) => heard.push({ octets: Uint8Array.from(octets), from }));
    const next = async () => {
      while (heard.length === 0) await once(socket, "message");
      const first = heard.shift();
      if (first === undefined) throw new Error("one was heard");
      return first;
    };
    const answer = (octets: Uint8Array, from: RemoteInfo) => {
      const reply = octets.slice();
      reply[2] = (reply[2] ?? 0) | 0x80;
      socket.send(reply, from.port, from.address);
    };
    return { port: socket.address().port, next, answer, waiting: () => heard.length };
  }

  const bare = (port: number) => ({ ...TRANSFERS, notify: [{ address: "127.0.0.1", port }] });

  test("tells of every zone at the start, and of those that changed afterwards; again until it is answered", async () => {
    const { port, next, answer } = await secondary();
    const { dns } = await started(deployment("", bare(port)));
    const told = new Set<string>();
    for (let times = 0; told.size < 2; times++) {
      const { octets, from } = await next();
      const message = decodeMessage(octets);
      expect(message).toMatchObject({ opcode: 4, flags: "AA" });
      expect(message.answer).toEqual([expect.stringContaining(" SOA ")]);
      if (times > 0) told.add(message.question ?? "");
      if (times > 0) answer(octets, from); // the first is left without an answer, and comes again
    }
    expect([...told].sort()).toEqual(["alpha.test. SOA", "beta.test. SOA"]);
    await dns.update(deployment("www A 192.0.2.1", bare(port)));
    const { octets, from } = await next();
    expect(decodeMessage(octets).question).toBe("alpha.test. SOA");
    answer(octets, from);
  });

  test("goes to those whom the zone names itself, where it says anything of transfers", async () => {
    const [common, own] = [await secondary(), await secondary()];
    const to = (port: number) => ({ notify: [{ address: "127.0.0.1", port }] });
    const sipDomains = [
      { name: "alpha.test", transfers: to(own.port) },
      { name: "beta.test" },
      { name: "gamma.test", transfers: {} },
    ];
    await started({ ...deployment(""), sipDomains, transfers: to(common.port) });
    for (const [{ next, answer }, zone] of [
      [own, "alpha.test. SOA"],
      [common, "beta.test. SOA"],
    ] as const) {
      const { octets, from } = await next();
      expect(decodeMessage(octets).question).toBe(zone);
      answer(octets, from);
    }
    expect([own.waiting(), common.waiting()]).toEqual([0, 0]);
  });

  test("is signed with the key of the secondary", async () => {
    const { port, next } = await secondary();
    await started(
      deployment("", { ...TRANSFERS, notify: [{ address: "127.0.0.1", port, key: "secondary.key" }] }),
    );
    const { octets } = await next();
    const record = readTsig(octets, 0, lastRecord(octets), octets.length);
    expect(record && verifyRequest([KEY], octets, 0, record, seconds()).kind).toBe("good");
  });
});
