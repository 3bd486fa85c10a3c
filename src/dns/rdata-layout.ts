/**
 * Which fields the RDATA of each type is made of. This table drives everything: text to wire, wire to text,
 * and where names stand.
 *
 * | RFC  | types                                                    |
 * |------|----------------------------------------------------------|
 * | 1035 | A NS MD MF CNAME SOA MB MG MR WKS PTR HINFO MINFO MX TXT |
 * | 1183 | RP AFSDB X25 ISDN RT                                     |
 * | 1348 | NSAP-PTR                                                 |
 * | 1706 | NSAP                                                     |
 * | 1712 | GPOS                                                     |
 * | 1876 | LOC                                                      |
 * | 2163 | PX                                                       |
 * | 2230 | KX                                                       |
 * | 2535 | SIG KEY NXT                                              |
 * | 2782 | SRV                                                      |
 * | 2874 | A6                                                       |
 * | 3123 | APL                                                      |
 * | 3403 | NAPTR                                                    |
 * | 3596 | AAAA                                                     |
 * | 4025 | IPSECKEY                                                 |
 * | 4034 | DS RRSIG NSEC DNSKEY                                     |
 * | 4255 | SSHFP                                                    |
 * | 4398 | CERT                                                     |
 * | 4431 | DLV                                                      |
 * | 4701 | DHCID                                                    |
 * | 5155 | NSEC3 NSEC3PARAM                                         |
 * | 6672 | DNAME                                                    |
 * | 6698 | TLSA                                                     |
 * | 6742 | NID L32 L64 LP                                           |
 * | 7043 | EUI48 EUI64                                              |
 * | 7208 | SPF                                                      |
 * | 7344 | CDS CDNSKEY                                              |
 * | 7477 | CSYNC                                                    |
 * | 7553 | URI                                                      |
 * | 7929 | OPENPGPKEY                                               |
 * | 8005 | HIP                                                      |
 * | 8162 | SMIMEA                                                   |
 * | 8659 | CAA                                                      |
 * | 8777 | AMTRELAY                                                 |
 * | 8976 | ZONEMD                                                   |
 * | 9460 | SVCB HTTPS                                               |
 * | 9606 | RESINFO                                                  |
 * | 9859 | DSYNC                                                    |
 * | 9886 | HHIT BRID                                                |
 *
 * EID, NIMLOC, ATMA, SINK, NINFO, RKEY, TALINK, AVC, DOA, WALLET, CLA and TA have no RFC: what IANA's registry
 * holds of them, as BIND reads it; CLA, which BIND does not know, is character strings.
 *
 * NULL (RFC 1035 §3.3.10), UINFO, UID, GID, UNSPEC, IPN and all other types have opaque RDATA (RFC 3597 §5).
 */

import { oldTypeBitmap, servicePorts, typeBitmap } from "./bitmap.ts";
import { TYPE } from "./codes.ts";
import { octetAt } from "./octets.ts";
import {
  atmAddress,
  base64OrDash,
  base64ToEnd,
  dashedHex,
  fourGroups,
  hashedOwner,
  hexToEnd,
  nsapAddress,
  salt,
} from "./rdata-encodings.ts";
import { anyNumberOf, type Field, oneOrMore, optional } from "./rdata-field.ts";
import { isLaterLocation, location } from "./rdata-location.ts";
import { compressibleName, ipv4, ipv6, uncompressedName } from "./rdata-names.ts";
import { recordType, seconds, time, unsigned } from "./rdata-numbers.ts";
import { hasUnknownFamily, prefixItem } from "./rdata-prefixes.ts";
import { addressSuffix, gateway, hostIdentity, relay } from "./rdata-relays.ts";
import { caaTag, characterString, digitString, textToEnd } from "./rdata-texts.ts";
import { serviceParameters } from "./service-parameters.ts";

