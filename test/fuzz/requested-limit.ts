/** How long a reply may be, read from a request apart from the server (RFC 1035 §4.2.1, RFC 6891 §6.2.3). */

const PLAIN_UDP = 512;
const HEADER_LENGTH = 12;
const OPT = 41;

/** The most octets for the reply to a request over UDP or TCP; `payloadSize` is what the server allows itself. */
export function requestedLimit(request: Uint8Array, isUdp: boolean, payloadSize: number): number {
  if (!isUdp) return 0xffff;
  return Math.max(PLAIN_UDP, Math.min(requestedSize(request) ?? PLAIN_UDP, payloadSize));
}

/** The payload size in the first OPT record; undefined where none can be reached. */
function requestedSize(request: Uint8Array): number | undefined {
  let at = HEADER_LENGTH;
  for (let left = u16(request, 4); left > 0; left--) at = nameEnd(request, at) + 4;
  for (let left = u16(request, 6) + u16(request, 8) + u16(request, 10); left > 0; left--) {
    if (at >= request.length) return undefined;
    const fixed = nameEnd(request, at);
    if (u16(request, fixed) === OPT) return u16(request, fixed + 2);
    at = fixed + 10 + u16(request, fixed + 8);
  }
  return undefined;
}

function nameEnd(octets: Uint8Array, start: number): number {
  let at = start;
  for (let length = octets[at] ?? 0; length > 0; length = octets[at] ?? 0) {
    if (length > 63) return at + 2;
    at += 1 + length;
  }
  return at + 1;
}

function u16(octets: Uint8Array, at: number): number {
  return ((octets[at] ?? 0) << 8) | (octets[at + 1] ?? 0);
}
