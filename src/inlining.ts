/** How much of itself the answering code may be made into one piece. */

import { setFlagsFromString } from "node:v8";

/**
 * Lets V8 put more small functions into their callers: `respond` is made of many, and within the default of
 * 920 octets of bytecode an answer takes a fifth longer. Holds for the whole process, for what is compiled from
 * then on. A version of V8 that lacks the flag says so on standard error and goes on.
 */
export function allowInlining(): void {
  setFlagsFromString("--max-inlined-bytecode-size-cumulative=2500");
}
