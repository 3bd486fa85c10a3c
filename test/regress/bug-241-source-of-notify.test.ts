/** NOTIFY left from whatever address the system chose: secondaries that know the server by another refused it. */

import { createSocket } from "node:dgram";
import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { groupOfOne } from "../../src/dns/rrset.ts";
import { tcpLimits } from "../../src/responder/respond.ts";
import { DEFAULT_SETTINGS } from "../../src/settings/settings.ts";
import { Transfers } from "../../src/transfers.ts";
import { openDatagrams, sourceFor } from "../../src/transport/datagrams.ts";
import { compile } from "../../src/zone/compile.ts";
import { expectValue, zoneOf } from "../conformance/harness.ts";

const [NONE, V4, V6] = [[], "192.0.2.1", "2001:db8::1"];

test.each<[string, readonly string[], readonly string[], string, string | undefined]>([
  ["the wildcard leaves it to the system", NONE, ["0.0.0.0", "::"], "192.0.2.9", undefined],
  ["the one address of the family", NONE, [V4, V6], "192.0.2.9", V4],
  ["the one address of the family", NONE, [V4, V6], "2001:db8::9", V6],
  ["none of the family", NONE, [V4], "2001:db8::9", undefined],
  ["two of the family", NONE, [V4, "192.0.2.2"], "192.0.2.9", undefined],
  ["one that was chosen", ["192.0.2.2"], [V4, V6], "192.0.2.9", "192.0.2.2"],
  ["chosen for the other family", ["192.0.2.2"], [V4, V6], "2001:db8::9", V6],
  ["loopback reaches loopback", NONE, ["127.0.0.9"], "127.0.0.1", "127.0.0.9"],
  ["loopback reaches nobody else", NONE, ["127.0.0.9"], "192.0.2.9", undefined],
  ["loopback reaches loopback over IPv6", NONE, ["::1"], "::1", "::1"],
  ["loopback reaches nobody else over IPv6", NONE, ["::1"], "2001:db8::9", undefined],
])("%s: chosen %j, listening on %j, to %s", (_, chosen, listen, target, source) =>
  expect(sourceFor(target, { chosen, listen })).toBe(source),
);

test("datagrams leave from the source, or from where the system wants where it is none of ours", async () => {
  const secondary = createSocket("udp4").bind(0, "127.0.0.1");
  await once(secondary, "listening");
  onTestFinished(() => void secondary.close());
  const target = secondary.address();
  const errors: string[] = [];
  const onError = ({ message }: Error): void => void errors.push(message);
  const heardFrom = (source: string): Promise<string> => {
    const datagrams = openDatagrams({ target, source, onError, onMessage: () => {} });
    onTestFinished(() => datagrams.close());
    const heard = new Promise<string>((resolve) =>
      secondary.once("message", (_, { address }) => resolve(address)),
    );
    datagrams.send(Uint8Array.of(1));
    return heard;
  };
  expect(await heardFrom("192.0.2.1")).toBe("127.0.0.1");
  expect(errors).toEqual([expect.stringContaining("EADDRNOTAVAIL 192.0.2.1")]);
  expect(await heardFrom("127.0.0.9")).toBe("127.0.0.9");
});

test.each([
  ["the address that is listened on", { listen: ["127.0.0.9"] }, "127.0.0.9"],
  [
    "the setting",
    { transfers: { ...DEFAULT_SETTINGS.transfers, notifySource: ["127.0.0.10"] } },
    "127.0.0.10",
  ],
])("NOTIFY leaves from %s", async (_, settings, source) => {
  const secondary = createSocket("udp4").bind(0, "127.0.0.1");
  await once(secondary, "listening");
  onTestFinished(() => void secondary.close());
  const notify = [{ address: "127.0.0.1", port: secondary.address().port }];
  const policyText = JSON.stringify({ keys: [], allow: [], notify, zones: [] });
  const zone = zoneOf(
    "alpha.test.",
    "@ SOA ns hostmaster 1 3600 600 86400 300\n@ NS ns.elsewhere.example.\n",
  );
  const { snapshot } = expectValue(compile([groupOfOne(zone)], { serialOf: () => 1, policyText }));
  const say = (): void => {};
  const transfers = new Transfers({
    settings: { ...DEFAULT_SETTINGS, ...settings },
    limits: tcpLimits(1232),
    log: { error: say, warn: say, info: say, debug: say },
    now: Date.now,
    snapshot: () => snapshot,
  });
  onTestFinished(() => transfers.close());
  const from = new Promise((resolve) =>
    secondary.once("message", (_octets, { address }) => resolve(address)),
  );
  transfers.replaced(undefined, snapshot, Promise.resolve());
  expect(await from).toBe(source);
});
