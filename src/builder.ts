/** The program of the builder thread: load, derive and compile, away from those who answer. */

import { SnapshotCollector } from "./collector.ts";
import { runBuilder } from "./reload/builder-program.ts";

/** What a load makes on its way to a snapshot is some ten times as large. */
const GARBAGE = 10;

const collector = new SnapshotCollector();

runBuilder({ now: Date.now, onLoaded: (octets) => collector.released(GARBAGE * octets) });
