/** `allowQuery` and `denyQuery`: which level counts, what is refused, and that zones which differ in it share nothing. */

import { describe, expect, test } from "vitest";
import { formatPrefix, type QueryAccess } from "../../src/dns/prefix.ts";
import { derive } from "../../src/records/derive.ts";
import { good, goodValue, load, saidOf } from "./given.ts";

const LAB = "edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]\n";

/** `+allowed -denied, others`. */
function textOf(access: QueryAccess | undefined): string {
  if (access === undefined) return "everybody";
  const listed = [
    ...access.allow.map((prefix) => `+${formatPrefix(prefix)}`),
    ...access.deny.map((prefix) => `-${formatPrefix(prefix)}`),
  ];
  return [...listed, `others ${access.others}`].join(" ");
}

/** Whom each zone of a deployment answers. */
function accessOf(yaml: string): Record<string, string> {
  const { groups } = goodValue(derive(good(LAB + yaml)));
  return Object.fromEntries(
    groups.flatMap(({ apexes, access }) => apexes.map((apex) => [String(apex), textOf(access)])),
  );
}

describe("who may ask a zone", () => {
  test.each([
    ["nobody says anything", "sipDomains: [a.test]", { "a.test.": "everybody" }],
    [
      "a list of those allowed refuses all others",
      "sipDomains: [{ name: a.test, allowQuery: [192.0.2.0/24, 2001:db8::1] }]",
      { "a.test.": "+192.0.2.0/24 +2001:db8::1/128 others deny" },
    ],
    [
      "a list of those denied alone lets all others in",
      "sipDomains: [{ name: a.test, denyQuery: [192.0.2.7] }]",
      { "a.test.": "-192.0.2.7/32 others allow" },
    ],
    [
      "an empty list lets nobody in",
      "sipDomains: [{ name: a.test, allowQuery: [] }]",
      { "a.test.": "others deny" },
    ],
    [
      "the defaults hold for SIP domains and for zones",
      "defaults: { allowQuery: [10.0.0.0/8] }\nsipDomains: [a.test]\nzones: { b.test: { records: www A 10.0.0.9 } }",
      { "a.test.": "+10.0.0.0/8 others deny", "b.test.": "+10.0.0.0/8 others deny" },
    ],
    [
      "the nearer level says it all: nothing is left of the defaults",
      "defaults: { allowQuery: [10.0.0.0/8] }\nsipDomains: [{ name: a.test, denyQuery: [10.1.0.0/16] }]\nzones: { b.test: { allowQuery: [0.0.0.0/0, '::/0'] } }",
      { "a.test.": "-10.1.0.0/16 others allow", "b.test.": "+0.0.0.0/0 +::/0 others deny" },
    ],
    [
      "both small zones of pinpoint layout",
      "sipDomains: [{ name: a.test, zoneLayout: pinpoint, allowQuery: [10.0.0.0/8] }]",
      {
        "_xmpp-server._tcp.a.test.": "+10.0.0.0/8 others deny",
        "xmpp.a.test.": "+10.0.0.0/8 others deny",
      },
    ],
    [
      "SIP domains that differ in it share no model",
      "sipDomains: [a.test, { name: b.test, allowQuery: [10.0.0.0/8] }, c.test]",
      { "a.test.": "everybody", "b.test.": "+10.0.0.0/8 others deny", "c.test.": "everybody" },
    ],
  ])("%s", (_, yaml, wanted) => expect(accessOf(yaml)).toEqual(wanted));
});

describe("loadDeployment() refuses what is no prefix:", () => {
  const PREFIXES =
    'it is no address or prefix; give one such as 192.0.2.7, 192.0.2.0/24 or "2001:db8::/32"; 0.0.0.0/0 and "::/0" are everybody';

  test.each([
    ["a word", "[any]", `2:42 error: Cannot use "any" in "allowQuery": ${PREFIXES}`],
    [
      "a prefix too long",
      "[10.0.0.0/33]",
      `2:42 error: Cannot use "10.0.0.0/33" in "allowQuery": ${PREFIXES}`,
    ],
    [
      "bits behind the prefix",
      "[10.0.0.1/8]",
      '2:42 error: Cannot use "10.0.0.1/8" in "allowQuery": the address has bits set behind the prefix; write "10.0.0.0/8"',
    ],
    [
      "the same twice",
      "[10.0.0.0/8, 10.0.0.0/8]",
      '2:54 error: Cannot use "10.0.0.0/8" in "allowQuery": "10.0.0.0/8" stands there already; one address cannot be told two things',
    ],
    [
      "the same in both",
      '["::1"], denyQuery: ["0:0::1/128"]',
      '2:62 error: Cannot use "0:0::1/128" in "denyQuery": "::1" stands there already; one address cannot be told two things',
    ],
  ])("%s", (_, list, said) => {
    expect(saidOf(load(`${LAB}sipDomains: [{name: a.test, allowQuery: ${list}}]\n`))).toEqual([said]);
  });

  test("a static zone of a SIP domain: it is said there", () => {
    const yaml = `${LAB}sipDomains: [a.test]\nzones:\n  a.test:\n    allowQuery: [10.0.0.0/8]\n`;
    expect(saidOf(load(yaml))).toEqual([
      '5:5 error: Cannot use "allowQuery" here: "a.test" is a SIP domain, so give it there or under "defaults"',
    ]);
  });
});
