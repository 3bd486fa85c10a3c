/** A change waited for the answer to the NOTIFY before it, up to a minute. */

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { groupOfOne } from "../../src/dns/rrset.ts";
import { policyOf } from "../../src/transfer/keyed-responder.ts";
import { Notifier } from "../../src/transfer/notifier.ts";
import { compile } from "../../src/zone/compile.ts";
import { decodeMessage } from "../conformance/decoder.ts";
import { expectValue, nameOf, zoneOf } from "../conformance/harness.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const ZONE = zoneOf("alpha.test.", "@ SOA ns hostmaster 1 3600 600 86400 300\n@ NS ns.elsewhere.example.\n");
const POLICY = '{"keys":[],"allow":[],"notify":[{"address":"192.0.2.53","port":53}],"zones":[]}';

function snapshotWith(serial: number) {
  return expectValue(compile([groupOfOne(ZONE)], { serialOf: () => serial, policyText: POLICY })).snapshot;
}

function telling() {
  let inForce = snapshotWith(1);
  const sent: { readonly octets: Uint8Array; readonly at: number }[] = [];
  const unanswered: string[] = [];
  let receive: (octets: Uint8Array) => void = () => {};
  const notifier = new Notifier({
    open: (_, onMessage) => {
      receive = onMessage;
      return { send: (octets) => void sent.push({ octets, at: Date.now() }), close: () => {} };
    },
    snapshot: () => inForce,
    now: Date.now,
    onAnswered: () => {},
    onUnanswered: (_, zone) => void unanswered.push(zone),
  });
  notifier.follow(policyOf(inForce));
  const start = Date.now();
  return {
    notifier,
    unanswered,
    change: (serial: number) => {
      inForce = snapshotWith(serial);
      notifier.changed(nameOf("alpha.test."));
    },
    answer: (index: number) => {
      const reply = Uint8Array.from(sent[index]?.octets ?? []);
      reply[2] = (reply[2] ?? 0) | 0x80;
      receive(reply);
    },
    /** Serials and milliseconds from the start. */
    told: () =>
      sent.map(({ octets, at }) => [Number(decodeMessage(octets).answer[0]?.split(" ")[5]), at - start]),
  };
}

test("a change is told at once, with all its retries, though the one before is unanswered", () => {
  const { notifier, change, told, unanswered } = telling();
  change(1);
  vi.advanceTimersByTime(30_000); // 0, 1, 3, 8, 23 s; the next would be the end of it at 83 s
  change(2);
  vi.advanceTimersByTime(0);
  expect(told().at(-1)).toEqual([2, 30_000]);
  vi.advanceTimersByTime(82_999);
  expect(told().slice(5)).toEqual([30, 31, 33, 38, 53].map((second) => [2, second * 1000]));
  expect(unanswered).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(unanswered).toEqual(["alpha.test."]);
  notifier.close();
});

test("changes one after the other are told once a second", () => {
  const { notifier, change, told } = telling();
  change(1);
  for (const serial of [2, 3, 4]) {
    vi.advanceTimersByTime(100);
    change(serial);
  }
  expect(told()).toEqual([[1, 0]]);
  vi.advanceTimersByTime(700);
  expect(told()).toEqual([
    [1, 0],
    [4, 1000],
  ]);
  notifier.close();
});

test("a late answer to what was told before is none to the change", () => {
  const { notifier, change, answer, told } = telling();
  change(1);
  vi.advanceTimersByTime(900);
  change(2);
  vi.advanceTimersByTime(100);
  answer(0);
  vi.advanceTimersByTime(1_000);
  expect(told().slice(1)).toEqual([
    [2, 1000],
    [2, 2000],
  ]);
  answer(1);
  vi.advanceTimersByTime(60_000);
  expect(told()).toHaveLength(3);
  notifier.close();
});
