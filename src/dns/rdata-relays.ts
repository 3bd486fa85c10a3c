/** Fields of RDATA that lead to a host in one of several ways: IPSECKEY, AMTRELAY, HIP, and the halves of A6. */

import { formatIpv6 } from "./address.ts";
import { formatBase64, formatHex, parseBase64, parseHex } from "./base-encoding.ts";
import { octetAt } from "./octets.ts";
import { proven } from "./proven.ts";
import { encodedWord } from "./rdata-encodings.ts";
import { ENDED, type Field, NO_OCTETS, wordField } from "./rdata-field.ts";
import { ipv4, ipv6, uncompressedName } from "./rdata-names.ts";
import { numberBelow, unsigned } from "./rdata-numbers.ts";
import type { RdataText } from "./rdata-text.ts";
import { concatenate, unsignedAt, unsignedOctets } from "./wire.ts";

/** No host: a dot in text, no octets on the wire. */
const nobody: Field = wordField({
  wanted: 'a "." is wanted, as the type before it says that there is no host',
  parse: ({ text }) => (text === "." ? NO_OCTETS : undefined),
  end: (_, start) => start,
  format: () => ".",
});

/** A host by the number of the kind of it (RFC 4025 §2.3, RFC 8777 §4.2.3). */
const HOSTS: readonly Field[] = [nobody, ipv4, ipv6, uncompressedName];

const algorithm = unsigned("algorithm", 1);
const hostKind = numberBelow(HOSTS.length, "kind of host");

/** Gateway type, algorithm and gateway of IPSECKEY (RFC 4025 §2.1). */
export const gateway: Field = {
  read: (text) => {
    const kind = hostKind.read(text);
    const number = algorithm.read(text);
    return concatenate([kind, number, readHost(text, kind[0])]);
  },
  end: (rdata, start) => endOfHost(rdata, unsignedAt(rdata, start, 1), start + 2),
  format: (octets) =>
    `${octetAt(octets, 0)} ${octetAt(octets, 1)} ${formatHost(octetAt(octets, 0), octets.subarray(2))}`,
};

const discoveryOptional = numberBelow(2, "discovery optional bit");

/** The bit for optional discovery, the type of the relay and the relay of AMTRELAY (RFC 8777 §4.2). */
export const relay: Field = {
  read: (text) => {
    const [bit = 0] = discoveryOptional.read(text);
    const kind = hostKind.read(text);
    return concatenate([kind.map((number) => number | (bit << 7)), readHost(text, kind[0])]);
  },
  end: (rdata, start) => endOfHost(rdata, unsignedAt(rdata, start, 1) & 0x7f, start + 1),
  format: (octets) => {
    const first = octetAt(octets, 0);
    return `${first >> 7} ${first & 0x7f} ${formatHost(first & 0x7f, octets.subarray(1))}`;
  },
};

const identityTag = encodedWord("a host identity tag of 1 to 255 octets in hex is wanted", parseHex, 0xff);
const identityKey = encodedWord("a public key in base 64, in one word, is wanted", parseBase64, 0xffff);

/** Algorithm, host identity tag and public key of HIP; their lengths stand before them (RFC 8005 §5). */
export const hostIdentity: Field = {
  read: (text) => {
    const number = algorithm.read(text);
    const tag = identityTag.read(text);
    const key = identityKey.read(text);
    const lengths = [unsignedOctets(tag.length, 1), number, unsignedOctets(key.length, 2)];
    return concatenate([...lengths, tag, key]);
  },
  end: (rdata, start) => {
    const [tag, key] = [unsignedAt(rdata, start, 1), unsignedAt(rdata, start + 2, 2)];
    const end = start + 4 + tag + key;
    return tag > 0 && key > 0 && end <= rdata.length ? end : undefined;
  },
  format: (octets) => {
    const key = 4 + octetAt(octets, 0);
    return `${octetAt(octets, 1)} ${formatHex(octets.subarray(4, key))} ${formatBase64(octets.subarray(key))}`;
  },
};

const numberOfBits = numberBelow(129, "length of the prefix");

/** Length of the prefix, suffix of the address and name of the prefix of A6 (RFC 2874 §3.1); historic (RFC 6563). */
export const addressSuffix: Field = {
  read: (text) => {
    const [length = 128] = numberOfBits.read(text);
    const suffix = length === 128 ? NO_OCTETS : suffixOf(ipv6.read(text), length);
    const name = length === 0 ? NO_OCTETS : uncompressedName.read(text);
    return concatenate([Uint8Array.of(length), suffix, name]);
  },
  end: (rdata, start) => {
    const length = rdata[start] ?? 0xff;
    if (length > 128) return undefined;
    const at = start + 1 + suffixLength(length);
    const isPadded = length % 8 === 0 || unsignedAt(rdata, start + 1, 1) < 1 << (8 - (length % 8));
    if (at > rdata.length || !isPadded) return undefined;
    return length === 0 ? at : uncompressedName.end(rdata, at);
  },
  format: (octets) => {
    const length = octetAt(octets, 0);
    const name = 1 + suffixLength(length);
    const address = concatenate([new Uint8Array(17 - name), octets.subarray(1, name)]);
    const parts = [String(length)];
    if (length < 128) parts.push(formatIpv6(address));
    if (length > 0) parts.push(uncompressedName.format(octets.subarray(name)));
    return parts.join(" ");
  },
};

/** Octets that the bits behind the prefix take. */
function suffixLength(prefix: number): number {
  return 16 - (prefix >> 3);
}

/** The octets behind the prefix, its bits in the first of them 0, as BIND reads them. */
function suffixOf(address: Uint8Array, prefix: number): Uint8Array {
  return address
    .subarray(prefix >> 3)
    .map((octet, at) => (at === 0 ? octet & (0xff >> (prefix % 8)) : octet));
}

function readHost(text: RdataText, kind: number | undefined): Uint8Array {
  return HOSTS[kind ?? -1]?.read(text) ?? NO_OCTETS;
}

function endOfHost(rdata: Uint8Array, kind: number, start: number): number | undefined {
  return start > rdata.length ? undefined : HOSTS[kind]?.end(rdata, start);
}

function formatHost(kind: number, octets: Uint8Array): string {
  return proven(HOSTS[kind], ENDED).format(octets);
}
