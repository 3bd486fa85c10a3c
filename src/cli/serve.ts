/** `serve`: answers queries until it is told to stop. */

import { isText, type Log, openLog } from "../ops/log.ts";
import { fewOf } from "../reload/few.ts";
import type { Settings } from "../settings/settings.ts";
import type { Counters } from "../transport/counts.ts";
import type { AdminStart, Engine, Served } from "./engine.ts";
import { EXIT_CODE } from "./exit-code.ts";
import { firstSteps } from "./first-steps.ts";
import { type CommonOptions, report, settingsOf, withoutNotes } from "./settings.ts";
import { stopRequested } from "./stop.ts";
import { isColoured, type SignalName, type Surroundings } from "./surroundings.ts";
import { totalsOf } from "./totals.ts";
import { describeEndpoints, digLines } from "./try-it.ts";

/** Milliseconds that closing may take; whoever sent SIGTERM sends SIGKILL not long after. */
const CLOSING_TIME = 4_500;

/** Serves; comes back with the exit code when all is over. */
export async function serve(
  options: CommonOptions,
  surroundings: Surroundings,
  { openServer }: Pick<Engine, "openServer">,
): Promise<number> {
  const settings = settingsOf(options, surroundings);
  if (settings === undefined) return EXIT_CODE.USAGE;
  const stop = stopRequested(surroundings); // before the load: as process 1 we would not die of SIGTERM
  const log = openLogFor(settings, surroundings);
  let serving: Served | undefined;
  surroundings.onSignal("SIGHUP", () => serving && reload(serving, log)); // unheard, it would end us during the load
  const start = await Promise.race([openServer({ settings, log }), stop.then(stoppedBy)]);
  switch (start.kind) {
    case "stopped": // nobody waits for a load of minutes, and what is open already goes with the process
      log.info({ signal: start.signal }, "Stopped before anything was served");
      return EXIT_CODE.FINE;
    case "bad-deployment":
      report(
        [...fewOf(withoutNotes(start.problems)), ...firstSteps(start.problems, settings, surroundings)],
        options,
        surroundings.stderr,
        surroundings,
      );
      return EXIT_CODE.PROBLEMS;
    case "cannot-listen":
      report(start.problems, options, surroundings.stderr, surroundings);
      return EXIT_CODE.CANNOT_LISTEN;
    case "builder-died":
      report(start.problems, options, surroundings.stderr, surroundings);
      return EXIT_CODE.THREADS_DIE;
    case "serving":
      serving = start.server;
      greet(serving, settings, { log, surroundings });
      return serveUntil(
        stop,
        { server: serving, page: openPage(start.openAdmin, settings, { log, surroundings }) },
        log,
      );
    default:
      return start satisfies never;
  }
}

/** The end of an opening that somebody did not want to wait for. */
function stoppedBy(signal: SignalName): { readonly kind: "stopped"; readonly signal: SignalName } {
  return { kind: "stopped", signal };
}

/** How to close the status page; undefined where there is none. */
type ClosePage = (() => Promise<void>) | undefined;

/** What is open. */
interface Open {
  readonly server: Served;
  readonly page: Promise<ClosePage>;
}

/** Closes after a signal, or after the server itself has given up and nobody could see it. */
async function serveUntil(stop: Promise<SignalName>, open: Open, log: Log): Promise<number> {
  const signal = await Promise.race([stop, givenUpUnseen(open, log)]);
  log.info({ signal }, "Stopping");
  await closeInTime(open, log);
  return signal === undefined ? EXIT_CODE.THREADS_DIE : EXIT_CODE.FINE;
}

/**
 * Resolves when threads keep dying and there is no admin interface to say so: an exit is then the only word.
 * Where there is one, "/readyz" tells whoever watches, and what still answers goes on.
 */
async function givenUpUnseen({ server, page }: Open, log: Log): Promise<undefined> {
  await server.givenUp;
  if ((await page) === undefined) return;
  log.error({}, "Going on though UDP threads keep dying: /readyz says 503 until a minute has fewer deaths");
  await new Promise<never>(() => {});
}

function openLogFor({ log }: Settings, { stdout, environment }: Surroundings): Log {
  return openLog({
    ...log,
    isTerminal: stdout.isTerminal,
    colour: isColoured(stdout, environment),
    write: stdout.write,
  });
}

const NOTHING_PUBLISHED = "No SIP domain is published; `xmpp-edge-dns records` says why";

interface Voice {
  readonly log: Log;
  readonly surroundings: Surroundings;
}

/** Says where we answer and how to try it: as text to people, inside the log line to programs. */
function greet({ endpoints, inForce }: Served, settings: Settings, { log, surroundings }: Voice): void {
  const { firstPublished } = inForce;
  const lines = firstPublished === undefined ? [] : digLines(endpoints, firstPublished);
  const where = describeEndpoints(endpoints);
  const { stdout } = surroundings;
  if (settings.log.level === "silent") return;
  if (!isText({ ...settings.log, isTerminal: stdout.isTerminal })) {
    log.info({ endpoints, try: lines }, `Serving on ${where}`);
    if (firstPublished === undefined) log.warn({}, NOTHING_PUBLISHED);
    return;
  }
  log.info({}, `Serving on ${where}`);
  if (lines.length > 0) stdout.write(`\nTry it:\n\n${lines.map((line) => `  ${line}\n`).join("")}\n`);
  else stdout.write(`\n${NOTHING_PUBLISHED}.\n\n`);
}

function reload(server: Served, log: Log): void {
  log.info({ signal: "SIGHUP" }, "Reloading");
  server.reload().catch((err: unknown) => log.error({ err }, "Cannot reload: this is a bug"));
}

/** Opens the status page while DNS is served already, and says where it is. What goes wrong here ends nothing. */
async function openPage(
  openAdmin: (() => Promise<AdminStart>) | undefined,
  settings: Settings,
  { log, surroundings }: Voice,
): Promise<ClosePage> {
  try {
    const page = await openAdmin?.();
    if (page === undefined) return undefined;
    if (page.kind === "fault") log.warn({}, page.sentence);
    else sayWhere(page.url, settings, { log, surroundings });
    return page.kind === "open" ? page.close : undefined;
  } catch (err) {
    log.error({ err }, "Cannot open the status page: this is a bug; DNS is served without it");
    return undefined;
  }
}

function sayWhere(url: string, settings: Settings, { log, surroundings: { stdout } }: Voice): void {
  const isForPeople = isText({ ...settings.log, isTerminal: stdout.isTerminal });
  log.info(isForPeople ? {} : { url }, `Status page on ${url}`);
}

function logTotals(counters: Counters, log: Log): void {
  const { udp, tcp } = totalsOf(counters);
  log.info({ udp, tcp }, `Answered ${udp.replies} queries over UDP and ${tcp.replies} over TCP`);
}

async function closeInTime({ server, page }: Open, log: Log): Promise<void> {
  const outOfTime = Symbol("out of time");
  const time = new Promise<symbol>((resolve) => setTimeout(resolve, CLOSING_TIME, outOfTime).unref());
  try {
    const closing = Promise.all([server.close(), page.then((close) => close?.())]);
    const end = await Promise.race([closing, time]);
    if (end === outOfTime) log.warn({ milliseconds: CLOSING_TIME }, "Stopped before every client was done");
    logTotals(server.counters(), log);
    if (end !== outOfTime) log.info({}, "Stopped");
  } catch (err) {
    log.error({ err }, "Cannot close: this is a bug");
  }
}
