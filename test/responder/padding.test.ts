/** Padding: replies over TLS whose length gives nothing away, to clients that pad (RFC 7830, RFC 8467). */

import { describe, expect, test } from "vitest";
import { groupOfOne } from "../../src/dns/rrset.ts";
import { type ExtrasOptions, tcpExtras, tlsExtras, udpExtras } from "../../src/responder/extras.ts";
import { type Limits, tcpLimits, udpLimits } from "../../src/responder/respond.ts";
import { decodeMessage } from "../conformance/decoder.ts";
import { exchange, requestOf, snapshotOf, zoneOf } from "../conformance/harness.ts";

const SNAPSHOT = snapshotOf([
  groupOfOne(
    zoneOf(
      "alpha.test.",
      `@ SOA ns hostmaster 1 3600 600 86400 300\n@ NS ns\nns A 192.0.2.1\nlong TXT ${'"x" '.repeat(300)}`,
    ),
  ),
]);
const NSID: ExtrasOptions = { name: "edge-dns-1" };
const TLS = tcpLimits(1232, tlsExtras(NSID, 10_000));

function reply(ask: string, limits: Limits, codes: readonly number[]): Uint8Array {
  const options = Object.fromEntries(codes.map((code) => [code, new Uint8Array(code === 12 ? 40 : 0)]));
  return exchange(SNAPSHOT, requestOf({ ask, edns: { options } }), limits);
}

describe("padding", () => {
  test.each([
    ["a short answer", "ns.alpha.test. A", [12], 468],
    ["beside other options", "ns.alpha.test. A", [3, 11, 12], 468],
    ["a name that does not exist", "nothing.alpha.test. A", [12], 468],
    ["a refusal with its extended error", "elsewhere.test. A", [12], 468],
    ["a long answer", "long.alpha.test. TXT", [12], 936],
  ])("fills %s up to a multiple of 468 octets over TLS (RFC 8467)", (_, ask, codes, length) => {
    const octets = reply(ask, TLS, codes);
    expect(octets.length).toBe(length);
    const options = decodeMessage(octets).opt?.options ?? [];
    expect(options.at(-1)).toMatch(/^12:0*$/);
  });

  test("counts the signature in that is to follow", () => {
    expect(reply("ns.alpha.test. A", { ...TLS, reserved: 100 }, [12]).length).toBe(368);
  });

  test("takes no more than there is room for", () => {
    expect(reply("ns.alpha.test. A", { ...TLS, plain: 300, reserved: 0 }, [12]).length).toBeLessThanOrEqual(
      468,
    );
  });

  test.each([
    ["is not given unasked", TLS, [3]],
    ["is not given over TCP", tcpLimits(1232, tcpExtras(NSID, 10_000)), [3, 12]],
    ["is not given over UDP", udpLimits(1232, udpExtras(NSID)), [3, 12]],
  ] as const)("%s", (_, limits, codes) => {
    const options = decodeMessage(reply("ns.alpha.test. A", limits, codes)).opt?.options ?? [];
    expect(options.map((option) => option.split(":")[0])).toEqual(["3"]);
  });
});
