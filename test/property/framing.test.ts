/** However a TCP stream is cut, the same messages come out of it. */

import fc from "fast-check";
import { expect, test } from "vitest";
import { FrameReader } from "../../src/transport/framing.ts";

const messages = fc.array(fc.uint8Array({ minLength: 12, maxLength: 300 }), { maxLength: 12 });

function framed(all: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(all.flatMap((message) => [message.length >>> 8, message.length & 0xff, ...message]));
}

function chunksOf(stream: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = [...new Set([0, ...cuts.map((cut) => cut % (stream.length + 1)), stream.length])].sort(
    (a, b) => a - b,
  );
  return places.slice(1).map((end, index) => stream.slice(places[index], end));
}

test("any cut gives the same messages", () => {
  fc.assert(
    fc.property(messages, fc.array(fc.nat(4000), { maxLength: 40 }), (all, cuts) => {
      const reader = new FrameReader();
      const read: Uint8Array[] = [];
      for (const chunk of chunksOf(framed(all), cuts)) {
        expect(
          reader.read(
            chunk,
            (octets, offset, length) => read.push(octets.slice(offset, offset + length)) > 0,
          ),
        ).toBe("read");
      }
      expect(read).toEqual(all);
      expect(reader.isInsideMessage).toBe(false);
    }),
    { numRuns: 1000 },
  );
});

test("messages that are held back come out later, in order", () => {
  fc.assert(
    fc.property(
      messages,
      fc.array(fc.nat(4000), { maxLength: 10 }),
      fc.infiniteStream(fc.boolean()),
      (all, cuts, wishes) => {
        const reader = new FrameReader();
        const read: Uint8Array[] = [];
        const take = (octets: Uint8Array, offset: number, length: number): boolean => {
          read.push(octets.slice(offset, offset + length));
          return wishes.next().value === true;
        };
        for (const chunk of chunksOf(framed(all), cuts)) {
          for (let outcome = reader.read(chunk, take); outcome !== "read"; outcome = reader.resume(take))
            expect(outcome).toBe("held");
        }
        expect(read).toEqual(all);
      },
    ),
    { numRuns: 500 },
  );
});

test.each([0, 1, 11])("a message of %d octets breaks the stream, however it is cut", (length) => {
  const stream = Uint8Array.from([0, length, ...new Uint8Array(length)]);
  for (let cut = 0; cut < 2; cut++) {
    const reader = new FrameReader();
    const outcomes = chunksOf(stream, [cut]).map((chunk) => reader.read(chunk, () => true));
    expect(outcomes).toContain("broken");
  }
});
