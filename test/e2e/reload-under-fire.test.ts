/** Reload under fire: a client that asks without pause must not notice that the file changes. */

import { createSocket } from "node:dgram";
import { once } from "node:events";
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { decodeMessage } from "../conformance/decoder.ts";
import { requestOf } from "../conformance/harness.ts";
import { labText, temporaryDirectory } from "../reload/lab.ts";
import { startProcess } from "./process.ts";

/** Replaces a file whole, as careful editors do. */
function replace(path: string, text: string): void {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

/** Asks without pause, several queries in flight, and gives each answer to `see`; ends with `stop()`. */
function fire(
  port: number,
  see: (addresses: readonly string[]) => void,
): { stop(): Promise<{ asked: number; answered: number }> } {
  const socket = createSocket("udp4");
  let asked = 0;
  let answered = 0;
  let isStopping = false;
  const ask = () =>
    socket.send(requestOf({ ask: "xmpp.alpha.test. A", id: asked++ & 0xffff }), port, "127.0.0.1");
  socket.on("message", (octets) => {
    answered++;
    see(decodeMessage(octets).answer.map((record) => record.split(" ").at(-1) ?? ""));
    if (!isStopping) ask();
    else if (answered === asked) socket.emit("done");
  });
  for (let n = 0; n < 4; n++) ask();
  return {
    stop: async () => {
      isStopping = true;
      if (answered < asked)
        await Promise.race([once(socket, "done"), new Promise((resolve) => setTimeout(resolve, 5000))]);
      socket.close();
      return { asked, answered };
    },
  };
}

test("follows 200 changes under fire, 20 of them broken: nothing lost, nothing wrong", {
  timeout: 120_000, // two processes at full load: on a busy machine that takes its time
}, async () => {
  const versions = 200;
  const address = (version: number) => `10.0.${version >>> 8}.${version & 255}`;
  const path = join(temporaryDirectory(), "deployment.yaml");
  writeFileSync(path, labText(address(0), "alpha.test"));
  const { port, line, lines, stop } = await startProcess([
    "--deployment",
    path,
    "--set",
    "reload.interval=20ms",
  ]);
  let written = 0;
  let inForce = 0;
  const wrong: string[] = [];
  const flood = fire(port, ([first, ...others]) => {
    const version = Number(first?.split(".")[2]) * 256 + Number(first?.split(".")[3]);
    if (others.length > 0 || !(version >= inForce && version <= written))
      wrong.push(`${first} between ${inForce} and ${written}`);
    inForce = Math.max(inForce, version);
  });
  for (let version = 1; version <= versions; version++) {
    const isBroken = version % 10 === 0;
    if (!isBroken) written = version;
    replace(path, isBroken ? "edgePools: [" : labText(address(version), "alpha.test"));
    await line(isBroken ? /cannot be used/ : /^Reloaded/);
  }
  const { asked, answered } = await flood.stop();
  expect(wrong).toEqual([]);
  expect(answered).toBe(asked);
  expect(inForce).toBe(199);
  expect(lines.filter(({ msg }) => /cannot be used/.test(msg))).toHaveLength(20);
  expect(await stop()).toBe(0);
});
