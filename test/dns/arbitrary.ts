/** Random names and RDATA for the property tests. */

import fc from "fast-check";
import { TYPE, typeName } from "../../src/dns/codes.ts";
import { type DomainName, nameFromLabels, ROOT, stringOf } from "../../src/dns/name.ts";
import { goodValue } from "./presentation.ts";

const label = fc
  .oneof(
    { weight: 3, arbitrary: fc.stringMatching(/^[a-z0-9_-]{1,12}$/) },
    { weight: 2, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 10 }).map((bytes) => stringOf(bytes)) },
    { weight: 1, arbitrary: fc.uint8Array({ minLength: 60, maxLength: 63 }).map((bytes) => stringOf(bytes)) },
  )
  .filter((text) => text.length > 0);

/** Names of 0 to 3 labels of any octets. */
export const anyName: fc.Arbitrary<DomainName> = fc
  .array(label, { maxLength: 3 })
  .map((labels) => goodValue(nameFromLabels(labels, ROOT)));

/** Text of any UTF-16 code units, lone surrogates among them. */
export const anyText: fc.Arbitrary<string> = fc
  .array(fc.oneof(fc.nat({ max: 0x7f }), fc.nat({ max: 0xffff })), { maxLength: 40 })
  .map((codes) => String.fromCharCode(...codes));

const nameText = fc.oneof(anyName.map(String), fc.constantFrom("@", "www", "a.b"));
const octet = fc.nat({ max: 0xff }).map(String);
const word16 = fc.nat({ max: 0xffff }).map(String);
const word32 = fc.nat({ max: 0xffffffff }).map(String);
const span = fc.oneof(word32, fc.constantFrom("1h30m", "2W", "0s"));
const ipv4 = fc.ipV4();
const ipv6 = fc.ipV6();

/** Text of any octets as a quoted string, each octet in one of the ways to write it. */
function quoted(maxLength: number, minLength = 0): fc.Arbitrary<string> {
  return fc
    .uint8Array({ minLength, maxLength })
    .map((bytes) => `"${Array.from(bytes, escapeOctet).join("")}"`);
}

