/** The program of the builder thread: load, derive and compile, away from those who answer. */

import { runBuilder } from "./reload/builder-program.ts";

runBuilder(Date.now);
