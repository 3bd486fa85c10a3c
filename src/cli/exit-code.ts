/** What the commands tell a shell, a container engine or a CI job. */
export const EXIT_CODE = {
  FINE: 0,
  /** Problems in the deployment; for `healthcheck`: no healthy server. */
  PROBLEMS: 1,
  /** Wrong usage or settings: nothing was tried. */
  USAGE: 2,
  CANNOT_LISTEN: 3,
  /** Threads kept dying: whoever started us had better start us anew. */
  THREADS_DIE: 4,
} as const;
