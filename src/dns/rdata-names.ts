/** Fields of RDATA that are domain names or addresses. */

import { formatIpv4, formatIpv6, parseIpv4, parseIpv6 } from "./address.ts";
import { nameFromWire, nameOrReason } from "./name.ts";
import { proven } from "./proven.ts";
import { ENDED, type Field, fixedEnd, type NameUse, wordField } from "./rdata-field.ts";

/** A domain name that may be compressed: of RFC 1035 types alone. */
export const compressibleName: Field = nameField("compressible");

/** A domain name that is never compressed. */
export const uncompressedName: Field = nameField("uncompressed");

function nameField(use: NameUse): Field {
  return wordField({
    wanted: "a domain name is wanted",
    parse: (token, { origin }) => {
      const name = nameOrReason(token.text, origin);
      return typeof name === "string" ? name : name.toBytes();
    },
    end: (rdata, start) => {
      const name = nameFromWire(rdata, start);
      return name && start + name.wire.length;
    },
    format: (octets) => proven(nameFromWire(octets), ENDED).toString(),
    name: use,
  });
}

/** An IPv4 address (RFC 1035 §3.4.1). */
export const ipv4: Field = wordField({
  wanted: "an IPv4 address in dotted form is wanted",
  parse: ({ text }) => parseIpv4(text),
  end: fixedEnd(4),
  format: formatIpv4,
});

/** An IPv6 address (RFC 3596 §2). */
export const ipv6: Field = wordField({
  wanted: "an IPv6 address is wanted",
  parse: ({ text }) => parseIpv6(text),
  end: fixedEnd(16),
  format: formatIpv6,
});