function escapeOctet(code: number): string {
  const character = String.fromCharCode(code);
  if (/[A-Za-z ;()]/.test(character)) return character;
  return /["\\.$@]/.test(character) ? `\\${character}` : `\\${String(code).padStart(3, "0")}`;
}

const string = fc.oneof(quoted(40), quoted(255, 250), fc.stringMatching(/^[A-Za-z0-9=:+-]{1,20}$/));

function hexOf(minLength: number, maxLength: number): fc.Arbitrary<string> {
  return fc.uint8Array({ minLength, maxLength }).map((bytes) => Buffer.from(bytes).toString("hex"));
}

const base64 = fc
  .uint8Array({ minLength: 1, maxLength: 60 })
  .map((bytes) => Buffer.from(bytes).toString("base64"));
const types = fc.array(fc.integer({ min: 1, max: 0xffff }).map(typeName), { minLength: 1, maxLength: 12 });
const algorithm = fc.oneof(octet, fc.constantFrom("ECDSAP256SHA256", "ed25519", "RSASHA1-NSEC3-SHA1"));
const timeText = fc.oneof(word32, fc.constantFrom("20240229120000", "19700101000000", "21060207062815"));
const salt = fc.oneof(fc.constant("-"), hexOf(1, 255));
const hash = fc.stringMatching(/^[0-9A-Va-v]{32}$/);

/** RDATA of these fields with blanks between. */
function fields(...parts: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> {
  return fc.tuple(...parts).map((texts) => texts.filter((text) => text !== "").join(" "));
}

function words(...parts: readonly string[]): fc.Arbitrary<string> {
  return fc.constantFrom(...parts);
}

const digest = fc.oneof(
  fields(words("1"), hexOf(20, 20)),
  fields(words("2"), hexOf(32, 32)),
  fields(words("200"), hexOf(1, 70)),
);

const zoneDigest = fc.oneof(
  fields(words("1"), hexOf(48, 48)),
  fields(words("2"), hexOf(64, 64)),
  fields(words("200"), hexOf(12, 70)),
);

/** Different parameters in any order. */
const parameters = fc
  .record(
    {
      alpn: fc
        .array(fc.stringMatching(/^[a-z0-9/]{1,8}$/), { minLength: 1, maxLength: 3 })
        .map((protocols) => `alpn="${protocols.join(",")}\\\\,\\\\\\\\"`),
      port: word16.map((port) => `port=${port}`),
      ipv4hint: fc.array(ipv4, { minLength: 1, maxLength: 3 }).map((hints) => `ipv4hint=${hints.join(",")}`),
      ipv6hint: fc
        .array(ipv6, { minLength: 1, maxLength: 3 })
        .map((hints) => `ipv6hint="${hints.join(",")}"`),
      ech: base64.map((list) => `ech=${list}`),
      dohpath: fc.constant('dohpath="/dns-query{?dns}"'),
      opaque: quoted(40).map((value) => `key65280=${value}`),
      bare: fc.constant("key300"),
    },
    { requiredKeys: [] },
  )
  .map((chosen) =>
    [...Object.values(chosen), ...("port" in chosen ? ["mandatory=port"] : [])].reverse().join(" "),
  );

const key = fields(word16, octet, algorithm, base64);
const delegationSigner = fields(word16, algorithm, digest);
const association = fields(octet, octet, octet, hexOf(1, 60));
const serviceBinding = fields(word16, nameText, parameters);
const strings = fc.array(string, { minLength: 1, maxLength: 4 }).map((texts) => texts.join(" "));
const typeList = types.map((names) => names.join(" "));
const typeListOrNone = fc.oneof(typeList, fc.constant(""));

const opaque = hexOf(0, 40).map((digits) => `\\# ${digits.length / 2} ${digits}`);
const hexWords = hexOf(1, 40);
const optionalBase64 = fc.oneof(base64, fc.constant(""));
const signature = fields(
  fc.integer({ min: 1, max: 0xffff }).map((type) => `TYPE${type}`),
  algorithm,
  octet,
  word32,
  timeText,
  timeText,
  word16,
  nameText,
  base64,
);

function angle(most: number, ...hemispheres: readonly string[]): fc.Arbitrary<string> {
  const below60 = fc.nat({ max: 59 }).map(String);
  const seconds = fc.nat({ max: 59_999 }).map((thousandths) => (thousandths / 1000).toFixed(3));
  return fields(
    fc.nat({ max: most - 1 }).map(String),
    fc.oneof(words(""), below60, fields(below60, below60), fields(below60, seconds)),
    words(...hemispheres),
  );
}

const metres = fc.integer({ min: -10_000_000, max: 2 ** 31 }).map((value) => `${(value / 100).toFixed(2)}m`);
const extent = fc.nat({ max: 9_000_000_000 }).map((value) => (value / 100).toFixed(2));
const extents = fc.array(extent, { maxLength: 3 }).map((texts) => texts.join(" "));
const prefix = fc.oneof(
  fields(
    words("1:", "!1:"),
    ipv4,
    fc.nat({ max: 32 }).map((bits) => `/${bits}`),
  ),
  fields(
    words("2:", "!2:"),
    ipv6,
    fc.nat({ max: 128 }).map((bits) => `/${bits}`),
  ),
);
const prefixes = fc
  .array(prefix, { maxLength: 4 })
  .map((texts) => texts.map((text) => text.replaceAll(" ", "")).join(" "));

function host(between: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.oneof(
    fields(words("0"), between, words(".")),
    fields(words("1"), between, ipv4),
    fields(words("2"), between, ipv6),
    fields(words("3"), between, nameText),
  );
}

const addressSuffix = fc.oneof(
  fields(words("0"), ipv6),
  fields(words("128"), nameText),
  fields(fc.integer({ min: 1, max: 127 }).map(String), ipv6, nameText),
);
const groups = fc
  .array(
    hexOf(2, 2).map((digits) => digits.replace(/^0{0,3}/, "")),
    { minLength: 4, maxLength: 4 },
  )
  .map((four) => four.join(":"));

function dashed(width: number): fc.Arbitrary<string> {
  return hexOf(width, width).map((digits) => digits.replaceAll(/..(?!$)/g, "$&-"));
}

const hostNames = fc.array(nameText, { maxLength: 3 }).map((names) => names.join(" "));
const oldTypes = fc
  .array(fc.integer({ min: 1, max: 127 }).map(typeName), { maxLength: 5 })
  .map((names) => names.join(" "));
const oldKey = fc.oneof(
  fields(words("49152"), octet, algorithm),
  fields(words("256"), words("DNSSEC"), algorithm, base64),
);

/** RDATA in presentation format for every type that has a layout, in all the ways in which it may be written. */
export const RDATA_TEXT: ReadonlyMap<number, fc.Arbitrary<string>> = new Map([
  [TYPE.A, ipv4],
  [TYPE.NS, nameText],
  [TYPE.MD, nameText],
  [TYPE.MF, nameText],
  [TYPE.CNAME, nameText],
  [TYPE.SOA, fields(nameText, nameText, word32, span, span, span, span)],
  [TYPE.MB, nameText],
  [TYPE.MG, nameText],
  [TYPE.MR, nameText],
  [TYPE.NULL, opaque],
  [TYPE.WKS, fields(ipv4, fc.oneof(octet, words("tcp", "UDP")), fields(words("", "smtp"), word16, word16))],
  [TYPE.PTR, nameText],
  [TYPE.HINFO, fields(string, string)],
  [TYPE.MINFO, fields(nameText, nameText)],
  [TYPE.MX, fields(word16, nameText)],
  [TYPE.TXT, strings],
  [TYPE.RP, fields(nameText, nameText)],
  [TYPE.AFSDB, fields(word16, nameText)],
  [TYPE.X25, fc.stringMatching(/^[0-9]{4,20}$/)],
  [TYPE.ISDN, fc.oneof(string, fields(string, string))],
  [TYPE.RT, fields(word16, nameText)],
  [TYPE.NSAP, hexWords.map((digits) => `0x${digits}.`)],
  [TYPE["NSAP-PTR"], nameText],
  [TYPE.SIG, signature],
  [TYPE.KEY, oldKey],
  [TYPE.PX, fields(word16, nameText, nameText)],
  [TYPE.GPOS, fields(string, string, string)],
  [TYPE.AAAA, ipv6],
  [TYPE.LOC, fields(angle(90, "N", "S"), angle(180, "E", "W"), metres, extents)],
  [TYPE.NXT, fields(nameText, oldTypes)],
  [TYPE.EID, hexWords],
  [TYPE.NIMLOC, hexWords],
  [TYPE.SRV, fields(word16, word16, word16, nameText)],
  [TYPE.ATMA, fc.oneof(hexWords, fc.stringMatching(/^[+][0-9]{1,15}$/))],
  [TYPE.NAPTR, fields(word16, word16, string, string, string, nameText)],
  [TYPE.KX, fields(word16, nameText)],
  [TYPE.CERT, fields(fc.oneof(word16, words("PKIX", "pgp")), word16, algorithm, base64)],
  [TYPE.A6, addressSuffix],
  [TYPE.DNAME, nameText],
  [TYPE.SINK, fields(octet, octet, octet, optionalBase64)],
  [TYPE.APL, prefixes],
  [TYPE.DS, delegationSigner],
  [TYPE.SSHFP, fields(octet, digest)],
  [TYPE.IPSECKEY, fields(octet, host(octet), optionalBase64)],
  [TYPE.RRSIG, signature],
  [TYPE.NSEC, fields(nameText, typeList)],
  [TYPE.DNSKEY, key],
  [TYPE.DHCID, base64],
  [TYPE.NSEC3, fields(octet, octet, word16, salt, hash, typeListOrNone)],
  [TYPE.NSEC3PARAM, fields(octet, octet, word16, salt)],
  [TYPE.TLSA, association],
  [TYPE.SMIMEA, association],
  [TYPE.HIP, fields(octet, hexWords, base64, hostNames)],
  [TYPE.NINFO, strings],
  [TYPE.RKEY, key],
  [TYPE.TALINK, fields(nameText, nameText)],
  [TYPE.CDS, delegationSigner],
  [TYPE.CDNSKEY, key],
  [TYPE.OPENPGPKEY, base64],
  [TYPE.CSYNC, fields(word32, word16, typeListOrNone)],
  [TYPE.ZONEMD, fields(word32, octet, zoneDigest)],
  [TYPE.SVCB, serviceBinding],
  [TYPE.HTTPS, serviceBinding],
  [TYPE.DSYNC, fields(words("CDS", "TYPE65280"), words("NOTIFY", "1", "255"), word16, nameText)],
  [TYPE.HHIT, base64],
  [TYPE.BRID, base64],
  [TYPE.SPF, strings],
  [TYPE.UINFO, opaque],
  [TYPE.UID, opaque],
  [TYPE.GID, opaque],
  [TYPE.UNSPEC, opaque],
  [TYPE.NID, fields(word16, groups)],
  [TYPE.L32, fields(word16, ipv4)],
  [TYPE.L64, fields(word16, groups)],
  [TYPE.LP, fields(word16, nameText)],
  [TYPE.EUI48, dashed(6)],
  [TYPE.EUI64, dashed(8)],
  [TYPE.URI, fields(word16, word16, quoted(300, 1))],
  [TYPE.CAA, fields(octet, fc.stringMatching(/^[A-Za-z0-9]{1,15}$/), quoted(300))],
  [TYPE.AVC, strings],
  [TYPE.DOA, fields(word32, word32, octet, string, fc.oneof(base64, words("-")))],
  [TYPE.AMTRELAY, fields(octet, words("0", "1"), host(fc.constant("")))],
  [TYPE.RESINFO, strings],
  [TYPE.WALLET, strings],
  [TYPE.CLA, strings],
  [TYPE.IPN, opaque],
  [TYPE.TA, delegationSigner],
  [TYPE.DLV, delegationSigner],
]);
