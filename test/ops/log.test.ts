import { expect, test } from "vitest";
import { isText, type LogOptions, openLog } from "../../src/ops/log.ts";

function written(options: Partial<LogOptions>, say: (log: ReturnType<typeof openLog>) => void): string {
  let text = "";
  const write = (line: string): void => {
    text += line;
  };
  say(openLog({ level: "info", format: "json", isTerminal: false, write, ...options }));
  return text;
}

const TIME = /"time":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"/;

test("openLog() writes one JSON object on a line, level as a word, no process id, no host", () => {
  const text = written({}, (log) => log.info({ zones: 2 }, "Serving"));
  expect(text).toMatch(TIME);
  expect(text.replace(TIME, '"time":"T"')).toBe('{"level":"info","time":"T","zones":2,"msg":"Serving"}\n');
});

test("openLog() writes text at once, the fields behind the message", () => {
  const text = written({ format: "text" }, (log) => log.warn({ threads: 2 }, "Serving"));
  expect(text).toMatch(/^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\] WARN: Serving \{"threads":2\}\n$/);
});

test("openLog() keeps a problem's place out of the fields of text, as its message names it", () => {
  const place = { file: "a.yaml", line: 1, column: 2, excerpt: "a: b" };
  const say = (log: ReturnType<typeof openLog>): void => log.warn(place, "a.yaml:1:2  Odd");
  expect(written({ format: "text" }, say)).toMatch(/WARN: a\.yaml:1:2 {2}Odd\n$/);
  expect(written({}, say)).toContain('"file":"a.yaml","line":1,"column":2,"excerpt":"a: b"');
});

test("openLog() shows an error's stack under err", () => {
  const fault = new Error("no such thing");
  expect(written({}, (log) => log.error({ err: fault }, "Failed"))).toContain(
    '"message":"no such thing","stack":"Error',
  );
  expect(written({ format: "text" }, (log) => log.error({ err: fault }, "Failed"))).toContain(
    "no such thing",
  );
});

const COLOURS = "\u001b[";

const colours: { why: string; options: Partial<LogOptions>; coloured: boolean }[] = [
  { why: "on a terminal", options: { format: "auto", isTerminal: true }, coloured: true },
  {
    why: "not on a terminal with NO_COLOR",
    options: { format: "auto", isTerminal: true, colour: false },
    coloured: false,
  },
  { why: "not in a file", options: { format: "text" }, coloured: false },
  { why: "never in JSON", options: { format: "json", isTerminal: true }, coloured: false },
];

test.each(colours)("openLog() colours $why", ({ options, coloured }) => {
  expect(written(options, (log) => log.info({}, "Serving")).includes(COLOURS)).toBe(coloured);
});

const levels: { level: LogOptions["level"]; said: string[] }[] = [
  { level: "silent", said: [] },
  { level: "error", said: ["error"] },
  { level: "warn", said: ["error", "warn"] },
  { level: "info", said: ["error", "warn", "info"] },
  { level: "debug", said: ["error", "warn", "info", "debug"] },
];

test.each(levels)("openLog() at level $level says $said", ({ level, said }) => {
  const text = written({ level }, (log) => {
    log.error({}, "error");
    log.warn({}, "warn");
    log.info({}, "info");
    log.debug({}, "debug");
  });
  expect([...text.matchAll(/"msg":"(\w+)"/g)].map(([, message]) => message)).toEqual(said);
});

test("isText() is text where a person reads along, unless told otherwise", () => {
  expect(isText({ format: "auto", isTerminal: true })).toBe(true);
  expect(isText({ format: "auto", isTerminal: false })).toBe(false);
  expect(isText({ format: "text", isTerminal: false })).toBe(true);
  expect(isText({ format: "json", isTerminal: true })).toBe(false);
});
