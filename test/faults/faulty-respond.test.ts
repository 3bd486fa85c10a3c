/** A row for each fault: what is asked, and what comes of it in place of the good reply. */

import { describe, expect, test } from "vitest";
import { type LabFaultInput, labFaultFromValue } from "../../src/deployment/lab-faults.ts";
import { withFaults } from "../../src/faults/faulty-respond.ts";
import { activate } from "../../src/faults/lab-fault.ts";
import { respond, udpLimits } from "../../src/responder/respond.ts";
import { makeCounters } from "../../src/transport/counters.ts";
import { clientAt, type Exchange } from "../../src/transport/endpoint.ts";
import { addressOctets } from "../../src/transport/ip-address.ts";
import { decodeMessage, type Message } from "../conformance/decoder.ts";
import { expectValue, type Request, requestOf, snapshotOfZones } from "../conformance/harness.ts";

const snapshot = snapshotOfZones({
  "beta.test.": `
@ 60 SOA ns.invalid. h.invalid. 1 2 3 4 5
@ 60 NS ns.invalid.
_xmpp-server._tcp 60 SRV 0 0 5269 xmpp
xmpp 60 A 192.0.2.1
xmpp 60 AAAA 2001:db8::1
`,
});

const SRV = "_xmpp-server._tcp.beta.test. SRV";
const A = "xmpp.beta.test. A";
const GOOD_A = "xmpp.beta.test. 60 A 192.0.2.1";

/** What left, and how. */
interface Outcome {
  readonly sent: Uint8Array | undefined;
  readonly delay?: number;
  readonly broken?: { readonly octets: Uint8Array; readonly delay: number } | undefined;
  readonly noted: number;
}

const SURROUNDINGS = { mark: new Uint8Array(0), onDropped: () => {} };

type Asker = Request & { readonly client?: string };

function askerOf(faults: readonly LabFaultInput[]): (request: Asker) => Outcome {
  const limits = udpLimits(1232);
  const active = faults.map((fault) => activate(expectValue(labFaultFromValue(fault))));
  const bad = withFaults(
    (...[request, offset, length, reply, replyOffset]) =>
      respond(snapshot, request, offset, length, reply, replyOffset, limits),
    active,
    SURROUNDINGS,
  );
  return ({ client = "192.0.2.7", ...request }) => {
    let late: { sent: Uint8Array; delay: number } | undefined;
    let broken: Outcome["broken"];
    let noted = 0;
    const exchange: Exchange = {
      transport: request.tcp ? "TCP" : "UDP",
      sendLater: (sent, delay) => {
        late = { sent, delay };
        return true;
      },
      breakOff: (reply, delay) => {
        broken = { octets: reply, delay };
        return true;
      },
      note: () => void noted++,
    };
    const octets = requestOf(request);
    const reply = new Uint8Array(2_000);
    const length = bad(
      octets,
      0,
      octets.length,
      reply,
      100,
      clientAt(addressOctets(client), makeCounters(), exchange),
    );
    if (late !== undefined) return { ...late, noted };
    const sent = length === 0 ? undefined : reply.slice(100, 100 + length);
    return broken === undefined ? { sent, noted } : { sent, broken, noted };
  };
}

function messageOf({ sent }: Outcome): Message {
  if (sent === undefined) throw new Error("nothing was sent");
  return decodeMessage(sent);
}

interface Row {
  readonly fault: LabFaultInput;
  readonly ask: string;
  readonly comes: Partial<Message>;
}

const EDNS = { payloadSize: 1232 };
const OPT = expect.objectContaining({ payloadSize: 1232 });

