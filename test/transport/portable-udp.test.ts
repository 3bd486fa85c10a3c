import { expect, test } from "vitest";
import { portableSentence } from "../../src/transport/portable-udp.ts";

const at = (...addresses: readonly string[]) => addresses.map((address) => ({ address, port: 53 }));

test("portableSentence() says why", () => {
  expect(portableSentence("koffi is not there", at("192.0.2.53", "::1"))).toBe(
    "UDP is answered datagram by datagram: koffi is not there",
  );
});

test.each(["0.0.0.0", "::"])("portableSentence() says what %s stands for", (wildcard) => {
  expect(portableSentence("koffi is not there", at("192.0.2.53", wildcard))).toBe(
    `UDP is answered datagram by datagram: koffi is not there; "${wildcard}" stands for the addresses that interfaces have now: restart when one gets another, or replies to that one may leave from elsewhere`,
  );
});
