/** A secondary that answered was told of each change at once: 200 in five seconds, not one a second. */

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { groupOfOne } from "../../src/dns/rrset.ts";
import { policyOf } from "../../src/transfer/keyed-responder.ts";
import { Notifier } from "../../src/transfer/notifier.ts";
import { compile } from "../../src/zone/compile.ts";
import { decodeMessage } from "../conformance/decoder.ts";
import { expectValue, nameOf, zoneOf } from "../conformance/harness.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const ZONES = ["alpha.test.", "beta.test."];
const RECORDS = "@ SOA ns hostmaster 1 3600 600 86400 300\n@ NS ns.elsewhere.example.\n";
const POLICY = '{"keys":[],"allow":[],"notify":[{"address":"192.0.2.53","port":53}],"zones":[]}';

function snapshotWith(serial: number, zones: readonly string[] = ZONES) {
  const groups = zones.map((apex) => groupOfOne(zoneOf(apex, RECORDS)));
  return expectValue(compile(groups, { serialOf: () => serial, policyText: POLICY })).snapshot;
}

/** A notifier whose secondary answers after so many milliseconds, and what it was told when. */
function telling(delay: number) {
  let inForce = snapshotWith(1);
  const told: string[] = [];
  const start = Date.now();
  const notifier = new Notifier({
    open: (_, onMessage) => ({
      send: (octets) => {
        const { question = "", answer } = decodeMessage(octets);
        told.push(`${question.split(".")[0]} ${answer[0]?.split(" ")[5]} at ${Date.now() - start}`);
        const reply = Uint8Array.from(octets);
        reply[2] = (reply[2] ?? 0) | 0x80;
        setTimeout(() => onMessage(reply), delay);
      },
      close: () => {},
    }),
    snapshot: () => inForce,
    now: Date.now,
    onAnswered: () => {},
    onUnanswered: () => expect.unreachable(),
  });
  notifier.follow(policyOf(inForce));
  return {
    notifier,
    told,
    change: (serial: number, zone = "alpha.test.") => {
      inForce = snapshotWith(serial);
      notifier.changed(nameOf(zone));
    },
    remove: (zone: string) => {
      inForce = snapshotWith(
        0,
        ZONES.filter((kept) => kept !== zone),
      );
    },
  };
}

test("changes one after the other are told once a second, though each is answered at once", () => {
  const { notifier, change, told } = telling(1);
  for (let serial = 1; serial <= 200; serial++) {
    change(serial);
    vi.advanceTimersByTime(22);
  }
  vi.advanceTimersByTime(10_000);
  expect(told).toEqual([
    "alpha 1 at 0",
    "alpha 46 at 1000",
    "alpha 91 at 2000",
    "alpha 137 at 3000",
    "alpha 182 at 4000",
    "alpha 200 at 5000",
  ]);
  notifier.close();
});

test("the answer to what was told before a change does not bring that forward", () => {
  const { notifier, change, told } = telling(300);
  change(1);
  vi.advanceTimersByTime(200);
  change(2);
  vi.advanceTimersByTime(5_000);
  expect(told).toEqual(["alpha 1 at 0", "alpha 2 at 1000"]);
  notifier.close();
});

test("a change after a second is told at once, and so is one of another zone", () => {
  const { notifier, change, told } = telling(1);
  change(1);
  vi.advanceTimersByTime(500);
  change(2, "beta.test.");
  vi.advanceTimersByTime(500);
  change(3);
  expect(told).toEqual(["alpha 1 at 0", "beta 2 at 500", "alpha 3 at 1000"]);
  notifier.close();
});

test("a zone that has gone meanwhile is not told of, nor is any once it is closed", () => {
  const { notifier, change, remove, told } = telling(1);
  change(1);
  change(1, "beta.test.");
  vi.advanceTimersByTime(500);
  change(2);
  change(2, "beta.test.");
  remove("beta.test.");
  vi.advanceTimersByTime(500);
  expect(told.slice(2)).toEqual(["alpha 0 at 1000"]);
  vi.advanceTimersByTime(500);
  change(3);
  notifier.close();
  vi.advanceTimersByTime(5_000);
  expect(told).toHaveLength(3);
  expect(vi.getTimerCount()).toBe(0);
});
