/** Bug 288: a fault for client 127.0.0.1/8 struck all of 127.0.0.0/8, as elsewhere such a prefix no longer may. */

import { expect, test } from "vitest";
import { labFaultFromValue } from "../../src/deployment/lab-faults.ts";

test.each([
  ["127.0.0.1/8", "127.0.0.0/8"],
  ["2001:db8::1/32", "2001:db8::/32"],
])("%s is refused as client of a fault, and %s is what it would be", (client, meant) => {
  const message = `Cannot use "${client}" as client of a fault: the address has bits set behind the prefix; write "${meant}" (at lab.faults[0].client)`;
  expect(labFaultFromValue({ fault: "drop", client })).toMatchObject({ ok: false, problems: [{ message }] });
  expect(labFaultFromValue({ fault: "drop", client: meant })).toMatchObject({ ok: true });
});
