/** The real process and real clients: c-ares (which refuses compressed SRV targets), dns2, dig where it is. */

import { execFile, spawnSync } from "node:child_process";
import { promises as dns } from "node:dns";
import { promisify } from "node:util";
import { TCPClient, UDPClient } from "dns2";
import { expect, test } from "vitest";
import { startProcess } from "./process.ts";

const SRV = "_xmpp-server._tcp.contoso.com";
const TARGET = { priority: 0, weight: 0, port: 5269, name: "xmpp.contoso.com" };

test("node:dns resolves what an XMPP server resolves", async () => {
  const { port, stop } = await startProcess([]);
  const resolver = new dns.Resolver();
  resolver.setServers([`127.0.0.1:${port}`]);
  expect(await resolver.resolveSrv(SRV)).toMatchObject([TARGET]);
  expect((await resolver.resolve4(TARGET.name)).sort()).toEqual(["203.0.113.10", "203.0.113.11"]);
  expect(await resolver.resolve6(TARGET.name)).toEqual(["2001:db8::10"]);
  expect(await resolver.resolveMx("contoso.com")).toMatchObject([
    { exchange: "mail.contoso.com", priority: 10 },
  ]);
  await expect(resolver.resolveSrv("_xmpps-server._tcp.contoso.com")).rejects.toMatchObject({
    code: "ENOTFOUND",
  });
  await expect(resolver.resolve4("_tcp.contoso.com")).rejects.toMatchObject({ code: "ENODATA" });
  await expect(resolver.resolve4("example.org")).rejects.toMatchObject({ code: "EREFUSED" });
  expect(await stop()).toBe(0);
});

test("dns2 asks over UDP and TCP", async () => {
  const { port, stop } = await startProcess([]);
  const server = { dns: "127.0.0.1", port };
  for (const query of [UDPClient(server), TCPClient(server)]) {
    const { answers, additionals } = await query(SRV, "SRV");
    expect(answers).toMatchObject([{ priority: 0, weight: 0, port: 5269, target: TARGET.name }]);
    expect(additionals.map(({ address }) => address)).toEqual(
      expect.arrayContaining(["203.0.113.10", "203.0.113.11"]),
    );
  }
  await stop();
});

const hasDig = spawnSync("dig", ["-v"]).error === undefined;

test.skipIf(!hasDig)("dig asks over both transports and both families", async () => {
  const { port, lines, stop } = await startProcess([], "127.0.0.1,::1");
  const hasV6 = !lines.some(({ level }) => level === "warn");
  for (const at of hasV6 ? ["127.0.0.1", "::1"] : ["127.0.0.1"]) {
    for (const transport of ["+notcp", "+tcp"]) {
      const args = [
        `@${at}`,
        "-p",
        String(port),
        transport,
        "+tries=1",
        SRV,
        "SRV",
        "+noall",
        "+comments",
        "+answer",
        "+additional",
      ];
      const { stdout } = await promisify(execFile)("dig", args);
      expect(stdout).toMatch(/status: NOERROR/);
      expect(stdout).toMatch(/flags: qr aa rd;/);
      expect(stdout).toMatch(/SRV\t0 0 5269 xmpp\.contoso\.com\./);
      expect(stdout).toMatch(/xmpp\.contoso\.com\.\t300\tIN\tA\t203\.0\.113\.1[01]/);
    }
  }
  await stop();
});
