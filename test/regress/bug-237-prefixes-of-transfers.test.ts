/** A prefix with bits behind it let whole networks transfer, and one of IPv4 inside of IPv6 let nobody. */

import { expect, test } from "vitest";
import { formatPrefix } from "../../src/dns/prefix.ts";
import { buildFrom, saidWhileBuilding } from "./given.ts";

const LAB = "edgePools: [{ fqdn: pool.test, servers: [10.0.0.1] }]\nsipDomains: [a.test]\n";

test("bits behind the prefix of a rule are an error, and the message says what to write", () => {
  expect(
    saidWhileBuilding(`${LAB}transfers: { allow: [{ prefix: 10.0.0.5/8 }, { prefix: 10.0.0.5 }] }`),
  ).toEqual([
    '3:32 error: Cannot use "10.0.0.5/8" as prefix: the address has bits set behind the prefix; write "10.0.0.0/8"',
  ]);
});

test("IPv4 inside of IPv6 is IPv4, in rules of transfers and lists of clients", () => {
  const prefixes = '["::ffff:127.0.0.67", "::ffff:10.0.0.0/104"]';
  const built = buildFrom(
    `${LAB}defaults: { allowQuery: ${prefixes} }\ntransfers: { allow: [{ prefix: "::ffff:127.0.0.67" }] }`,
  );
  if (!built.ok) throw new Error(JSON.stringify(built.problems));
  const { transfers } = built.value.deployment;
  const [group] = built.value.derivation.groups;
  const [rule] = transfers?.allow ?? [];
  expect(rule?.prefix && formatPrefix(rule.prefix)).toBe("127.0.0.67/32");
  expect(group?.access?.allow.map(formatPrefix)).toEqual(["127.0.0.67/32", "10.0.0.0/8"]);
});
