/** Zones with something wrong in them, and what we say. test/interop/ compares it with kzonecheck and named-checkzone. */

export interface BrokenZone {
  readonly why: string;
  /** What stands in the zone a.test besides a SOA record, `NS ns` and the address of ns. */
  readonly records: readonly string[];
  /** Errors without their place; the line of the first is that of the record. */
  readonly said: readonly string[];
  /** The record at fault, counted from 0. */
  readonly at?: number;
  /** What kzonecheck and named-checkzone say that matters; `fine` where they let it pass without a word. */
  readonly kzonecheck: string;
  readonly named: string;
}

const serve = (what: string, fault: string) => `Cannot serve "${what}": ${fault}`;
const L63 = "a".repeat(63);
const noAddress = (target: string) =>
  `its target "${target}.a.test" lies in zone "a.test" and has no addresses; give its A or AAAA records`;
const isAlias = (type: string, rfc: string) =>
  `its target "al.a.test" is an alias (CNAME), and an ${type} target must never be one (${rfc})`;

export const BROKEN_ZONES: readonly BrokenZone[] = [
  {
    why: "a CNAME and other data",
    records: ["x A 192.0.2.1", "x CNAME ns"],
    said: [serve("x.a.test CNAME", "an alias stands alone, and the name has A records too")],
    at: 1,
    kzonecheck: "another record exists beside CNAME",
    named: "CNAME and other data",
  },
  {
    why: "two CNAMEs",
    records: ["x CNAME b", "x CNAME c"],
    said: [serve("x.a.test CNAME", "it has 2 records, one is allowed")],
    at: 1,
    kzonecheck: "multiple CNAME records",
    named: "multiple RRs of singleton type",
  },
  {
    why: "two SOA records",
    records: ["@ SOA ns hm 2 7200 900 1209600 300"],
    said: [serve("a.test SOA", "it has 2 records, one is allowed")],
    kzonecheck: "fine",
    named: "multiple RRs of singleton type",
  },
  {
    why: "a SOA record below the apex",
    records: ["x SOA ns hm 1 1 1 1 1"],
    said: [serve("x.a.test SOA", 'a SOA record belongs at the apex "a.test" alone')],
    kzonecheck: "fine",
    named: "SOA record not at top of zone",
  },
  {
    why: "data out of the zone",
    records: ["x.b.test. A 192.0.2.1"],
    said: ['Cannot serve the static record "x.b.test A": it lies outside of zone "a.test"'],
    kzonecheck: "fine",
    named: "ignoring out-of-zone data",
  },
  {
    why: "an NS target that is an alias",
    records: ["x NS al", "al CNAME ns"],
    said: [serve("x.a.test NS", isAlias("NS", "RFC 2181 §10.3"))],
    kzonecheck: "missing glue record",
    named: "is a CNAME (illegal)",
  },
  {
    why: "the same at the apex",
    records: ["@ NS al", "al CNAME ns"],
    said: [serve("a.test NS", isAlias("NS", "RFC 2181 §10.3"))],
    kzonecheck: "missing glue record",
    named: "is a CNAME (illegal)",
  },
  {
    why: "an MX target that is an alias",
    records: ["@ MX 1 al", "al CNAME ns"],
    said: [serve("a.test MX", isAlias("MX", "RFC 2181 §10.3"))],
    kzonecheck: "fine",
    named: "is a CNAME (illegal)",
  },
  {
    why: "an MX target that a wildcard makes an alias",
    records: ["x MX 1 foo.al", "*.al CNAME ns"],
    said: [
      serve(
        "x.a.test MX",
        'its target "foo.al.a.test" is an alias, as the wildcard "*.al.a.test CNAME" covers it, and an MX target must never be one (RFC 2181 §10.3)',
      ),
    ],
    kzonecheck: "fine",
    named: "is a CNAME (illegal)",
  },
  {
    why: "an MX target beside such a wildcard that is there itself",
    records: ["x MX 1 foo.al", "*.al CNAME ns", "foo.al A 192.0.2.1"],
    said: [],
    kzonecheck: "fine",
    named: "fine",
  },
  {
    why: "an SRV target that is an alias",
    records: ["_x._tcp SRV 0 0 1 al", "al CNAME ns"],
    said: [serve("_x._tcp.a.test SRV", isAlias("SRV", "RFC 2782"))],
    kzonecheck: "fine",
    named: "is a CNAME (illegal)",
  },
  {
    why: "an NS target below a DNAME",
    records: ["x NS ns.d", "d DNAME e"],
    said: [
      serve(
        "x.a.test NS",
        'its target "ns.d.a.test" lies below a DNAME, which makes it an alias, and an NS target must never be one (RFC 2181 §10.3)',
      ),
    ],
    kzonecheck: "missing glue record",
    named: "is below a DNAME",
  },
  {
    why: "no address of a name server at the apex",
    records: ["@ NS ns2"],
    said: [serve("a.test NS", noAddress("ns2"))],
    kzonecheck: "missing glue record",
    named: "has no address records",
  },
  {
    why: "no glue below a delegation",
    records: ["x NS ns.x"],
    said: [serve("x.a.test NS", noAddress("ns.x"))],
    kzonecheck: "missing glue record",
    named: "has no REQUIRED GLUE address records",
  },
  {
    why: "no glue beside a delegation",
    records: ["x NS ns9"],
    said: [serve("x.a.test NS", noAddress("ns9"))],
    kzonecheck: "missing glue record",
    named: "has no address records",
  },
  {
    why: "a name below another delegation that is there without addresses",
    records: ["x NS ns.y", "y NS ns.b.test.", "ns.y TXT a"],
    said: [serve("x.a.test NS", noAddress("ns.y"))],
    kzonecheck: "missing glue record",
    named: "has no SIBLING GLUE address records",
  },
  {
    why: "a name below another delegation",
    records: ["x NS ns.y", "y NS ns.b.test."],
    said: [],
    kzonecheck: "fine",
    named: "has no SIBLING GLUE address records",
  },
  {
    why: "glue by a wildcard",
    records: ["x NS ns.w", "*.w A 192.0.2.1"],
    said: [],
    kzonecheck: "fine",
    named: "fine",
  },
  {
    why: "a record below a DNAME",
    records: ["d DNAME e", "x.d A 192.0.2.1"],
    said: [serve("x.d.a.test A", 'it lies below the DNAME at "d.a.test" and can never be answered')],
    at: 1,
    kzonecheck: "child record exists under DNAME",
    named: "fine",
  },
  {
    why: "two DNAMEs",
    records: ["d DNAME e", "d DNAME f"],
    said: [serve("d.a.test DNAME", "it has 2 records, one is allowed")],
    at: 1,
    kzonecheck: "multiple DNAME records",
    named: "multiple RRs of singleton type",
  },
  {
    why: "a DNAME at a delegation",
    records: ["d DNAME e", "d NS ns"],
    said: [
      serve("d.a.test DNAME", "the name is delegated by NS records too, and only one of the two can hold"),
    ],
    kzonecheck: "NS record exists beside DNAME",
    named: "fine",
  },
  {
    why: "a CNAME and a DNAME",
    records: ["d CNAME f", "d DNAME e"],
    said: [serve("d.a.test CNAME", "an alias stands alone, and the name has DNAME records too")],
    kzonecheck: "another record exists beside CNAME",
    named: "CNAME and other data",
  },
  {
    why: "a label of 64 octets",
    records: [`a${L63} A 192.0.2.1`],
    said: [`Cannot read owner "a${L63}": its label "a${L63}" has 64 octets, 63 are allowed`],
    kzonecheck: "failed to run semantic checks",
    named: "label too long",
  },
  {
    why: "a name of more than 255 octets",
    records: [`${L63}.${L63}.${L63}.${L63} A 192.0.2.1`],
    said: [`Cannot read owner "${L63}.${"a".repeat(36)}…": it has 264 octets on the wire, 255 are allowed`],
    kzonecheck: "failed to run semantic checks",
    named: "ran out of space",
  },
  {
    why: "a TTL of more than 31 bits",
    records: ["x 2147483648 A 192.0.2.1"],
    said: ['Cannot read TTL "2147483648": seconds from 0 to 2147483647, or units as in 1h30m, are wanted'],
    kzonecheck: "fine",
    named: "> MAXTTL",
  },
  {
    why: "an empty label",
    records: ["x..y A 192.0.2.1"],
    said: ['Cannot read owner "x..y": it has an empty label'],
    kzonecheck: "failed to run semantic checks",
    named: "empty label",
  },
  {
    why: "another class",
    records: ["x CH A 192.0.2.1"],
    said: ['Cannot take a record of class "CH": class IN is wanted'],
    kzonecheck: "failed to run semantic checks",
    named: "class 'CH' != zone class 'IN'",
  },
  {
    why: "TTLs that differ in an RRset: a warning",
    records: ["x 60 A 192.0.2.1", "x 61 A 192.0.2.2"],
    said: [],
    kzonecheck: "fine",
    named: "TTL set to prior TTL (60)",
  },
  {
    why: "a record that is there twice: a warning",
    records: ["x A 192.0.2.1", "x A 192.0.2.1"],
    said: [],
    kzonecheck: "fine",
    named: "fine",
  },
  {
    why: "a record below a delegation: nobody sees it",
    records: ["x NS ns", "y.x A 192.0.2.1"],
    said: [],
    kzonecheck: "fine",
    named: "fine",
  },
  {
    why: "NS records of a wildcard (RFC 4592 §4.2)",
    records: ["*.x NS ns"],
    said: [],
    kzonecheck: "fine",
    named: "invalid NS owner name (wildcard)",
  },
];

const HEAD = ["$TTL 300", "@ SOA ns hm 1 7200 900 1209600 300", "@ NS ns", "ns A 192.0.2.53"];

/** The line of the record at fault. */
export function faultyLine({ at = 0 }: BrokenZone): number {
  return HEAD.length + 1 + at;
}

export function masterFile({ records }: Pick<BrokenZone, "records">): string {
  return `${[...HEAD, ...records].join("\n")}\n`;
}
