/** The first import of the library: on a Node that is too old it says so, before anything breaks in other words. */

import { isTooOld, OLDEST_NODE } from "./node-version.ts";

const { node } = process.versions;
if (isTooOld(node)) {
  throw new Error(`Cannot run on Node ${node}: xmpp-edge-dns wants version ${OLDEST_NODE} or later`);
}
