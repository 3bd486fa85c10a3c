/**
 * The log: one line for each thing that an operator may want to know, as JSON or as text.
 *
 * It goes to standard output, where containers and systemd look for it: a serving process has no other
 * product there. Commands whose product is on standard output (`records`, `check`) do not log at all.
 * Lines are written at once and in this process (no worker thread), so that the last line before an exit
 * is never lost.
 */

import pino from "pino";
import { prettyFactory } from "pino-pretty";

/** Facts that go with a message, under names that stay the same: they are what people filter by. */
export type Fields = Readonly<Record<string, unknown>>;

/** Where things are said. */
export interface Log {
  error(fields: Fields, message: string): void;
  warn(fields: Fields, message: string): void;
  info(fields: Fields, message: string): void;
  debug(fields: Fields, message: string): void;
}

export interface LogOptions {
  /** The least important thing to say. */
  readonly level: "error" | "warn" | "info" | "debug" | "silent";
  /** `auto` is text on a terminal and JSON elsewhere. */
  readonly format: "auto" | "json" | "text";
  /** Whether a person reads along. */
  readonly isTerminal: boolean;
  /** Whether text is coloured; on a terminal it is unless said otherwise. */
  readonly colour?: boolean;
  /** Takes each line with its line end; standard output unless said otherwise. */
  readonly write?: (line: string) => void;
}

/** Opens a log. Errors go under the field `err`, whose stack is then shown. */
export function openLog(options: LogOptions): Log {
  const write = options.write ?? ((line: string): void => void process.stdout.write(line));
  return pino(
    {
      level: options.level,
      base: null, // the container or the journal knows process id and host better
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: isText(options) ? textWriter(write, options) : write },
  );
}

/** Whether log lines are text for people rather than JSON for machines. */
export function isText({ format, isTerminal }: Pick<LogOptions, "format" | "isTerminal">): boolean {
  return format === "text" || (format === "auto" && isTerminal);
}

/** What the message says already: the place of a problem, the changes of a reload. */
const SAID = "file,line,column,excerpt,zones,rrsets,changes,udp,tcp";

/** Where a bug of ours came from: for JSON, and for people who look for more than usual. */
const STACK = "stack";

function textWriter(write: (line: string) => void, options: LogOptions): (line: string) => void {
  const prettify = prettyFactory({
    colorize: options.colour ?? options.isTerminal,
    translateTime: "SYS:yyyy-mm-dd HH:MM:ss",
    singleLine: true,
    ignore: options.level === "debug" ? SAID : `${SAID},${STACK}`,
  });
  return (line) => write(prettify(line));
}
