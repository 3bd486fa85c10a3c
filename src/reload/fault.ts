/** What goes wrong beside the deployment, as a sentence for the operator; the stack is for us. */

/** It can be sent from thread to thread. */
export interface Fault {
  readonly sentence: string;
  /** Where it came from, if it is a bug. */
  readonly stack?: string | undefined;
}

/** An error that nobody expected: its name and message, and the last place of our own on the way to it. */
export function faultOf(what: string, error: unknown): Fault {
  if (!(error instanceof Error)) return { sentence: `${what}: ${String(error)}` };
  const place = placeIn(error.stack ?? "");
  const [message = ""] = error.message.split("\n");
  const sentence = `${what}: ${error.name}: ${message}${place === undefined ? "" : ` (${place})`}`;
  return { sentence, stack: error.stack };
}

/** The directory that holds our rooms, as stacks show it: as a URL or as a path. */
const OURS = decodeURI(new URL("..", import.meta.url).pathname);

/** `reload/build.ts:48:12`: the innermost of our places. */
function placeIn(stack: string): string | undefined {
  for (const line of stack.split("\n")) {
    const start = line.indexOf(OURS);
    if (start < 0 || !/^\s+at /.test(line) || line.includes("node_modules", start)) continue;
    return line.slice(start + OURS.length).replace(/\)$/, "");
  }
  return undefined;
}
