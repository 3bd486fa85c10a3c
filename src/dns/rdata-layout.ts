/**
 * Which fields the RDATA of each type is made of. This table drives everything: text to wire, wire to text,
 * and where names stand.
 *
 * | RFC  | types                                                    |
 * |------|----------------------------------------------------------|
 * | 1035 | A NS MD MF CNAME SOA MB MG MR WKS PTR HINFO MINFO MX TXT |
 * | 1183 | RP AFSDB                                                 |
 * | 2230 | KX                                                       |
 * | 2782 | SRV                                                      |
 * | 3403 | NAPTR                                                    |
 * | 3596 | AAAA                                                     |
 * | 4034 | DS RRSIG NSEC DNSKEY                                     |
 * | 4255 | SSHFP                                                    |
 * | 4398 | CERT                                                     |
 * | 5155 | NSEC3 NSEC3PARAM                                         |
 * | 6672 | DNAME                                                    |
 * | 6698 | TLSA                                                     |
 * | 7208 | SPF                                                      |
 * | 7344 | CDS CDNSKEY                                              |
 * | 7477 | CSYNC                                                    |
 * | 7553 | URI                                                      |
 * | 7929 | OPENPGPKEY                                               |
 * | 8162 | SMIMEA                                                   |
 * | 8659 | CAA                                                      |
 * | 8976 | ZONEMD                                                   |
 * | 9460 | SVCB HTTPS                                               |
 *
 * NULL (RFC 1035 §3.3.10) and all other types have opaque RDATA (RFC 3597 §5).
 */

import { servicePorts, typeBitmap } from "./bitmap.ts";
import { TYPE } from "./codes.ts";
import { octetAt } from "./octets.ts";
import { base64ToEnd, hashedOwner, hexToEnd, salt } from "./rdata-encodings.ts";
import { type Field, oneOrMore } from "./rdata-field.ts";
import { compressibleName, ipv4, ipv6, uncompressedName } from "./rdata-names.ts";
import { recordType, seconds, time, unsigned } from "./rdata-numbers.ts";
import { caaTag, characterString, textToEnd } from "./rdata-texts.ts";
import { serviceParameters } from "./service-parameters.ts";

/** The layout of one type's RDATA. */
export interface RdataLayout {
  readonly fields: readonly Field[];
  /** What is wrong between fields that are well formed each for itself. */
  readonly contradiction?: (rdata: Uint8Array) => string | undefined;
  /** Offset of the name whose addresses belong in the additional section. */
  readonly addressedName?: number;
}

/** DNSSEC algorithms (IANA "DNS Security Algorithm Numbers"). */
const ALGORITHMS = new Map(
  Object.entries({
    RSAMD5: 1,
    DH: 2,
    DSA: 3,
    RSASHA1: 5,
    "DSA-NSEC3-SHA1": 6,
    "RSASHA1-NSEC3-SHA1": 7,
    RSASHA256: 8,
    RSASHA512: 10,
    "ECC-GOST": 12,
    ECDSAP256SHA256: 13,
    ECDSAP384SHA384: 14,
    ED25519: 15,
    ED448: 16,
    INDIRECT: 252,
    PRIVATEDNS: 253,
    PRIVATEOID: 254,
  }),
);

/** Certificate types (RFC 4398 §2.1). */
const CERTIFICATE_TYPES = new Map(
  Object.entries({
    PKIX: 1,
    SPKI: 2,
    PGP: 3,
    IPKIX: 4,
    ISPKI: 5,
    IPGP: 6,
    ACPKIX: 7,
    IACPKIX: 8,
    URI: 253,
    OID: 254,
  }),
);

const PROTOCOLS = new Map(Object.entries({ ICMP: 1, TCP: 6, UDP: 17 }));

const algorithm = unsigned("algorithm", 1, ALGORITHMS);
const keyTag = unsigned("key tag", 2);

const ONE_NAME: RdataLayout = { fields: [compressibleName] };
const STRINGS: RdataLayout = { fields: [oneOrMore(characterString)] };
const PREFERENCE_AND_NAME: RdataLayout = {
  fields: [unsigned("preference", 2), uncompressedName],
  addressedName: 2,
};

const KEY_RECORD: RdataLayout = {
  fields: [unsigned("flags", 2), unsigned("protocol", 1), algorithm, base64ToEnd("a public key")],
};

const DELEGATION_SIGNER: RdataLayout = {
  fields: [keyTag, algorithm, unsigned("digest type", 1), hexToEnd("a digest")],
  contradiction: wrongDigestLength({ typeAt: 3, lengths: { 1: 20, 2: 32, 3: 32, 4: 48 } }),
};

const CERTIFICATE_ASSOCIATION: RdataLayout = {
  fields: [
    unsigned("certificate usage", 1),
    unsigned("selector", 1),
    unsigned("matching type", 1),
    hexToEnd("certificate association data"),
  ],
};

const SERVICE_BINDING: RdataLayout = {
  fields: [unsigned("priority", 2), uncompressedName, serviceParameters],
  addressedName: 2,
};

