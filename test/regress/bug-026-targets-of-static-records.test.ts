/** Name servers without glue, MX, NS and SRV records that lead to an alias, and RRsets that fit no message were served. */

import { expect, test } from "vitest";
import { saidWhileBuilding } from "./given.ts";

const HEAD = "zones:\n  b.test: { records: mail CNAME www }\n  a.test:\n    records: |\n";

test.each([
  {
    why: "glue below the delegation",
    records: ["x NS ns.x"],
    said: [
      '5:7 error: Cannot serve "x.a.test NS": its target "ns.x.a.test" lies in zone "a.test" and has no addresses; give its A or AAAA records',
    ],
  },
  {
    why: "glue beside the delegation",
    records: ["x NS ns.b.test.", "x NS ns"],
    said: [
      '6:7 error: Cannot serve "x.a.test NS": its target "ns.a.test" lies in zone "a.test" and has no addresses; give its A or AAAA records',
    ],
  },
  {
    why: "below another delegation, nobody here knows them",
    records: ["x NS ns.y", "y NS ns.b.test."],
    said: [],
  },
  { why: "a wildcard gives them", records: ["x NS ns.w", "*.w A 192.0.2.1"], said: [] },
  {
    why: "at the apex",
    records: ["@ NS ns"],
    said: [
      '5:7 error: Cannot serve "a.test NS": its target "ns.a.test" lies in zone "a.test" and has no addresses; give its A or AAAA records',
    ],
  },
  {
    why: "an MX that is an alias",
    records: ["@ MX 10 ok.test.", "@ MX 10 mail", "mail CNAME www"],
    said: [
      '6:7 error: Cannot serve "a.test MX": its target "mail.a.test" is an alias (CNAME), and an MX target must never be one (RFC 2181 §10.3)',
    ],
  },
  {
    why: "in another zone of ours",
    records: ["@ MX 10 mail.b.test."],
    said: [
      '5:7 error: Cannot serve "a.test MX": its target "mail.b.test" is an alias (CNAME), and an MX target must never be one (RFC 2181 §10.3)',
    ],
  },
  {
    why: "an NS that is an alias",
    records: ["x NS ns", "ns CNAME www"],
    said: [
      '5:7 error: Cannot serve "x.a.test NS": its target "ns.a.test" is an alias (CNAME), and an NS target must never be one (RFC 2181 §10.3)',
    ],
  },
  {
    why: "an SRV that is an alias",
    records: ["_x._tcp SRV 0 0 1 h", "h CNAME www"],
    said: [
      '5:7 error: Cannot serve "_x._tcp.a.test SRV": its target "h.a.test" is an alias (CNAME), and an SRV target must never be one (RFC 2782)',
    ],
  },
  {
    why: "an SRV below a DNAME",
    records: ["_x._tcp SRV 0 0 1 h.d", "d DNAME e"],
    said: [
      '5:7 error: Cannot serve "_x._tcp.a.test SRV": its target "h.d.a.test" lies below a DNAME, which makes it an alias, and an SRV target must never be one (RFC 2782)',
    ],
  },
])("$why: $records", ({ records, said }) => {
  expect(saidWhileBuilding(HEAD + records.map((record) => `      ${record}\n`).join(""))).toEqual(said);
});

test("an RRset that fits no message", () => {
  const record = (index: number) => `      x TXT "${String(index).padStart(200, "0")}"\n`;
  const records = (count: number) => Array.from({ length: count }, (_, index) => record(index)).join("");
  // 12 octets of header, "x.a.test" and 4 of question, 12 + 201 for each record, 11 of OPT
  expect(saidWhileBuilding(HEAD + records(307))).toEqual([]);
  expect(saidWhileBuilding(HEAD + records(308))).toEqual([
    '5:7 error: Cannot serve "x.a.test TXT": an answer with all its 308 records has up to 65641 octets, and 65535 are the most that a message holds',
  ]);
});
