/** `startServer({ listen: [] })` failed with an empty message, and port 70000 went as far as the sockets. */

import { expect, test } from "vitest";
import { OptionsError, type StartOptions, startServer } from "../../src/api.ts";

const deployment = { edgePools: [{ fqdn: "edge.alpha.test", servers: ["127.0.0.1"] }], sipDomains: [] };

/** What a program without types may say. */
function untyped(options: object | undefined): StartOptions {
  return options as StartOptions; // proof: none; that is what is tested
}

test.each<{ readonly options: object | undefined; readonly message: string }>([
  {
    options: { deployment, listen: [] },
    message: 'Cannot start with option "listen" []: it wants at least one IP address',
  },
  {
    options: { deployment, listen: "127.0.0.1" },
    message: `Cannot start with option "listen" '127.0.0.1': it wants at least one IP address`,
  },
  {
    options: { deployment, listen: ["localhost"] },
    message: `Cannot start with option "listen" [ 'localhost' ]: "localhost" is no IP address; it wants addresses such as 127.0.0.1 or ::1, not names`,
  },
  {
    options: { deployment, listen: ["127.0.0.1", "127.0.0.1"] },
    message: `Cannot start with option "listen" [ '127.0.0.1', '127.0.0.1' ]: "127.0.0.1" stands there twice`,
  },
  ...[70_000, Number.NaN, -1, 1.5, "5300", null].map((port) => ({
    options: { deployment, port },
    message: `Cannot start with option "port" ${typeof port === "string" ? `'${port}'` : port}: it wants a whole number from 0 to 65535`,
  })),
  {
    options: {},
    message: 'Cannot start with option "deployment" undefined: it wants an object or the path of a file',
  },
  {
    options: { deployment: "" },
    message: `Cannot start with option "deployment" '': it wants an object or the path of a file`,
  },
  { options: undefined, message: "Cannot start with undefined as options: an object is wanted" },
  {
    options: { deployment, log: {} },
    message: 'Cannot start with option "log" {}: it wants an object with error, warn, info, debug',
  },
  {
    options: { deployment, listen: [], port: -1 },
    message: `Cannot start with option "listen" []: it wants at least one IP address
Cannot start with option "port" -1: it wants a whole number from 0 to 65535`,
  },
])("startServer() says: $message", async ({ options, message }) => {
  const start = startServer(untyped(options)).then((server) => server.close());
  const fault = await start.catch((error: unknown) => error);
  expect(fault).toBeInstanceOf(OptionsError);
  expect(fault).toMatchObject({ name: "OptionsError", message });
});
