/** Does a server answer over TCP as it does over UDP, and does it know EDNS? */

import { TYPE } from "../dns/codes.ts";
import type { Endpoint, Question, Reply } from "../probe/dns-client.ts";
import { type Asker, faultOf, lacksFamily, placeOf, plain } from "./asker.ts";
import { type Finding, findingsFor } from "./finding.ts";

const { fine, skipped, warning, broken } = findingsFor("transports");

/** Asks one server for the SRV record in three ways. */
export async function examineTransports(endpoint: Endpoint, name: string, asker: Asker): Promise<Finding[]> {
  const question: Question = { name, type: "SRV" };
  const [udp, tcp, edns] = await Promise.all([
    asker.askBy("udp", endpoint, question),
    asker.askBy("tcp", endpoint, question),
    asker.askBy("edns", endpoint, question),
  ]);
  const subject = placeOf(endpoint);
  if (udp.reply.kind === "silence" && lacksFamily(endpoint.address, udp.reply.code)) {
    return [skipped({ subject, sentence: "not asked: this machine has no IPv6" })];
  }
  return [
    ...(isTruncated(udp.reply) ? [truncated(subject, udp.milliseconds)] : []),
    tcpFinding({ subject, udp: udp.reply, tcp: tcp.reply, milliseconds: tcp.milliseconds }),
    ednsFinding(subject, edns.reply, edns.milliseconds),
  ];
}

function isTruncated(reply: Reply): boolean {
  return reply.kind === "reply" && reply.truncated;
}

function truncated(subject: string, milliseconds: number): Finding {
  return warning({
    code: "truncated",
    subject,
    sentence: "truncates the answer at 512 octets; some XMPP servers have no TCP for DNS and fail",
    cure: "Publish fewer SRV records, or shorter names",
    milliseconds,
  });
}

interface TcpSeen {
  readonly subject: string;
  readonly udp: Reply;
  readonly tcp: Reply;
  readonly milliseconds: number;
}

function tcpFinding({ subject, udp, tcp, milliseconds }: TcpSeen): Finding {
  const said = { subject, milliseconds };
  if (tcp.kind === "silence") {
    const sentence = `does not answer over TCP: ${tcp.reason}`;
    const cure = "Let TCP port 53 through to it as well: long answers and many resolvers need it (RFC 7766)";
    return broken({ ...said, code: "tcp-fails", sentence, cure });
  }
  if (udp.kind === "reply" && !udp.truncated && essence(udp) !== essence(tcp)) {
    const sentence = `says over TCP "${essence(tcp)}", over UDP "${essence(udp)}"`;
    const cure =
      "See who answers there: UDP and TCP port 53 seem to lead to two servers, or something on the way interferes";
    return broken({ ...said, code: "tcp-differs", sentence, cure });
  }
  return fine({ ...said, sentence: "answers the same over TCP" });
}

/** RCODE and SRV records, in whatever order. */
function essence(reply: Reply): string {
  if (reply.kind === "silence") return reply.reason;
  const records = reply.answers
    .filter(({ type }) => type === TYPE.SRV)
    .map(({ priority, weight, port, target }) => `${priority} ${weight} ${port} ${plain(target)}`);
  return records.length === 0 ? (faultOf(reply) ?? "no SRV record") : records.sort().join("; ");
}

function ednsFinding(subject: string, reply: Reply, milliseconds: number): Finding {
  const said = { subject, milliseconds };
  const fault =
    faultOf(reply) ?? (reply.kind === "reply" && !reply.hasEdns ? "an answer without OPT" : undefined);
  if (fault === undefined) return fine({ ...said, sentence: "answers with EDNS" });
  const sentence = `does not take EDNS: ${fault}`;
  const cure =
    "Let DNS messages with EDNS through, and answers up to 1232 octets (RFC 6891): resolvers that use it wait or give up";
  return warning({ ...said, code: "edns-fails", sentence, cure });
}