/** The layout of one type's RDATA. */
export interface RdataLayout {
  readonly fields: readonly Field[];
  /** What is wrong between fields that are well formed each for itself. */
  readonly contradiction?: (rdata: Uint8Array) => string | undefined;
  /** Whether octets of no such fields are of a kind that may come to be known: served, and written in the form of RFC 3597. */
  readonly isOfUnknownKind?: (rdata: Uint8Array) => boolean;
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

/** Schemes of DSYNC (RFC 9859 §6.2). */
const SCHEMES = new Map(Object.entries({ NOTIFY: 1 }));

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

const SIGNATURE: RdataLayout = {
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
};

/** Protocols of KEY (RFC 2535 §3.1.3). */
const KEY_PROTOCOLS = new Map(Object.entries({ NONE: 0, TLS: 1, EMAIL: 2, DNSSEC: 3, IPSEC: 4, ALL: 255 }));

const OLD_KEY_RECORD: RdataLayout = {
  fields: [
    unsigned("flags", 2),
    unsigned("protocol", 1, KEY_PROTOCOLS),
    algorithm,
    optional(base64ToEnd("a public key")),
  ],
  contradiction: (rdata) => {
    const saysNoKey = octetAt(rdata, 0) >> 6 === 3; // RFC 2535 §3.1.2
    if (saysNoKey === (rdata.length === 4)) return undefined;
    return saysNoKey
      ? "no public key is wanted, as the flags say that there is none"
      : "a public key in base 64 is wanted";
  },
};

const BASE64: RdataLayout = { fields: [base64ToEnd("data")] };
const HEX: RdataLayout = { fields: [hexToEnd("data")] };
const TWO_NAMES: RdataLayout = { fields: [uncompressedName, uncompressedName] };
const PREFERENCE = unsigned("preference", 2);

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
  [TYPE.RP, TWO_NAMES],
  [TYPE.AFSDB, { fields: [unsigned("subtype", 2), uncompressedName], addressedName: 2 }],
  [TYPE.X25, { fields: [digitString] }],
  [TYPE.ISDN, { fields: [characterString, optional(characterString)] }],
  [TYPE.RT, { fields: [PREFERENCE, uncompressedName] }],
  [TYPE.NSAP, { fields: [nsapAddress] }],
  [TYPE["NSAP-PTR"], { fields: [uncompressedName] }],
  [TYPE.SIG, SIGNATURE],
  [TYPE.KEY, OLD_KEY_RECORD],
  [TYPE.PX, { fields: [PREFERENCE, uncompressedName, uncompressedName] }],
  [TYPE.GPOS, { fields: [characterString, characterString, characterString] }],
  [TYPE.AAAA, { fields: [ipv6] }],
  [TYPE.LOC, { fields: [location], isOfUnknownKind: isLaterLocation }],
  [TYPE.NXT, { fields: [uncompressedName, oldTypeBitmap] }],
  [TYPE.EID, HEX],
  [TYPE.NIMLOC, HEX],
  [
    TYPE.SRV,
    {
      fields: [unsigned("priority", 2), unsigned("weight", 2), unsigned("port", 2), uncompressedName],
      addressedName: 6,
    },
  ],
  [TYPE.ATMA, { fields: [atmAddress] }],
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
  [TYPE.A6, { fields: [addressSuffix] }],
  [TYPE.DNAME, { fields: [uncompressedName] }],
  [
    TYPE.SINK,
    {
      fields: [
        unsigned("meaning", 1),
        unsigned("coding", 1),
        unsigned("subcoding", 1),
        optional(base64ToEnd("data")),
      ],
    },
  ],
  [TYPE.APL, { fields: [anyNumberOf(prefixItem)], isOfUnknownKind: hasUnknownFamily }],
  [TYPE.DS, DELEGATION_SIGNER],
  [
    TYPE.SSHFP,
    {
      fields: [unsigned("algorithm", 1), unsigned("fingerprint type", 1), hexToEnd("a fingerprint")],
      contradiction: wrongDigestLength({ typeAt: 1, lengths: { 1: 20, 2: 32 } }),
    },
  ],
  [TYPE.IPSECKEY, { fields: [unsigned("precedence", 1), gateway, optional(base64ToEnd("a public key"))] }],
  [TYPE.RRSIG, SIGNATURE],
  [TYPE.NSEC, { fields: [uncompressedName, typeBitmap(1)] }],
  [TYPE.DNSKEY, KEY_RECORD],
  [TYPE.DHCID, BASE64],
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
  [TYPE.HIP, { fields: [hostIdentity, anyNumberOf(uncompressedName)] }],
  [TYPE.NINFO, STRINGS],
  [TYPE.RKEY, KEY_RECORD],
  [TYPE.TALINK, TWO_NAMES],
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
  [
    TYPE.DSYNC,
    { fields: [recordType, unsigned("scheme", 1, SCHEMES), unsigned("port", 2), uncompressedName] },
  ],
  [TYPE.HHIT, BASE64],
  [TYPE.BRID, BASE64],
  [TYPE.SPF, STRINGS],
  [TYPE.NID, { fields: [PREFERENCE, fourGroups] }],
  [TYPE.L32, { fields: [PREFERENCE, ipv4] }],
  [TYPE.L64, { fields: [PREFERENCE, fourGroups] }],
  [TYPE.LP, { fields: [PREFERENCE, uncompressedName] }],
  [TYPE.EUI48, { fields: [dashedHex(6)] }],
  [TYPE.EUI64, { fields: [dashedHex(8)] }],
  [TYPE.URI, { fields: [unsigned("priority", 2), unsigned("weight", 2), textToEnd("a URI", 1)] }],
  [TYPE.CAA, { fields: [unsigned("flags", 1), caaTag, textToEnd("a property value", 0)] }],
  [TYPE.AVC, STRINGS],
  [
    TYPE.DOA,
    {
      fields: [
        unsigned("enterprise", 4),
        unsigned("type", 4),
        unsigned("location", 1),
        characterString,
        base64OrDash("data"),
      ],
    },
  ],
  [TYPE.AMTRELAY, { fields: [unsigned("precedence", 1), relay] }],
  [TYPE.RESINFO, STRINGS],
  [TYPE.WALLET, STRINGS],
  [TYPE.CLA, STRINGS],
  [TYPE.TA, DELEGATION_SIGNER],
  [TYPE.DLV, DELEGATION_SIGNER],
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
