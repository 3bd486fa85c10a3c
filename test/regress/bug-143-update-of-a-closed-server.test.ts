/** `update()` after `close()` resolved as if the deployment were served. */

import { expect, test } from "vitest";
import { ClosedError, startServer } from "../../src/api.ts";

const deployment = {
  edgePools: [{ fqdn: "edge.alpha.test", servers: ["127.0.0.1"] }],
  sipDomains: ["alpha.test"],
};

test.each(["after", "during"])("update() %s close() throws", async (when) => {
  const dns = await startServer({ deployment });
  const closed = dns.close();
  if (when === "after") await closed;
  await expect(dns.update(deployment)).rejects.toThrow(ClosedError);
  await closed;
});
