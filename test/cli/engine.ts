/** Load → derive → compile over a text in memory, for the commands; and a server that is none. */

import type { Engine, Served, Start } from "../../src/cli/engine.ts";
import { build } from "../../src/reload/build.ts";
import { failed, success } from "../../src/result.ts";
import { makeCounters } from "../../src/transport/counters.ts";
import { type Counters, readCounters } from "../../src/transport/counts.ts";

/** A lab with two SIP domains on one pool. */
export const LAB = `edgePools:
  - { fqdn: edge.alpha.test, servers: [192.168.1.1] }
sipDomains: [alpha.test, beta.test]
`;

/** Builds `text` whatever file the settings name; there is no file where it is undefined. */
export function builder(text: string | undefined): Engine["build"] {
  return async ({ deployment, limits }) => {
    const read = (path: string) => {
      if (text === undefined) return failed(`Cannot read "${path}": there is no such file`, { file: path });
      if (text.length > limits.deploymentFileSize) return failed(`Cannot read "${path}": it is too large`);
      return success(new TextEncoder().encode(text));
    };
    return build({ kind: "file", path: deployment }, { read }, { unixTime: 1_000 });
  };
}

/** A server that serves `text` and writes down what it is told to do. */
export class IdleServer implements Served {
  readonly endpoints = [{ address: "127.0.0.1", port: 5300 }];
  readonly told: string[] = [];
  readonly inForce: Served["inForce"];
  givenUp: Promise<void> = new Promise(() => {});
  readonly #closing: Promise<void>;

  constructor(firstPublished: string | undefined, closing: Promise<void> = Promise.resolve()) {
    this.inForce = { firstPublished };
    this.#closing = closing;
  }

  async reload(): Promise<void> {
    this.told.push("reload");
  }

  counters(): Counters {
    return readCounters([], makeCounters());
  }

  close(): Promise<void> {
    this.told.push("close");
    return this.#closing;
  }

  get start(): Start {
    return { kind: "serving", server: this };
  }
}
