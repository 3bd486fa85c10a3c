/** The RDATA of LOC: a place on earth and how large and how well known it is (RFC 1876). */

import { octetAt } from "./octets.ts";
import { type Field, NO_OCTETS } from "./rdata-field.ts";
import type { RdataText } from "./rdata-text.ts";
import type { Token } from "./token.ts";
import { concatenate, unsignedAt, unsignedOctets } from "./wire.ts";

const LENGTH = 16;

/** The equator, and the meridian of Greenwich. */
const MIDDLE = 2 ** 31;

const DEGREE = 3_600_000;

/** Centimetres that the zero of altitudes lies below the WGS 84 spheroid. */
const LOWEST = 10_000_000;

/** Size, horizontal and vertical precision in centimetres where they are left out (RFC 1876 §3). */
const DEFAULT_EXTENTS = [100, 1_000_000, 1000] as const;

/** The greatest extent: 9 · 10⁹ centimetres. */
const WIDEST = 9e9;

/** One of the two angles: its words, its hemispheres and how far it goes. */
interface Angle {
  readonly noun: string;
  readonly positive: string;
  readonly negative: string;
  readonly mostDegrees: number;
}

const LATITUDE: Angle = { noun: "latitude", positive: "N", negative: "S", mostDegrees: 90 };
const LONGITUDE: Angle = { noun: "longitude", positive: "E", negative: "W", mostDegrees: 180 };

/** All of LOC: `42 21 54 N 71 06 18 W -24m 30m`, the RDATA in one field as its text is in another order. */
export const location: Field = {
  read: (text) => {
    const latitude = readAngle(text, LATITUDE);
    const longitude = latitude === undefined ? undefined : readAngle(text, LONGITUDE);
    if (latitude === undefined || longitude === undefined) {
      text.takeRest();
      return NO_OCTETS;
    }
    const altitude = readAltitude(text);
    const extents = DEFAULT_EXTENTS.map((standard) => readExtent(text, standard));
    const numbers = [latitude, longitude, altitude].map((value) => unsignedOctets(value, 4));
    return concatenate([Uint8Array.of(0, ...extents), ...numbers]);
  },
  end: (rdata, start) =>
    start + LENGTH === rdata.length && isLocation(rdata, start) ? rdata.length : undefined,
  format: (octets) => {
    const altitude = (unsignedAt(octets, 12, 4) - LOWEST) / 100;
    return [
      formatAngle(unsignedAt(octets, 4, 4), LATITUDE),
      formatAngle(unsignedAt(octets, 8, 4), LONGITUDE),
      `${altitude.toFixed(2)}m`,
      ...Array.from(octets.subarray(1, 4), formatExtent),
    ].join(" ");
  },
};

/** Degrees, then minutes and seconds if there are any, then the hemisphere in capitals; undefined where it is none. */
function readAngle(text: RdataText, angle: Angle): number | undefined {
  const wanted = `a ${angle.noun} as in "${angle.mostDegrees === 90 ? "42 21 54.1 N" : "71 6 18.2 W"}" is wanted`;
  const numbers: Token[] = [];
  for (let token = text.take(wanted); token !== undefined; token = text.take(wanted)) {
    const [degrees] = numbers;
    const isHemisphere = !token.quoted && (token.text === angle.positive || token.text === angle.negative);
    if (degrees !== undefined && isHemisphere) {
      const size = sizeOfAngle(numbers);
      if (size <= angle.mostDegrees * DEGREE) return MIDDLE + (token.text === angle.positive ? size : -size);
      text.report(degrees, wanted);
      return undefined;
    }
    if (token.quoted || PARTS_OF_ANGLE[numbers.length]?.test(token.text) !== true) {
      text.report(token, wanted);
      return undefined;
    }
    numbers.push(token);
  }
  return undefined;
}

/** Degrees, minutes, seconds; zeros in front and a point at the end are read by BIND and Knot, too. */
const PARTS_OF_ANGLE = [/^0*\d{1,3}$/, /^0*[0-5]?\d$/, /^0*[0-5]?\d(?:\.\d{0,3})?$/];

/** Thousandths of a second. */
function sizeOfAngle(numbers: readonly Token[]): number {
  const [degrees = 0, minutes = 0, seconds = 0] = numbers.map(({ text }) => Number(text));
  return degrees * DEGREE + minutes * 60_000 + Math.round(seconds * 1000);
}

function readAltitude(text: RdataText): number {
  const wanted = "an altitude from -100000.00m to 42849672.95m is wanted";
  const token = text.take(wanted);
  if (token === undefined) return LOWEST;
  const altitude = LOWEST + (centimetresOf(token, /^-?0*\d{1,8}(?:\.\d{0,2})?m?$/) ?? Number.NaN);
  if (altitude >= 0 && altitude < 2 ** 32) return altitude;
  text.report(token, wanted);
  return LOWEST;
}

/** A digit and a power of ten in one octet (RFC 1876 §2); what is not a digit and zeros is rounded down. */
function readExtent(text: RdataText, standard: number): number {
  const token = text.next;
  if (token === undefined) return octetOfExtent(standard);
  text.take("");
  const centimetres = centimetresOf(token, /^0*\d{1,8}(?:\.\d{0,2})?m?$/);
  if (centimetres !== undefined && centimetres <= WIDEST) return octetOfExtent(centimetres);
  text.report(token, "a size or precision from 0m to 90000000m is wanted");
  return 0;
}

function centimetresOf({ text, quoted }: Token, form: RegExp): number | undefined {
  return !quoted && form.test(text) ? Math.round(Number.parseFloat(text) * 100) : undefined;
}

function octetOfExtent(centimetres: number): number {
  const exponent = String(centimetres).length - 1;
  return (Math.floor(centimetres / 10 ** exponent) << 4) | exponent;
}

function formatExtent(octet: number): string {
  const metres = ((octet >> 4) * 10 ** (octet & 15)) / 100;
  return `${metres < 1 ? metres.toFixed(2) : metres}m`;
}

function formatAngle(value: number, { positive, negative }: Angle): string {
  const size = Math.abs(value - MIDDLE);
  const minutes = Math.floor((size % DEGREE) / 60_000);
  const seconds = ((size % 60_000) / 1000).toFixed(3);
  return `${Math.floor(size / DEGREE)} ${minutes} ${seconds} ${value < MIDDLE ? negative : positive}`;
}

/** Whether it is of another version than 0, whose layout nobody knows yet (RFC 1876 §2). */
export function isLaterLocation(rdata: Uint8Array): boolean {
  return rdata.length > 0 && rdata[0] !== 0;
}

/** Version 0, extents that have one form only, and angles of the globe. */
function isLocation(rdata: Uint8Array, start: number): boolean {
  const extents = rdata.subarray(start + 1, start + 4);
  return (
    octetAt(rdata, start) === 0 &&
    extents.every((octet) => octet === 0 || (octet >> 4 >= 1 && octet >> 4 <= 9 && (octet & 15) <= 9)) &&
    Math.abs(unsignedAt(rdata, start + 4, 4) - MIDDLE) <= LATITUDE.mostDegrees * DEGREE &&
    Math.abs(unsignedAt(rdata, start + 8, 4) - MIDDLE) <= LONGITUDE.mostDegrees * DEGREE
  );
}
