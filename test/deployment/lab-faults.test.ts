import { expect, test } from "vitest";
import { labFaultFromValue } from "../../src/deployment/lab-faults.ts";
import { deploymentFromValue } from "../../src/deployment/load.ts";

test.each<[fault: unknown, ...messages: string[]]>([
  [{}, 'Cannot leave out "fault": give "delay" or "oversized"'],
  [{ fault: "dorp" }, 'Cannot use "dorp" as "fault": give "delay" or'],
  [
    { fault: "drop", ovner: "a" },
    'Cannot use unknown key "ovner": did you mean "owner"? (at lab.faults[0].ovner)',
  ],
  [{ fault: "delay" }, 'Cannot leave out "milliseconds": fault "delay" needs it (at lab.faults[0])'],
  [{ fault: "rcode" }, 'Cannot leave out "rcode": fault "rcode" needs it'],
  [
    { fault: "rcode", rcode: "SERVFALL" },
    'Cannot use "SERVFALL" as RCODE: give a number up to 15, or one of "NOERROR"',
  ],
  [{ fault: "rcode", rcode: "16" }, 'Cannot use "16" as RCODE'],
  [{ fault: "stale" }, 'Cannot leave out "addresses": fault "stale" needs it'],
  [
    { fault: "stale", addresses: ["nine"] },
    'Cannot use "nine" as address of a fault: give IPv4 or IPv6 (at lab.faults[0].addresses[0])',
  ],
  [{ fault: "stale", addresses: [] }, "a list of one address or more"],
  [{ fault: "drop", id: "a\nb" }, "a name of your own, of 1 to 100 characters on one line"],
  [
    { fault: "drop", milliseconds: 5 },
    'Cannot give "milliseconds" with fault "drop": it takes no more to be said',
  ],
  [
    { fault: "stale", addresses: ["192.0.2.1"], rcode: "1" },
    'Cannot give "rcode" with fault "stale": it takes "addresses"',
  ],
  [
    { fault: "drop", owner: "a..b", type: "SRF", client: "10.0.0.0/33" },
    'Cannot use "a..b" as owner of a fault: it is no domain name',
    'Cannot use "SRF" as type of a fault: give one such as SRV, A or TYPE65',
    'Cannot use "10.0.0.0/33" as client of a fault: give an address, or a prefix',
  ],
  [{ fault: "drop", probability: 1.5 }, 'Cannot use 1.5 as "probability": give a number from 0 to 1'],
])("%j is refused", (fault, ...messages) => {
  const read = labFaultFromValue(fault);
  const said = read.ok ? [] : read.problems.map(({ message }) => message);
  expect(said).toEqual(messages.map((message) => expect.stringContaining(message)));
});

test("the faults of a deployment have ids, of their own or by their place", () => {
  const faults = [{ fault: "drop" }, { fault: "lame", id: "gone" }] as const;
  const files = { read: () => ({ ok: false, problems: [] }) as const };
  const zones = { "lab.test": { records: "www A 192.0.2.1" } };
  const read = deploymentFromValue({ zones, lab: { faults } }, files);
  expect(read.ok && read.value.faults.map(({ id }) => id)).toEqual(["fault-1", "gone"]);
  const twice = deploymentFromValue(
    { zones, lab: { faults: [{ fault: "drop", id: "fault-2" }, { fault: "lame" }] } },
    files,
  );
  expect(twice).toMatchObject({
    ok: false,
    problems: [
      { message: 'Cannot name two faults "fault-2": give each an "id" of its own (at lab.faults[1].id)' },
    ],
  });
});
