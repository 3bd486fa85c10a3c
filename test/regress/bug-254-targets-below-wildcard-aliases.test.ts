/** MX, NS and SRV records whose target a wildcard makes an alias were served without a remark. */

import { expect, test } from "vitest";
import { saidWhileBuilding } from "./given.ts";

const HEAD = "zones:\n  b.test: { records: '*.w CNAME www' }\n  a.test:\n    records: |\n";

function fault(rrset: string, target: string, wildcard: string, rule: string): string {
  return `Cannot serve "${rrset}": its target "${target}" is an alias, as the wildcard "${wildcard} CNAME" covers it, and ${rule}`;
}

test.each([
  {
    why: "in the zone",
    records: ["_s._tcp SRV 0 0 1 foo.al", "*.al CNAME x.example."],
    said: [
      `5:7 error: ${fault("_s._tcp.a.test SRV", "foo.al.a.test", "*.al.a.test", "an SRV target must never be one (RFC 2782)")}`,
    ],
  },
  {
    why: "deeper below it",
    records: ["@ MX 1 a.b.al", "*.al CNAME x.example."],
    said: [
      `5:7 error: ${fault("a.test MX", "a.b.al.a.test", "*.al.a.test", "an MX target must never be one (RFC 2181 §10.3)")}`,
    ],
  },
  {
    why: "in another zone of ours",
    records: ["@ MX 1 mail.w.b.test."],
    said: [
      `5:7 error: ${fault("a.test MX", "mail.w.b.test", "*.w.b.test", "an MX target must never be one (RFC 2181 §10.3)")}`,
    ],
  },
  {
    why: "the name itself is there",
    records: [
      "@ MX 1 foo.al",
      "*.al CNAME x.example.",
      "foo.al A 192.0.2.1",
      "@ MX 2 ent.al",
      "x.ent.al TXT x",
    ],
    said: [],
  },
  {
    why: "another encloser is closer",
    records: ["@ MX 1 foo.b.al", "*.al CNAME x.example.", "b.al TXT x"],
    said: [],
  },
  {
    why: "the wildcard has addresses",
    records: ["@ MX 1 foo.al", "*.al A 192.0.2.1", "b CNAME x"],
    said: [],
  },
])("$why: $records", ({ records, said }) => {
  expect(saidWhileBuilding(HEAD + records.map((record) => `      ${record}\n`).join(""))).toEqual(said);
});
