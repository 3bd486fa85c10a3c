/** The program of the builder thread: load, derive and compile, away from those who answer. */

import { runBuilderThread } from "./reload/builder-thread.ts";

runBuilderThread(Date.now);
