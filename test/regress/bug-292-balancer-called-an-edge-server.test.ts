/** Bug 292: a VIP that is checked was called an Edge Server, by its address, in the log, the remarks and the metrics. */

import { expect, onTestFinished, test, vi } from "vitest";
import { networkRemarks } from "../../src/admin/remarks.ts";
import { deploymentFromValue } from "../../src/deployment/load.ts";
import { HealthChecks } from "../../src/observe/health-checks.ts";
import { watchedOf } from "../../src/reload/watched.ts";
import { failed } from "../../src/result.ts";
import { openFor, sourcesOf } from "../admin/given.ts";
import { Lab } from "../observe/network.ts";

const POOL = {
  fqdn: "edge.alpha.test",
  loadBalancing: "hardware",
  vips: ["127.0.1.1"],
  servers: ["127.0.0.1"],
  health: { interval: 1, timeout: 1, down: 1, up: 1 },
};

test("a VIP is called the load balancer's", async () => {
  const deployment = { edgePools: [POOL], sipDomains: ["alpha.test"] };
  const read = deploymentFromValue(deployment, { read: () => failed("no file") });
  if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join("\n"));
  const lab = new Lab();
  lab.dead.add("127.0.1.1");
  const said = vi.fn();
  const { probe, timers } = lab;
  const checks = new HealthChecks({ probe, timers, now: () => timers.time, onChange: said });
  onTestFinished(() => checks.close());
  checks.follow(watchedOf(read.value).targets);
  await timers.pass(2);
  const clause = 'load balancer\'s VIP 127.0.1.1, port 5269, of Edge pool "edge.alpha.test" is down';
  expect(said).toHaveBeenCalledWith(
    expect.objectContaining({
      sentence: expect.stringContaining(`L${clause.slice(1)}`),
      fields: expect.objectContaining({ server: "load balancer", address: "127.0.1.1" }),
    }),
  );
  const health = checks.reading.map((one) => ({ ...one, server: one.server ?? one.address }));
  expect(health).toMatchObject([{ server: "load balancer", isVip: true }]);
  expect(networkRemarks([], health)).toEqual([expect.stringContaining(clause)]);
});

test("the root is asked for by its own name, which clients leave out of a path", async () => {
  const { url } = await openFor(sourcesOf());
  const detail = 'Cannot show zone ".": no such zone is served';
  expect(await (await fetch(`${url}/api/v1/zones/.`)).json()).toMatchObject({ status: 404, detail });
});