const LAYOUTS = new Map<number, RdataLayout>([
  [TYPE.A, { fields: [ipv4] }],
  [TYPE.NS, { ...ONE_NAME, addressedName: 0 }],
  [TYPE.MD, ONE_NAME],
  [TYPE.MF, ONE_NAME],
  [TYPE.CNAME, ONE_NAME],
  [
    TYPE.SOA,
    {
      fields: [
        compressibleName,
        compressibleName,
        unsigned("serial", 4),
        seconds("refresh"),
        seconds("retry"),
        seconds("expire"),
        seconds("minimum"),
      ],
    },
  ],
  [TYPE.MB, ONE_NAME],
  [TYPE.MG, ONE_NAME],
  [TYPE.MR, ONE_NAME],
  [TYPE.WKS, { fields: [ipv4, unsigned("protocol", 1, PROTOCOLS), servicePorts] }],
  [TYPE.PTR, ONE_NAME],
  [TYPE.HINFO, { fields: [characterString, characterString] }],
  [TYPE.MINFO, { fields: [compressibleName, compressibleName] }],
  [TYPE.MX, { fields: [unsigned("preference", 2), compressibleName], addressedName: 2 }],
  [TYPE.TXT, STRINGS],
  [TYPE.RP, { fields: [uncompressedName, uncompressedName] }],
  [TYPE.AFSDB, { fields: [unsigned("subtype", 2), uncompressedName], addressedName: 2 }],
  [TYPE.AAAA, { fields: [ipv6] }],
  [
    TYPE.SRV,
    {
      fields: [unsigned("priority", 2), unsigned("weight", 2), unsigned("port", 2), uncompressedName],
      addressedName: 6,
    },
  ],
  [
    TYPE.NAPTR,
    {
      fields: [
        unsigned("order", 2),
        unsigned("preference", 2),
        characterString,
        characterString,
        characterString,
        uncompressedName,
      ],
    },
  ],
  [TYPE.KX, PREFERENCE_AND_NAME],
  [
    TYPE.CERT,
    {
      fields: [
        unsigned("certificate type", 2, CERTIFICATE_TYPES),
        keyTag,
        algorithm,
        base64ToEnd("a certificate"),
      ],
    },
  ],
  [TYPE.DNAME, { fields: [uncompressedName] }],
  [TYPE.DS, DELEGATION_SIGNER],
  [
    TYPE.SSHFP,
    {
      fields: [unsigned("algorithm", 1), unsigned("fingerprint type", 1), hexToEnd("a fingerprint")],
      contradiction: wrongDigestLength({ typeAt: 1, lengths: { 1: 20, 2: 32 } }),
    },
  ],
  [
    TYPE.RRSIG,
    {
      fields: [
        recordType,
        algorithm,
        unsigned("number of labels", 1),
        unsigned("original TTL", 4),
        time("expiration"),
        time("inception"),
        keyTag,
        uncompressedName,
        base64ToEnd("a signature"),
      ],
    },
  ],
  [TYPE.NSEC, { fields: [uncompressedName, typeBitmap(1)] }],
  [TYPE.DNSKEY, KEY_RECORD],
  [
    TYPE.NSEC3,
    {
      fields: [
        unsigned("hash algorithm", 1),
        unsigned("flags", 1),
        unsigned("iterations", 2),
        salt,
        hashedOwner,
        typeBitmap(0),
      ],
    },
  ],
  [
    TYPE.NSEC3PARAM,
    { fields: [unsigned("hash algorithm", 1), unsigned("flags", 1), unsigned("iterations", 2), salt] },
  ],
  [TYPE.TLSA, CERTIFICATE_ASSOCIATION],
  [TYPE.SMIMEA, CERTIFICATE_ASSOCIATION],
  [TYPE.CDS, DELEGATION_SIGNER],
  [TYPE.CDNSKEY, KEY_RECORD],
  [TYPE.OPENPGPKEY, { fields: [base64ToEnd("a public key")] }],
  [TYPE.CSYNC, { fields: [unsigned("serial", 4), unsigned("flags", 2), typeBitmap(0)] }],
  [
    TYPE.ZONEMD,
    {
      fields: [
        unsigned("serial", 4),
        unsigned("scheme", 1),
        unsigned("hash algorithm", 1),
        hexToEnd("a digest", 12), // RFC 8976 §2.2.4
      ],
      contradiction: wrongDigestLength({ typeAt: 5, lengths: { 1: 48, 2: 64 } }),
    },
  ],
  [TYPE.SVCB, SERVICE_BINDING],
  [TYPE.HTTPS, SERVICE_BINDING],
  [TYPE.SPF, STRINGS],
  [TYPE.URI, { fields: [unsigned("priority", 2), unsigned("weight", 2), textToEnd("a URI", 1)] }],
  [TYPE.CAA, { fields: [unsigned("flags", 1), caaTag, textToEnd("a property value", 0)] }],
]);

/** The layout of a type; undefined where its RDATA is opaque. */
export function layoutOf(type: number): RdataLayout | undefined {
  return LAYOUTS.get(type);
}

/**
 * A digest behind the octet that says which kind it is, at `typeAt`: 20 octets of SHA-1, 32 of SHA-256 and so
 * on. NSD, Knot and BIND refuse other lengths or warn; kinds that are not listed may have any length.
 */
function wrongDigestLength(digest: {
  readonly typeAt: number;
  readonly lengths: Readonly<Record<number, number>>;
}): (rdata: Uint8Array) => string | undefined {
  return (rdata) => {
    const kind = octetAt(rdata, digest.typeAt);
    const length = rdata.length - digest.typeAt - 1;
    const wanted = digest.lengths[kind] ?? length;
    return wanted === length
      ? undefined
      : `${wanted} octets are wanted as digest of type ${kind}, ${length} are there`;
  };
}
