/** An object that its owner changed right after `update(object)` or `startServer` was served in its later state. */

import { expect, onTestFinished, test } from "vitest";
import { type DeploymentInput, startServer } from "../../src/api.ts";
import { decodeMessage } from "../conformance/decoder.ts";
import { requestOf } from "../conformance/harness.ts";
import { askUdp } from "../transport/clients.ts";

function lab() {
  const servers = ["127.0.0.1"];
  return { edgePools: [{ fqdn: "edge.alpha.test", servers }], sipDomains: ["alpha.test"] };
}

async function addressAt(port: number): Promise<string | undefined> {
  const reply = decodeMessage(await askUdp("127.0.0.1", port, requestOf({ ask: "xmpp.alpha.test. A" })));
  return reply.answer[0]?.split(" ").at(-1);
}

test("a deployment is served as it was at the call", async () => {
  const deployment = lab();
  const [pool] = deployment.edgePools;
  const starting = startServer({ deployment });
  pool?.servers.splice(0, 1, "127.0.0.66");
  const dns = await starting;
  onTestFinished(() => dns.close());
  expect(await addressAt(dns.port)).toBe("127.0.0.1");

  pool?.servers.splice(0, 1, "127.0.0.2");
  const updating = dns.update(deployment);
  pool?.servers.splice(0, 1, "127.0.0.77");
  await updating;
  expect(await addressAt(dns.port)).toBe("127.0.0.2");
});

test("what cannot be copied is no deployment", async () => {
  const deployment: DeploymentInput = Object.assign(lab(), { sipDomains: () => [] }); // proof: none; what a program without types may give
  await expect(startServer({ deployment })).rejects.toThrow("it holds what is no data");
});
