/** The queue of replies that leave later: its order, its bounds, and what is let go. */

import fc from "fast-check";
import { expect, test } from "vitest";
import { LateQueue, sendReleased, type Waiting } from "../../src/transport/late-queue.ts";

interface Numbered {
  readonly number: number;
  readonly octets: Uint8Array;
  readonly hold: { isOver: boolean };
}

function reply(number: number, length = 1): Numbered {
  return { number, octets: new Uint8Array(length), hold: { isOver: false } };
}

function queueOf(limits?: { readonly replies: number; readonly octets: number }) {
  const sent: number[] = [];
  const queue = new LateQueue<Numbered>(({ number }) => sent.push(number), limits);
  return { queue, sent };
}

test("sends what is due, the earliest first, whatever was removed in between", () => {
  const entry = fc.record({ due: fc.nat(50), isRemoved: fc.boolean() });
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 60 }), fc.nat(50), (entries, now) => {
      const { queue, sent } = queueOf();
      const places = entries.map(({ due }) => queue.add(due, reply(due)));
      entries.forEach(({ isRemoved }, index) => {
        const place = places[index];
        if (isRemoved && place !== undefined) queue.remove(place);
      });
      const left = entries.filter(({ isRemoved }) => !isRemoved).map(({ due }) => due);
      const inOrder = left.toSorted((one, other) => one - other);
      expect(queue.next).toBe(inOrder[0]);
      queue.sendDue(now);
      expect(sent).toEqual(inOrder.filter((due) => due <= now));
      queue.sendDue(50);
      expect(sent).toEqual(inOrder);
      expect(queue.next).toBe(undefined);
    }),
  );
});

test("takes so many replies, and so many octets, and again when some have left", () => {
  const { queue, sent } = queueOf({ replies: 3, octets: 100 });
  const places = [1, 2, 3, 4].map((number) => queue.add(number, reply(number)));
  expect(places.map((place) => place !== undefined)).toEqual([true, true, true, false]);
  queue.sendDue(2);
  expect(queue.add(9, reply(9, 100))).toBe(undefined);
  expect(queue.add(9, reply(9, 99))).toBeDefined();
  queue.sendDue(9);
  expect(sent).toEqual([1, 2, 3, 9]);
});

test("what was removed, or sent, or cleared makes place once", () => {
  const { queue } = queueOf({ replies: 1, octets: 1 });
  const add = (): Waiting<Numbered> | undefined => queue.add(1, reply(1));
  for (const end of [
    (place: Waiting<Numbered>) => queue.remove(place),
    () => queue.sendDue(1),
    () => queue.clear(),
  ]) {
    const place = add();
    expect(add()).toBe(undefined);
    if (place === undefined) throw new Error("there was no place");
    end(place);
    queue.remove(place);
  }
  expect(add()).toBeDefined();
});

test("sendReleased() sends what nothing holds back any more, and leaves the rest", () => {
  const { queue, sent } = queueOf();
  const replies = [5, 3, 4, 1].map((number) => reply(number));
  for (const one of replies) queue.add(one.number, one);
  for (const one of replies) one.hold.isOver = one.number !== 3;
  sendReleased();
  expect(sent).toEqual([1, 4, 5]);
  queue.sendDue(9);
  expect(sent).toEqual([1, 4, 5, 3]);
});
