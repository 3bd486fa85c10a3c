/** Where loads are put together: who loads, what a load changes, and what the log says of it. */

import type { Worker } from "node:worker_threads";
import { beginBuilder } from "./begin-builder.ts";
import type { Log } from "./ops/log.ts";
import type { DeploymentSource } from "./reload/build.ts";
import { type BuilderStart, openBuilderThread } from "./reload/builder-thread.ts";
import { fewOf } from "./reload/few.ts";
import type { Environment } from "./reload/files.ts";
import type { History } from "./reload/history.ts";
import type { InForce } from "./reload/in-force.ts";
import type { KeeperEvents } from "./reload/keeper.ts";
import { pinnedMountWarning } from "./reload/pinned-mount.ts";
import type { Reloaded } from "./reload/reloader.ts";
import { reportSentence } from "./reload/report.ts";
import type { Problem } from "./result.ts";
import type { Settings } from "./settings/settings.ts";
import type { ZonesInForce } from "./zones-in-force.ts";

export interface LoadsOptions {
  readonly settings: Settings;
  readonly log: Log;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Environment variables, where secrets may stand. */
  readonly environment?: Environment;
  /** Where the deployment comes from, if not from the file that the settings name. */
  readonly source?: DeploymentSource;
  /** Whether to load on a thread of its own, as a server does; a library stays on this one. */
  readonly threads: boolean;
  /** A builder thread that has begun, for the first load; else one is begun. */
  readonly builder?: Worker | undefined;
}

/** Loads for the first time, and follows the files from then on. What comes of each load goes where it is served and shown. */
export async function openLoads(
  options: LoadsOptions,
  zones: ZonesInForce,
  history: History,
): Promise<BuilderStart> {
  const { log, now } = options;
  const knownPaths = new Set<string>();
  const start = now();
  const opened = await openKeeper(options, eventsFor(log, zones, history, knownPaths));
  if (opened.kind !== "opened") return opened;
  const { inForce } = opened.keeper;
  void zones.replace(inForce);
  history.started(now() - start);
  logRemarks(log, opened.remarks);
  logMode(log, inForce);
  warnOfPinnedMounts(log, opened.paths, knownPaths);
  logFaults(log, inForce);
  return opened;
}

async function openKeeper(
  { settings, now, environment = {}, source, threads, builder }: LoadsOptions,
  events: KeeperEvents,
): Promise<BuilderStart> {
  const options = {
    source: source ?? ({ kind: "file", path: settings.deployment } as const),
    maximumFileSize: settings.limits.deploymentFileSize,
    interval: settings.reload.interval,
    stateDirectory: settings.stateDirectory,
    describable: threads && settings.admin.enabled,
    environment: { ...environment }, // the process's own cannot be sent to a thread
  };
  if (threads) return openBuilderThread({ begin: beginBuilder, begun: builder }, options, events);
  const keeper = await import("./reload/keeper.ts"); // with the libraries that the builder thread has of its own
  return keeper.openKeeper(options, events, now);
}

function eventsFor(log: Log, zones: ZonesInForce, history: History, knownPaths: Set<string>): KeeperEvents {
  const { announcer } = zones;
  return {
    onReplaced: (replaced) =>
      announcer.when(zones.replace(replaced.inForce), () => {
        logReload(log, replaced);
        warnOfPinnedMounts(log, replaced.paths, knownPaths);
        if (replaced.cause === "files") logFaults(log, replaced.inForce);
        history.reloaded(replaced);
      }),
    onProblems: (problems) =>
      announcer.next(() => {
        logProblems(log, problems);
        history.refused(problems);
      }),
    onFault: ({ sentence, stack }) => {
      log.warn(stack === undefined ? {} : { stack }, sentence);
      history.fault(sentence);
    },
    onObserved: (changes) =>
      announcer.next(() => {
        for (const { level, sentence, fields } of changes) log[level](fields, sentence);
      }),
  };
}

/** Where nothing of Lync's gates is given, all is published; who forgot to give it should see why. */
function logMode(log: Log, { everyListed, sipDomains }: InForce): void {
  if (everyListed === undefined) return;
  log.info(
    { sipDomains },
    everyListed.replace(/^./, (letter) => letter.toUpperCase()),
  );
}

/** Who forgot to take them out should see why nothing works. */
function logFaults(log: Log, { faults }: InForce): void {
  if (faults.length === 0) return;
  const ids = faults.map(({ id }) => id);
  log.warn({ faults: ids }, 'Answers are wrong on purpose: the deployment has "lab.faults"');
}

function logReload(log: Log, { cause, report, milliseconds, remarks }: Reloaded): void {
  logRemarks(log, remarks);
  const { zones, rrsets, examples } = report;
  const level = cause === "files" ? "info" : "debug"; // what was seen of the network has a line of its own
  log[level]({ zones, rrsets, changes: examples, milliseconds }, `Reloaded: ${reportSentence(report)}`);
}

function logProblems(log: Log, problems: readonly Problem[]): void {
  const errors = problems.filter((problem) => problem.severity === "error");
  log.error(
    { problems: errors.length },
    "The changed deployment cannot be used; the last good one goes on being served",
  );
  for (const problem of fewOf(errors)) log.error({ ...problem.place }, problemText(problem));
}

/** Warnings are for every load; notes are for `check` alone. */
function logRemarks(log: Log, remarks: readonly Problem[]): void {
  const warnings = remarks.filter((remark) => remark.severity === "warning");
  for (const warning of fewOf(warnings)) log.warn({ ...warning.place }, problemText(warning));
}

function problemText({ place, message }: Problem): string {
  if (place === undefined) return message;
  return `${[place.file, place.line, place.column].filter((part) => part !== undefined).join(":")}  ${message}`;
}

/** Once for each path: `known` are those that were looked at before. */
function warnOfPinnedMounts(log: Log, paths: readonly string[], known: Set<string>): void {
  for (const path of paths) {
    if (known.has(path)) continue;
    known.add(path);
    const warning = pinnedMountWarning(path);
    if (warning !== undefined) log.warn({}, warning);
  }
}
