/** Where TCP's connections get their limits: those of the settings, or fewer where the process may open few files. */

import { connectionRoom, MOST_ADMIN_CONNECTIONS } from "./descriptors.ts";
import type { Log } from "./ops/log.ts";
import type { Settings } from "./settings/settings.ts";
import { ConnectionTable } from "./transport/connection-table.ts";
import { workersFor } from "./udp.ts";

export interface ConnectionsOptions {
  readonly settings: Settings;
  readonly log: Log;
  /** Whether the process is ours. */
  readonly threads: boolean;
}

/** The table, and how many connections the admin interface may have beside it. */
export function openConnectionTable({ settings, log, threads }: ConnectionsOptions): {
  readonly connections: ConnectionTable;
  readonly adminConnections: number;
} {
  const wanted = settings.tcp.maximumConnections;
  const addresses = settings.listen.length;
  const others = { threads: workersFor(settings), addresses, isAdminEnabled: settings.admin.enabled };
  const room = threads ? connectionRoom(others) : undefined; // a library's process is not ours to count
  const maximumConnections = Math.min(wanted, room?.connections ?? wanted);
  if (room !== undefined && maximumConnections < wanted)
    log.warn(
      { files: room.files, maximumConnections },
      `TCP connections are limited to ${maximumConnections} instead of ${wanted}: this process may open ${room.files} files; raise that ("LimitNOFILE=" of systemd, "--ulimit nofile=" of Docker, "ulimit -n"), or lower "tcp.maximumConnections"`,
    );
  const connections = new ConnectionTable({ ...settings.tcp, maximumConnections }, () =>
    log.warn(
      { maximumConnections },
      `All ${maximumConnections} TCP connections are taken: each new one closes the one idle longest ("tcp.maximumConnections")`,
    ),
  );
  return { connections, adminConnections: room?.adminConnections ?? MOST_ADMIN_CONNECTIONS };
}
