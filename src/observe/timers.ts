/** Timers, passed in so that tests hold the clock. */

export interface Timers {
  /** Runs something after so many milliseconds; what comes back takes that back. */
  after(milliseconds: number, run: () => void): () => void;
}

/** The system's timers, which keep no process from ending. */
export const SYSTEM_TIMERS: Timers = {
  after: (milliseconds, run) => {
    const timer = setTimeout(run, milliseconds).unref();
    return () => clearTimeout(timer);
  },
};
