/** What the commands tell a shell, a container engine or a CI job. */
export const EXIT_CODE = {
  FINE: 0,
  /** Problems in the deployment; for `healthcheck`: no healthy server. */
  PROBLEMS: 1,
  /** Wrong usage or settings: nothing was tried. */
  USAGE: 2,
  CANNOT_LISTEN: 3,
  /** Threads kept dying, or the one that loads did at the first load: whoever started us had better start us anew. */
  THREADS_DIE: 4,
  /** All went well, but what was to be said of it could not be written: a full disk. */
  CANNOT_WRITE: 5,
} as const;