test.each<Row>([
  {
    fault: { fault: "truncate" },
    ask: SRV,
    comes: { flags: "QR AA TC RD", answer: [], additional: [], opt: OPT },
  },
  {
    fault: { fault: "rcode", rcode: "SERVFAIL" },
    ask: SRV,
    comes: { rcode: "SERVFAIL", flags: "QR RD", answer: [], opt: OPT },
  },
  { fault: { fault: "rcode", rcode: "5" }, ask: SRV, comes: { rcode: "REFUSED", answer: [] } },
  { fault: { fault: "wrong-id" }, ask: A, comes: { id: 0x1235, answer: [GOOD_A] } },
  { fault: { fault: "no-opt" }, ask: A, comes: { opt: undefined, answer: [GOOD_A] } },
  { fault: { fault: "zero-ttl" }, ask: A, comes: { answer: ["xmpp.beta.test. 0 A 192.0.2.1"], opt: OPT } },
  {
    fault: { fault: "zero-ttl" },
    ask: "none.beta.test. A",
    comes: { rcode: "NXDOMAIN", authority: ["beta.test. 0 SOA ns.invalid. h.invalid. 1 2 3 4 5"] },
  },
  {
    fault: { fault: "no-service" },
    ask: SRV,
    comes: { rcode: "NOERROR", answer: ["_xmpp-server._tcp.beta.test. 60 SRV 0 0 0 ."], additional: [] },
  },
  { fault: { fault: "no-service" }, ask: A, comes: { answer: [GOOD_A] } },
  {
    fault: { fault: "lame" },
    ask: A,
    comes: { flags: "QR RD", rcode: "NOERROR", answer: [], authority: [". 518400 NS a.root-servers.net."] },
  },
  {
    fault: { fault: "stale", addresses: ["192.0.2.99", "2001:db8::99"] },
    ask: A,
    comes: { answer: ["xmpp.beta.test. 60 A 192.0.2.99"] },
  },
  {
    fault: { fault: "stale", addresses: ["192.0.2.99", "2001:db8::99"] },
    ask: "xmpp.beta.test. AAAA",
    comes: { answer: ["xmpp.beta.test. 60 AAAA 2001:db8::99"] },
  },
  {
    fault: { fault: "stale", addresses: ["192.0.2.99"] },
    ask: "none.beta.test. A",
    comes: { rcode: "NOERROR", answer: ["none.beta.test. 5 A 192.0.2.99"] },
  },
  {
    fault: { fault: "stale", addresses: ["192.0.2.98", "192.0.2.99", "2001:db8::99"] },
    ask: SRV,
    comes: {
      answer: ["_xmpp-server._tcp.beta.test. 60 SRV 0 0 5269 xmpp.beta.test."],
      additional: [
        "xmpp.beta.test. 60 A 192.0.2.98",
        "xmpp.beta.test. 60 A 192.0.2.99",
        "xmpp.beta.test. 60 AAAA 2001:db8::99",
      ],
      opt: OPT,
    },
  },
  {
    fault: { fault: "flapping", addresses: ["192.0.2.99"] },
    ask: SRV,
    comes: { additional: ["xmpp.beta.test. 60 A 192.0.2.99"], opt: OPT },
  },
  {
    fault: { fault: "stale", addresses: ["192.0.2.99"] },
    ask: "beta.test. SOA",
    comes: { answer: ["beta.test. 60 SOA ns.invalid. h.invalid. 1 2 3 4 5"], additional: [], opt: OPT },
  },
  {
    fault: { fault: "stale", addresses: ["192.0.2.99"] },
    ask: "www.example.org. A",
    comes: { rcode: "REFUSED", answer: [] },
  },
  {
    fault: { fault: "no-service" },
    ask: "www.example.org. SRV",
    comes: { rcode: "REFUSED", answer: [] },
  },
])("$fault of $ask", ({ fault, ask, comes }) => {
  const outcome = askerOf([fault])({ ask, edns: EDNS });
  expect(messageOf(outcome)).toMatchObject(comes);
  expect(outcome.noted).toBe(0); // the transport writes down what is returned to it
});

