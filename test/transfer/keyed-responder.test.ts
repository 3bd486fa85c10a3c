/** Answers to signed queries and to IXFR over UDP, beside what protects against abuse: limit, cookies, access. */

import { describe, expect, test } from "vitest";
import { parseAddress } from "../../src/dns/address.ts";
import { type Prefix, parsePrefix, type QueryAccess } from "../../src/dns/prefix.ts";
import { groupOfOne } from "../../src/dns/rrset.ts";
import { policyText } from "../../src/dns/transfer-policy.ts";
import { secretMemory } from "../../src/responder/cookie-secrets.ts";
import { udpExtras } from "../../src/responder/extras.ts";
import { RateLimiter, WITHHELD } from "../../src/responder/rate-limiter.ts";
import { udpLimits } from "../../src/responder/respond.ts";
import { KeyedResponder, type Refusal } from "../../src/transfer/keyed-responder.ts";
import { signRequest } from "../../src/tsig/sign.ts";
import { compile } from "../../src/zone/compile.ts";
import { Snapshot } from "../../src/zone/snapshot.ts";
import { decodeMessage, type Message } from "../conformance/decoder.ts";
import { expectValue, requestOf, zoneOf } from "../conformance/harness.ts";
import { ixfrRequest, testKey } from "./client.ts";

const KEY = testKey();
const STRANGE = testKey("strange.key.");
const SECONDS = 1_000;
const ZONE = zoneOf("alpha.test.", "@ SOA ns hostmaster 1 3600 600 86400 300\n@ NS ns\nns A 192.0.2.53\n");
const ASK = requestOf({ ask: "ns.alpha.test. A" });
const IXFR = ixfrRequest("alpha.test.", 0);
/** A cookie of a client that has never been here. */
const WITH_COOKIE = requestOf({
  ask: "ns.alpha.test. A",
  edns: { options: { 10: new Uint8Array(8).fill(7) } },
});

const SECONDARY = "192.0.2.7";
const STRANGER = "198.51.100.7";

function snapshotWith(access?: QueryAccess, transfers = 0): Snapshot {
  const policy = policyText({
    keys: [KEY],
    allow: [{ prefix: prefixOf("192.0.2.0/24"), key: undefined }],
    notify: [],
    zones: [{ allow: [{ prefix: prefixOf(`${STRANGER}/32`), key: undefined }], notify: [] }],
  });
  const compiled = compile([{ ...groupOfOne(ZONE, 1, access), transfers }], {
    serialOf: () => 1,
    policyText: policy,
  });
  return new Snapshot(expectValue(compiled).snapshot.buffer);
}

function prefixOf(text: string): Prefix {
  const prefix = parsePrefix(text);
  if (prefix === undefined) throw new Error(`${text} is no prefix`);
  return prefix;
}

/** A server's UDP side without the sockets. It sends one reply of a kind a second, and demands cookies. */
class Stage {
  readonly refusals: Refusal[] = [];
  readonly reply = new Uint8Array(2_000);
  readonly #responder: KeyedResponder;
  readonly #limiter = new RateLimiter(
    { responsesPerSecond: 1, slip: 1, ipv4PrefixLength: 24, ipv6PrefixLength: 56, exempt: [] },
    0x5eed,
    { limited: () => {}, slipped: () => {} },
  );

  constructor(snapshot = snapshotWith()) {
    const cookies = { secrets: secretMemory([new Uint8Array(16)]), required: true };
    this.#responder = new KeyedResponder(() => snapshot, {
      limits: udpLimits(1232, udpExtras({ cookies })),
      now: () => 1_000 * SECONDS,
      onRefused: (refusal) => this.refusals.push(refusal),
    });
  }

  /** The length that goes out. */
  send(request: Uint8Array, from = SECONDARY): number {
    const octets = parseAddress(from)?.octets ?? new Uint8Array(0);
    const client = { octets, offset: 0, length: octets.length, time: SECONDS };
    const written = this.#responder.respond(request, 0, request.length, this.reply, 0, client);
    return this.#limiter.limit(this.reply, 0, written, client);
  }

  ask(request: Uint8Array, from = SECONDARY): Message {
    return decodeMessage(this.reply.subarray(0, this.send(request, from)));
  }
}

const signed = (request: Uint8Array, key = KEY) => signRequest(key, request, SECONDS).octets;

describe("a signed query", () => {
  test("is never limited, for nobody forges it", () => {
    const stage = new Stage();
    const length = stage.send(signed(ASK));
    for (let more = 0; more < 5; more++) expect(stage.send(signed(ASK))).toBe(length);
  });

  test("is limited where its signature does not count", () => {
    const stage = new Stage();
    stage.send(signed(ASK));
    expect(stage.ask(signed(ASK, STRANGE)).rcode).toBe("NOTAUTH");
    expect(stage.send(signed(ASK, STRANGE))).toBe(WITHHELD);
    expect(stage.refusals[0]).toMatchObject({ key: "strange.key.", reason: "BADKEY", client: SECONDARY });
  });

  test("does not free the next one that is not signed", () => {
    const stage = new Stage();
    stage.send(signed(ASK));
    stage.send(ASK);
    stage.send(signed(ASK));
    expect(stage.ask(ASK).flags).toContain("TC");
  });

  test("needs no cookie where others do", () => {
    expect(new Stage().ask(WITH_COOKIE).rcode).toBe("BADCOOKIE");
    expect(new Stage().ask(signed(WITH_COOKIE)).rcode).toBe("NOERROR");
  });
});

describe("IXFR over UDP", () => {
  test("is for whom a rule allows by the address", () => {
    const stage = new Stage();
    expect(stage.ask(IXFR)).toMatchObject({ rcode: "NOERROR", question: "alpha.test. IXFR" });
    expect(stage.ask(IXFR, STRANGER).rcode).toBe("REFUSED");
    expect(stage.refusals).toMatchObject([{ zone: "alpha.test.", type: "IXFR", client: STRANGER }]);
  });

  test("is for whom the zone's own rights allow, where it has some", () => {
    const stage = new Stage(snapshotWith(undefined, 1));
    expect(stage.ask(IXFR).rcode).toBe("REFUSED");
    expect(stage.ask(IXFR, STRANGER).rcode).toBe("NOERROR");
  });

  test("asks nobody whose queries the zone answers: the transfers' own rules hold", () => {
    const stage = new Stage(snapshotWith({ allow: [], deny: [], others: "deny" }));
    expect(stage.ask(IXFR).answer).toHaveLength(1);
    expect(stage.ask(ASK).rcode).toBe("REFUSED");
  });
});
