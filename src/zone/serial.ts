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
  /** The last serial that may have stood for other content, where this one is not after it. */
  readonly doubtful?: number | undefined;
}

/** What a serial in this load is made from. */
export interface SerialSources {
  /** What was served before; undefined for a zone that is new. */
  readonly previous: ServedVersion | undefined;
  readonly digest: string;
  /** Seconds since 1970. */
  readonly unixTime: number;
  /** The serial in the zone's master file, where it has one. */
  readonly least?: number | undefined;
}

/**
 * The serial of a zone in this load. It stays while the content does, whatever the master file says; a new
 * zone or content starts at Unix time, or at the master file's serial where that is ahead.
 */
export function serialFor({ previous, digest, unixTime, least }: SerialSources): number {
  if (previous?.digest === digest) return previous.serial;
  const next = previous === undefined ? unixTime % WHOLE : nextSerial(previous.serial, unixTime);
  return least !== undefined && isSerialAfter(least, next) ? least : next;
}

/** The serial of a zone in this load, and what it is judged by. */
export interface SerialInDoubt extends Pick<SerialSources, "previous" | "digest"> {
  readonly serial: number;
}

/**
 * The last serial that may have stood for other content than it does now: no difference may be told from it, or
 * from one before it (RFC 1995 §4 takes a serial for a content). As a rule that is the one before this serial. A
 * fixed serial may stay while the content changes, or go back; and a zone that nobody remembers may have been
 * served with any serial before, one that was ahead of the clock included.
 */
export function doubtfulSerial({ previous, digest, serial }: SerialInDoubt): number {
  const before = (serial + WHOLE - 1) % WHOLE;
  if (previous === undefined) return serial;
  const { serial: last, doubtful = before } = previous;
  const stays = serial === last && digest === previous.digest;
  if (stays || isSerialAfter(serial, last)) return isSerialAfter(serial, doubtful) ? before : doubtful;
  return isSerialAfter(doubtful, last) ? doubtful : last;
}
