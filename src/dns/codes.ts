/**
 * The numbers of the DNS protocol and their mnemonics (IANA "Domain Name System (DNS) Parameters").
 */

export const OPCODE = { QUERY: 0, IQUERY: 1, STATUS: 2, NOTIFY: 4, UPDATE: 5, DSO: 6 } as const;

/** Response codes; values over 15 need an OPT or TSIG record to be carried (RFC 6891 §6.1.3, RFC 8945 §3), and 16 differs between the two. */
export const RCODE = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  YXDOMAIN: 6,
  NOTAUTH: 9,
  BADVERS: 16,
  BADSIG: 16,
  BADKEY: 17,
  BADTIME: 18,
  BADCOOKIE: 23,
} as const;

export const CLASS = { IN: 1, CH: 3, NONE: 254, ANY: 255 } as const;

/** Resource record types with a mnemonic of their own (IANA's registry); all others are written TYPEnnn (RFC 3597 §5). */
export const TYPE = {
  A: 1,
  NS: 2,
  MD: 3,
  MF: 4,
  CNAME: 5,
  SOA: 6,
  MB: 7,
  MG: 8,
  MR: 9,
  NULL: 10,
  WKS: 11,
  PTR: 12,
  HINFO: 13,
  MINFO: 14,
  MX: 15,
  TXT: 16,
  RP: 17,
  AFSDB: 18,
  X25: 19,
  ISDN: 20,
  RT: 21,
  NSAP: 22,
  "NSAP-PTR": 23,
  SIG: 24,
  KEY: 25,
  PX: 26,
  GPOS: 27,
  AAAA: 28,
  LOC: 29,
  NXT: 30,
  EID: 31,
  NIMLOC: 32,
  SRV: 33,
  ATMA: 34,
  NAPTR: 35,
  KX: 36,
  CERT: 37,
  A6: 38,
  DNAME: 39,
  SINK: 40,
  OPT: 41,
  APL: 42,
  DS: 43,
  SSHFP: 44,
  IPSECKEY: 45,
  RRSIG: 46,
  NSEC: 47,
  DNSKEY: 48,
  DHCID: 49,
  NSEC3: 50,
  NSEC3PARAM: 51,
  TLSA: 52,
  SMIMEA: 53,
  HIP: 55,
  NINFO: 56,
  RKEY: 57,
  TALINK: 58,
  CDS: 59,
  CDNSKEY: 60,
  OPENPGPKEY: 61,
  CSYNC: 62,
  ZONEMD: 63,
  SVCB: 64,
  HTTPS: 65,
  DSYNC: 66,
  HHIT: 67,
  BRID: 68,
  SPF: 99,
  UINFO: 100,
  UID: 101,
  GID: 102,
  UNSPEC: 103,
  NID: 104,
  L32: 105,
  L64: 106,
  LP: 107,
  EUI48: 108,
  EUI64: 109,
  NXNAME: 128,
  TKEY: 249,
  TSIG: 250,
  IXFR: 251,
  AXFR: 252,
  MAILB: 253,
  MAILA: 254,
  ANY: 255,
  URI: 256,
  CAA: 257,
  AVC: 258,
  DOA: 259,
  AMTRELAY: 260,
  RESINFO: 261,
  WALLET: 262,
  CLA: 263,
  IPN: 264,
  TA: 32_768,
  DLV: 32_769,
} as const;

/** Types whose mnemonic BIND, Knot or NSD does not read in zone files: TYPEnnn is what all three take. */
const SELDOM_KNOWN: ReadonlySet<number> = new Set([
  TYPE.MD,
  TYPE.MF,
  TYPE.MB,
  TYPE.MG,
  TYPE.MR,
  TYPE.NULL,
  TYPE.WKS,
  TYPE.X25,
  TYPE.ISDN,
  TYPE.NSAP,
  TYPE["NSAP-PTR"],
  TYPE.SIG,
  TYPE.KEY,
  TYPE.PX,
  TYPE.GPOS,
  TYPE.NXT,
  TYPE.EID,
  TYPE.NIMLOC,
  TYPE.ATMA,
  TYPE.A6,
  TYPE.SINK,
  TYPE.HIP,
  TYPE.NINFO,
  TYPE.RKEY,
  TYPE.TALINK,
  TYPE.DSYNC,
  TYPE.HHIT,
  TYPE.BRID,
  TYPE.UINFO,
  TYPE.UID,
  TYPE.GID,
  TYPE.UNSPEC,
  TYPE.AVC,
  TYPE.DOA,
  TYPE.AMTRELAY,
  TYPE.RESINFO,
  TYPE.WALLET,
  TYPE.CLA,
  TYPE.IPN,
  TYPE.TA,
  TYPE.DLV,
]);

/** EDNS option codes (RFC 6891 §6.1.2 registry). */
export const EDNS_OPTION = {
  NSID: 3,
  CLIENT_SUBNET: 8,
  EXPIRE: 9,
  COOKIE: 10,
  KEEPALIVE: 11,
  PADDING: 12,
  EDE: 15,
} as const;

/** Extended DNS error codes (RFC 8914 §4). */
export const EDE = { PROHIBITED: 18, NOT_AUTHORITATIVE: 20, NOT_SUPPORTED: 21, INVALID_DATA: 24 } as const;

const TYPE_NAMES = new Map<number, string>(Object.entries(TYPE).map(([name, code]) => [code, name]));
const TYPE_CODES = new Map<string, number>(Object.entries(TYPE));

/** The mnemonic of a type, or TYPEnnn. */
export function typeName(type: number): string {
  return TYPE_NAMES.get(type) ?? `TYPE${type}`;
}

/** A type as every name server reads it: TYPEnnn where the mnemonic is not known to all (RFC 3597 §5). */
export function portableTypeName(type: number): string {
  return SELDOM_KNOWN.has(type) ? `TYPE${type}` : typeName(type);
}

/** Of two names for one number the first: BADVERS of OPT, not BADSIG, which stands in a TSIG record alone. */
const RCODE_NAMES = new Map<number, string>(
  Object.entries(RCODE)
    .toReversed()
    .map(([name, code]) => [code, name]),
);

/** The mnemonic of an RCODE, or RCODEnn. */
export function rcodeName(rcode: number): string {
  return RCODE_NAMES.get(rcode) ?? `RCODE${rcode}`;
}

/** The type behind a mnemonic or TYPEnnn, whatever its case; undefined where there is none. */
export function typeFromName(text: string): number | undefined {
  if (!/^[A-Z0-9-]+$/i.test(text)) return undefined; // toUpperCase() would make "S" of "ſ"
  const upper = text.toUpperCase();
  const known = TYPE_CODES.get(upper);
  if (known !== undefined) return known;
  const generic = /^TYPE(\d{1,5})$/.exec(upper);
  const code = Number(generic?.[1] ?? Number.NaN);
  return code <= 0xffff ? code : undefined;
}

/** Whether a type can stand in a zone: not a question-only type and not a pseudo record (RFC 6895 §3.1). */
export function isDataType(type: number): boolean {
  return type !== 0 && type !== TYPE.OPT && (type < 128 || type > 255);
}
