import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isDataType, TYPE, typeName } from "../../src/dns/codes.ts";
import { stringOf } from "../../src/dns/name.ts";
import {
  additionalTarget,
  formatGenericRdata,
  formatRdata,
  rdataParts,
  soaFields,
} from "../../src/dns/rdata.ts";
import { RDATA_TEXT } from "./arbitrary.ts";
import { goodValue, read } from "./presentation.ts";

const DATA_TYPES = Object.values(TYPE).filter(isDataType);
const anyType = fc.oneof(fc.constantFrom(...DATA_TYPES), fc.nat({ max: 0xffff }));

/** Types whose RDATA has no text of its own. */
const OPAQUE = new Set<number>([TYPE.NULL, TYPE.UINFO, TYPE.UID, TYPE.GID, TYPE.UNSPEC, TYPE.IPN]);

/** The octets of the parts one after the other. */
function joined(type: number, rdata: Uint8Array): string | undefined {
  const parts = rdataParts(type, rdata);
  return parts?.map((part) => (part.kind === "name" ? part.name.wire : stringOf(part.octets))).join("");
}

describe("RDATA of every type", () => {
  it("has an arbitrary here", () => {
    expect([...RDATA_TEXT.keys()].map(typeName)).toEqual(DATA_TYPES.map(typeName));
  });

  it.each(Array.from(RDATA_TEXT, ([type, text]) => ({ type, text, mnemonic: typeName(type) })))(
    "$mnemonic: text → wire → text → wire gives the same wire",
    ({ type, text, mnemonic }) => {
      const property = fc.property(text, (presentation) => {
        const rdata = goodValue(read(`${mnemonic} ${presentation}`));
        const formatted = formatRdata(type, rdata);
        const wire = stringOf(rdata);
        expect(stringOf(goodValue(read(`${mnemonic} ${formatted}`)))).toBe(wire);
        expect(stringOf(goodValue(read(`${mnemonic} ${formatGenericRdata(rdata)}`)))).toBe(wire);
        expect(formatted.startsWith("\\#")).toBe(OPAQUE.has(type)); // no way round by RFC 3597
        expect(joined(type, rdata)).toBe(wire);
      });
      fc.assert(property, { numRuns: 40 });
    },
  );
});

describe("any octets", () => {
  it("never throw as RDATA, and come back from text where they have the layout of their type", () => {
    const property = fc.property(anyType, fc.uint8Array({ maxLength: 60 }), (type, rdata) => {
      const text = formatRdata(type, rdata);
      const parts = joined(type, rdata);
      additionalTarget(type, rdata);
      soaFields(rdata);
      const result = read(`TYPE${type} ${text}`);
      expect(result.ok).toBe(parts !== undefined);
      if (result.ok) expect(result.value).toEqual(rdata);
      if (parts !== undefined) expect(parts).toBe(stringOf(rdata));
    });
    fc.assert(property, { numRuns: 3000 });
  });

  it("never throw where one octet of good RDATA is changed or cut off", () => {
    const property = fc.property(
      goodRdata,
      fc.nat(),
      fc.nat({ max: 255 }),
      fc.boolean(),
      (good, at, octet, cut) => {
        const rdata = good.rdata.slice(0, cut ? at % (good.rdata.length + 1) : good.rdata.length);
        if (!cut && rdata.length > 0) rdata[at % rdata.length] = octet;
        const result = read(`TYPE${good.type} ${formatRdata(good.type, rdata)}`);
        if (result.ok) expect(result.value).toEqual(rdata);
        expect(result.ok).toBe(rdataParts(good.type, rdata) !== undefined);
      },
    );
    fc.assert(property, { numRuns: 1000 });
  });

  it("never throw as text", () => {
    const property = fc.property(
      anyType,
      fc.uint8Array({ maxLength: 60 }).map((bytes) => stringOf(bytes)),
      (type, text) => {
        read(`TYPE${type} ${text}`);
        read(`TYPE${type} ${text.replaceAll(/[^ -~]/g, '\\0é"')}`);
      },
    );
    fc.assert(property, { numRuns: 1000 });
  });
});

const goodRdata = fc.constantFrom(...RDATA_TEXT.keys()).chain((type) =>
  (RDATA_TEXT.get(type) ?? fc.constant("")).map((text) => ({
    type,
    rdata: goodValue(read(`TYPE${type} ${text}`)),
  })),
);