test("compressed-target: the SRV's target ends in a pointer, as RFC 2782 forbids", () => {
  const { sent } = askerOf([{ fault: "compressed-target" }])({ ask: SRV });
  const length = sent?.length ?? 0;
  // QNAME at 12: 12 + _xmpp-server (13) + _tcp (5) is where "beta.test." begins
  expect([...(sent?.subarray(length - 7) ?? [])]).toEqual([4, ...Buffer.from("xmpp"), 0xc0, 12 + 13 + 5]);
  expect(() => decodeMessage(sent ?? new Uint8Array())).toThrow("is malformed");
});

test("oversized: more than the requestor takes, and still a message", () => {
  const outcome = askerOf([{ fault: "oversized", octets: 3_000 }])({ ask: A, edns: EDNS });
  const message = messageOf(outcome);
  expect(message.length).toBeGreaterThanOrEqual(3_000);
  expect(message.answer[0]).toBe(GOOD_A);
  expect(outcome).toMatchObject({ delay: 0, noted: 1 });
});

test("flapping: every other reply is false", () => {
  const ask = askerOf([{ fault: "flapping", addresses: ["192.0.2.99"] }]);
  const answers = [1, 2, 3].map(() => messageOf(ask({ ask: A })).answer);
  expect(answers).toEqual([
    ["xmpp.beta.test. 60 A 192.0.2.99"],
    [GOOD_A],
    ["xmpp.beta.test. 60 A 192.0.2.99"],
  ]);
});

test("delay: the good reply, later; what else strikes comes with it", () => {
  const ask = askerOf([
    { fault: "delay", milliseconds: 300 },
    { fault: "delay", milliseconds: 20, owner: "xmpp.beta.test" },
    { fault: "wrong-id" },
  ]);
  const outcome = ask({ ask: A });
  expect(outcome).toMatchObject({ delay: 320, noted: 1 });
  expect(messageOf(outcome)).toMatchObject({ id: 0x1235, answer: [GOOD_A] });
});

test("delay and close: half of the reply, later, then the end", () => {
  const ask = askerOf([{ fault: "close" }, { fault: "delay", milliseconds: 300 }]);
  const { sent, broken } = ask({ ask: A, tcp: true });
  expect([sent, broken?.delay]).toEqual([undefined, 300]);
});

test("drop: nothing, whatever else strikes", () => {
  const ask = askerOf([{ fault: "delay", milliseconds: 300 }, { fault: "close" }, { fault: "drop" }]);
  expect(ask({ ask: A, tcp: true })).toEqual({ sent: undefined, noted: 1 });
});

test("wrong-id twice: still another id", () => {
  const outcome = askerOf([{ fault: "wrong-id" }, { fault: "wrong-id" }])({ ask: A });
  expect(messageOf(outcome)).toMatchObject({ id: 0x1236 });
});

test("what alters a reply does so in the order of the faults", () => {
  const stale: LabFaultInput = { fault: "stale", addresses: ["192.0.2.99"] };
  const zero: LabFaultInput = { fault: "zero-ttl" };
  const answersTo = (faults: readonly LabFaultInput[]) => messageOf(askerOf(faults)({ ask: A })).answer;
  expect(answersTo([stale, { fault: "truncate" }])).toEqual([]);
  expect(answersTo([{ fault: "truncate" }, stale])).toEqual(["xmpp.beta.test. 5 A 192.0.2.99"]);
  expect(answersTo([zero, stale])).toEqual(["xmpp.beta.test. 0 A 192.0.2.99"]);
});

test("drop: nothing, but it is noted", () => {
  expect(askerOf([{ fault: "drop" }])({ ask: A })).toEqual({ sent: undefined, noted: 1 });
});

