import { describe, expect, test } from "vitest";
import { askOverTcp, askOverUdp, askWithEdns, type Question } from "../../src/probe/dns-client.ts";
import { bare, framed, tcpServer, udpServer, withSoa } from "./loose-server.ts";

const SOA: Question = { name: "contoso.com", type: "SOA" };
const SERVED = { kind: "reply", rcode: 0, authoritative: true, truncated: false };

describe("askOverUdp()", () => {
  test("gives header and records; asks without RD for the name and type wanted", async () => {
    const asked: string[] = [];
    const port = await udpServer((query) => {
      asked.push(query.toString("latin1", 2));
      return withSoa(query);
    });
    expect(await askOverUdp({ address: "127.0.0.1", port }, SOA, 5_000)).toMatchObject({
      ...SERVED,
      answers: [{ name: "contoso.com", type: 6, ttl: 60, serial: 7 }],
    });
    expect(asked).toEqual(["\0\0\0\x01\0\0\0\0\0\0\x07contoso\x03com\0\0\x06\0\x01"]);
  });

  test.each(["::1", "0:0:0:0:0:0:0:1"])(
    "asks an IPv6 address, however it is written: %s",
    async (address) => {
      const port = await udpServer((query) => withSoa(query), "::1");
      expect(await askOverUdp({ address, port }, SOA, 5_000)).toMatchObject(SERVED);
    },
  );

  test("asks for the root", async () => {
    const port = await udpServer((query) => bare(query, 5));
    const reply = await askOverUdp({ address: "127.0.0.1", port }, { name: ".", type: "SOA" }, 5_000);
    expect(reply).toMatchObject({ kind: "reply", rcode: 5, answers: [] });
  });

  const QR = 0x8000;
  const TC = 0x0200;
  const cases: { why: string; answer: (query: Buffer) => Buffer | undefined; reply: object }[] = [
    {
      why: "TC is told, not followed",
      answer: (q) => bare(q, 0, QR | TC),
      reply: { kind: "reply", truncated: true },
    },
    { why: "AA=0", answer: (q) => bare(q, 0, QR), reply: { kind: "reply", authoritative: false } },
    {
      why: "silence",
      answer: () => undefined,
      reply: { reason: "no answer within 0.05 s", code: "ETIMEDOUT" },
    },
    {
      why: "another id is not for us",
      answer: (q) => Buffer.concat([Buffer.from([(q[0] ?? 0) ^ 1]), withSoa(q).subarray(1)]),
      reply: { reason: expect.stringMatching(/^no answer within 0.05 s \(response id \d+ did not match/) },
    },
    {
      why: "no DNS at all",
      answer: () => Buffer.from("hello"),
      reply: { reason: expect.stringContaining("response could not be decoded") },
    },
    {
      why: "our own query back",
      answer: (q) => q,
      reply: { kind: "silence", reason: "a query instead of an answer" },
    },
    {
      why: "a record cut off",
      answer: (q) => withSoa(q).subarray(0, -3),
      reply: {
        kind: "silence",
        reason: expect.stringMatching(/^an answer that cannot be read: answers\[0\]/),
      },
    },
  ];
  test.each(cases)("$why", async ({ answer, reply }) => {
    const port = await udpServer(answer);
    expect(await askOverUdp({ address: "127.0.0.1", port }, SOA, 50)).toMatchObject(reply);
  });

  test("a name that cannot be sent is silence with the reason", async () => {
    const question: Question = { name: "a".repeat(64), type: "SOA" };
    const reply = await askOverUdp({ address: "127.0.0.1", port: 9 }, question, 50);
    expect(reply).toMatchObject({ kind: "silence", reason: expect.stringContaining("64 octets (max 63)") });
  });
});

describe("askOverTcp()", () => {
  test.each(["127.0.0.1", "::1"])(
    "gives header and records from %s, however the octets are cut",
    async (address) => {
      const port = await tcpServer((socket) => {
        socket.setNoDelay();
        socket.once("data", (query: Buffer) => {
          for (const octet of framed(withSoa(query.subarray(2)))) socket.write(Buffer.from([octet]));
        });
      }, address);
      expect(await askOverTcp({ address, port }, SOA, 5_000)).toMatchObject({
        ...SERVED,
        answers: [{ name: "contoso.com", type: 6, serial: 7 }],
      });
    },
  );

  const cases: { why: string; answer: (query: Buffer) => Buffer | undefined; reply: object }[] = [
    {
      why: "another id",
      answer: (q) =>
        framed(Buffer.concat([Buffer.from([(q[2] ?? 0) ^ 1]), withSoa(q.subarray(2)).subarray(1)])),
      reply: { kind: "silence", reason: "an answer to another query" },
    },
    {
      why: "connected, then nothing: the deadline ends it",
      answer: () => undefined,
      reply: { kind: "silence", reason: "no answer within 0.05 s", code: "ETIMEDOUT" },
    },
    {
      why: "half an answer, then nothing",
      answer: (q) => framed(withSoa(q.subarray(2))).subarray(0, 20),
      reply: { kind: "silence", code: "ETIMEDOUT" },
    },
    {
      why: "no DNS at all",
      answer: () => Buffer.from("\0\x05hello"),
      reply: { kind: "silence", reason: expect.stringContaining("too short for the 12-octet header") },
    },
  ];
  test.each(cases)("$why", async ({ answer, reply }) => {
    const port = await tcpServer((socket) => {
      socket.once("data", (query: Buffer) => {
        const octets = answer(query);
        if (octets !== undefined) socket.write(octets);
      });
    });
    expect(await askOverTcp({ address: "127.0.0.1", port }, SOA, 50)).toMatchObject(reply);
  });

  test("a connection closed without an answer says so", async () => {
    const port = await tcpServer((socket) => void socket.end());
    expect(await askOverTcp({ address: "127.0.0.1", port }, SOA, 5_000)).toMatchObject({
      kind: "silence",
      reason: expect.stringContaining("connection closed after 0 octet(s)"),
    });
  });

  test("nobody there is a refused connection", async () => {
    // 1 (tcpmux) is below every port that the system gives out, and nothing serves it
    expect(await askOverTcp({ address: "127.0.0.1", port: 1 }, SOA, 5_000)).toEqual({
      kind: "silence",
      reason: "connection refused",
      code: "ECONNREFUSED",
    });
  });
});

describe("askWithEdns()", () => {
  /** The OPT record that ends a query: root, type, size, rest. */
  const optOf = (query: Buffer) => query.subarray(-11);

  test("sends OPT with 1232 octets and tells whether one came back", async () => {
    const asked: Buffer[] = [];
    const port = await udpServer((query) => {
      asked.push(query);
      return bare(query, 0); // its OPT goes back with it
    });
    const reply = await askWithEdns({ address: "127.0.0.1", port }, SOA, 5_000);
    expect(reply).toMatchObject({ kind: "reply", rcode: 0, hasEdns: true });
    expect(asked.map((query) => optOf(query).toString("hex"))).toEqual(["00002904d0000000000000"]);
  });

  test.each(["127.0.0.1", "::1"])("tells from %s that none came back", async (address) => {
    const port = await udpServer((query) => {
      const reply = bare(query.subarray(0, -11), 1);
      reply.writeUInt16BE(0, 10);
      return reply;
    }, address);
    const reply = await askWithEdns({ address, port }, SOA, 5_000);
    expect(reply).toMatchObject({ kind: "reply", rcode: 1, hasEdns: false });
  });

  test("lets another id, and what is no DNS, go by", async () => {
    const port = await udpServer((query) =>
      asked++ === 0 ? Buffer.from([0xff ^ (query[0] ?? 0), ...bare(query, 0).subarray(1)]) : undefined,
    );
    let asked = 0;
    const { kind } = await askWithEdns({ address: "127.0.0.1", port }, SOA, 50);
    expect(kind).toBe("silence");
    const noise = await udpServer(() => Buffer.from("hello"));
    expect(await askWithEdns({ address: "127.0.0.1", port: noise }, SOA, 50)).toMatchObject({
      kind: "silence",
      code: "ETIMEDOUT",
    });
  });

  test("a name that cannot be sent is silence with the reason", async () => {
    const question: Question = { name: "a".repeat(64), type: "SOA" };
    const reply = await askWithEdns({ address: "127.0.0.1", port: 9 }, question, 50);
    expect(reply).toMatchObject({ kind: "silence", reason: expect.stringContaining("64 octets (max 63)") });
  });
});

test("resolvers are asked with RD", async () => {
  const flags: number[] = [];
  const answer = (query: Buffer): Buffer => {
    flags.push(query.readUInt16BE(2));
    return withSoa(query);
  };
  const port = await udpServer(answer);
  await askOverUdp({ address: "127.0.0.1", port }, { ...SOA, recursive: true }, 5_000);
  await askWithEdns({ address: "127.0.0.1", port }, { ...SOA, recursive: true }, 5_000);
  expect(flags).toEqual([0x0100, 0x0100]);
});
