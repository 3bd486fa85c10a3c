/** SOA serials (RFC 1982): they rise if and only if the zone's content changes. */

const HALF = 2 ** 31;
const WHOLE = 2 ** 32;

/** Whether serial `a` comes after `b` in the circle of 32-bit numbers (RFC 1982 §3.2). */
export function isSerialAfter(a: number, b: number): boolean {
  const distance = (a - b + WHOLE) % WHOLE;
  return distance > 0 && distance < HALF;
}

/** The serial after a change: Unix time where that is a step up, one more than the last otherwise. */
export function nextSerial(previous: number, unixTime: number): number {
  const time = unixTime % WHOLE;
  return isSerialAfter(time, previous) ? time : (previous + 1) % WHOLE;
}

/** What was served of a zone before: its serial and the digest of its content. */
export interface ServedVersion {
  readonly serial: number;
  readonly digest: string;
}

/** The serial of a zone in this load. A zone that is new starts at Unix time. */
export function serialFor(previous: ServedVersion | undefined, digest: string, unixTime: number): number {
  if (previous === undefined) return unixTime % WHOLE;
  return previous.digest === digest ? previous.serial : nextSerial(previous.serial, unixTime);
}