test("close: breaks off over TCP and touches nothing over UDP", () => {
  const ask = askerOf([{ fault: "close", count: 1 }]);
  expect(messageOf(ask({ ask: A }))).toMatchObject({ answer: [GOOD_A] });
  const { sent, broken, noted } = ask({ ask: A, tcp: true });
  expect({ sent, noted }).toEqual({ sent: undefined, noted: 1 });
  expect(decodeMessage(broken?.octets ?? new Uint8Array()).answer).toEqual([GOOD_A]);
});

describe("whom it strikes", () => {
  const strikes = (fault: Partial<LabFaultInput>, request: Asker): boolean =>
    askerOf([{ ...fault, fault: "drop" }])(request).sent === undefined;

  test.each<readonly [fault: Partial<LabFaultInput>, request: Asker, isStruck: boolean]>([
    [{}, { ask: A }, true],
    [{ owner: "*" }, { ask: "www.example. A" }, true],
    [{ owner: "XMPP.beta.test." }, { ask: "xmpp.BETA.test. A" }, true],
    [{ owner: "xmpp.beta.test" }, { ask: "a.xmpp.beta.test. A" }, false],
    [{ owner: "*.beta.test" }, { ask: "_xmpp-server._tcp.beta.test. SRV" }, true],
    [{ owner: "*.beta.test" }, { ask: "beta.test. SRV" }, false],
    [{ owner: "*.eta.test" }, { ask: A }, false],
    [{ type: "srv" }, { ask: SRV }, true],
    [{ type: "SRV" }, { ask: A }, false],
    [{ transport: "tcp" }, { ask: A }, false],
    [{ transport: "tcp" }, { ask: A, tcp: true }, true],
    [{ client: "192.0.2.0/29" }, { ask: A }, true],
    [{ client: "192.0.2.8/29" }, { ask: A }, false],
    [{ client: "192.0.2.7" }, { ask: A }, true],
    [{ client: "192.0.2.6" }, { ask: A }, false],
    [{ client: "fe80::/10" }, { ask: A, client: "fe80::1%eth0" }, true],
    [{ client: "::/0" }, { ask: A }, false],
    [{ probability: 0 }, { ask: A }, false],
  ])("%j, %j: %s", (fault, request, isStruck) => expect(strikes(fault, request)).toBe(isStruck));

  test("count: so many and no more", () => {
    const ask = askerOf([{ fault: "drop", count: 2 }]);
    expect([1, 2, 3, 4].map(() => ask({ ask: A }).sent === undefined)).toEqual([true, true, false, false]);
  });

  test("probability: the same with the same seed, another with another, about as often as was said", () => {
    const struck = (seed: number): readonly boolean[] => {
      const ask = askerOf([{ fault: "drop", probability: 0.3, seed }]);
      return Array.from({ length: 1_000 }, () => ask({ ask: A }).sent === undefined);
    };
    expect(struck(1)).toEqual(struck(1));
    expect(struck(1)).not.toEqual(struck(2));
    expect(struck(1).filter(Boolean).length / 1_000).toBeCloseTo(0.3, 1);
  });
});

test("what has no question, or is met with silence, is left alone", () => {
  const ask = askerOf([{ fault: "lame" }, { fault: "drop", owner: "*" }]);
  expect(messageOf(ask({}))).toMatchObject({ rcode: "FORMERR" });
  expect(ask({ ask: A, flags: 0x8000 })).toEqual({ sent: undefined, noted: 0 });
});

test("what the rate limiter withholds stays withheld", () => {
  const active = [activate(expectValue(labFaultFromValue({ fault: "rcode", rcode: "SERVFAIL" })))];
  const bad = withFaults(() => -1, active, SURROUNDINGS);
  const octets = requestOf({ ask: A });
  const exchange: Exchange = {
    transport: "UDP",
    sendLater: () => true,
    breakOff: () => true,
    note() {},
  };
  const client = clientAt(addressOctets("192.0.2.7"), makeCounters(), exchange);
  expect(bad(octets, 0, octets.length, new Uint8Array(2_000), 0, client)).toBe(-1);
});
