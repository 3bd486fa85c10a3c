/** The command line: which commands there are, what they take, what `--help` says. */

import { Command, CommanderError, Option } from "commander";
import { FORMAT_NAMES } from "../export/format-names.ts";
import type { Problem } from "../result.ts";
import type { Engine } from "./engine.ts";
import { EXIT_CODE } from "./exit-code.ts";
import type { ExplainOptions } from "./explain.ts";
import type { ExportOptions } from "./export.ts";
import type { HealthcheckOptions } from "./healthcheck.ts";
import type { ImportOptions } from "./import.ts";
import { renderProblems } from "./problems.ts";
import type { RecordsOptions } from "./records.ts";
import { report } from "./settings.ts";
import type { Surroundings } from "./surroundings.ts";
import type { VerifyOptions } from "./verify.ts";

export interface Call {
  /** What follows the command's name on the command line. */
  readonly words: readonly string[];
  readonly version: string;
  readonly surroundings: Surroundings;
  readonly engine: Engine;
}

/** Runs the command that the words ask for and gives its exit code. */
export async function runProgram(call: Call): Promise<number> {
  const exit: Exit = { code: EXIT_CODE.FINE };
  try {
    await programOf(call, exit).parseAsync(call.words, { from: "user" });
    return exit.code;
  } catch (fault) {
    if (!(fault instanceof CommanderError)) throw fault;
    return fault.exitCode === 0 ? EXIT_CODE.FINE : (exit.usage ?? EXIT_CODE.USAGE); // 0: --help and --version
  }
}

/** Where the command that ran leaves its code: commander's actions return nothing. */
interface Exit {
  code: number;
  /** What wrong usage is to a command that has codes of its own. */
  usage?: number;
}

const EXIT_CODES = `
Exit codes:
  0  fine
  1  problems in the deployment (healthcheck: no healthy server)
  2  wrong usage or settings
  3  cannot listen
  4  threads that answer kept dying, or the one that loads at the start: start the server anew
  5  the output could not be written`;

function programOf({ words, version, surroundings, engine }: Call, exit: Exit): Command {
  const { stdout, stderr } = surroundings;
  const isJson = words.includes("--json");
  const program = new Command("xmpp-edge-dns")
    .description(
      "Authoritative DNS for XMPP federation: derives the DNS records of a Lync Server 2013 / Skype for " +
        "Business 2015 Edge deployment, or of an XMPP lab, from one file, and serves them over UDP and TCP.",
    )
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "explain a command")
    .exitOverride()
    .configureOutput({
      writeOut: stdout.write,
      writeErr: stderr.write,
      outputError: (text, write) =>
        write(isJson ? renderProblems([usageProblem(text)], { json: true }) : text),
    })
    .showHelpAfterError(isJson ? false : "Run it with --help to see what it takes.")
    .addHelpText("after", EXIT_CODES);
  const run = (action: Action) => async (options: AnyOptions, command: Command) => {
    const problem = wordTooMany(command, command.registeredArguments.length);
    if (problem !== undefined) report([problem], options, surroundings.stderr, surroundings);
    exit.code = problem === undefined ? await action(options, surroundings, engine) : EXIT_CODE.USAGE;
  };
  // Each command brings its own libraries: a server that starts must not wait for those of `check`.
  serveCommand(program).action(run(async (...call) => (await import("./serve.ts")).serve(...call)));
  checkCommand(program).action(run(async (...call) => (await import("./check.ts")).check(...call)));
  recordsCommand(program).action(run(async (...call) => (await import("./records.ts")).records(...call)));
  const explaining = run(async (...call) => (await import("./explain.ts")).explain(...call));
  explainCommand(program).action((sipDomain: string | undefined, options: AnyOptions, command: Command) =>
    explaining({ ...options, sipDomain }, command),
  );
  exportCommand(program).action(run(async (...call) => (await import("./export.ts")).exportRecords(...call)));
  healthcheckCommand(program).action(
    run(async (...call) => (await import("./healthcheck.ts")).healthcheck(...call)),
  );
  importCommand(program).action(async (documents: readonly string[], options: ImportOptions) => {
    exit.code = await (await import("./import.ts")).importDocuments(documents, options, surroundings);
  });
  verifyCommand(program)
    .action(async (sipDomains: readonly string[], options: VerifyOptions) => {
      const { verify } = await import("./verify.ts");
      exit.code = await verify({ ...options, sipDomains }, surroundings, engine);
    })
    .exitOverride((fault) => {
      exit.usage = 3; // 2 means broken there
      throw fault;
    });
  return program;
}

/** What commander complains of, without its label: "error: unknown option '--jsn'\n(Did you mean --json?)\n". */
function usageProblem(text: string): Problem {
  return {
    severity: "error",
    message: text
      .replace(/^error: /, "")
      .trim()
      .replaceAll("\n", " "),
  };
}

/** Words without a flag mean nothing to us; who writes one will most likely mean the deployment file. */
function wordTooMany({ args }: Command, taken: number): Problem | undefined {
  const word = args[taken];
  if (word === undefined) return undefined;
  const flag = /^[a-z][A-Za-z.]*=/.test(word) ? "--set" : "--deployment";
  const cure = flag === "--set" ? "a setting is given as" : "the deployment file is given as";
  const message = `Cannot use "${word}" as it stands: ${cure} ${flag} ${quoted(word)}`;
  return { severity: "error", message };
}

/** A word as a shell takes it for one. */
function quoted(word: string): string {
  return /^[\w./:=,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The options of any command, as commander leaves them: each command declares those it takes, and their kind. */
type AnyOptions = Omit<RecordsOptions, "format"> &
  Omit<ExportOptions, "format"> &
  ExplainOptions &
  HealthcheckOptions & {
    /** Commander lets none pass that the command has not declared. */
    readonly format: never;
  };

type Action = (options: AnyOptions, surroundings: Surroundings, engine: Engine) => Promise<number>;

function serveCommand(program: Command): Command {
  return withListening(withCommon(program.command("serve")))
    .summary("answer DNS queries from a deployment file")
    .description(
      "Answers DNS queries from a deployment file and follows every change of the file without losing a " +
        "query. A broken change is reported and the last good version stays in force.",
    )
    .addOption(new Option("--workers <number>", "threads that answer UDP; 0: one for each core (default: 0)"))
    .addHelpText(
      "after",
      `
Signals:
  SIGTERM, SIGINT  answer what is in flight, then exit 0; a second one exits at once
  SIGHUP           look at the deployment, the certificate and the cookie secrets now

Examples:
  xmpp-edge-dns serve                                       every address, port 53, config/deployment.yaml
  xmpp-edge-dns serve --listen 127.0.0.1 --port 5300        on this machine, without privileges
  xmpp-edge-dns serve --listen 203.0.113.53 --listen 2001:db8::53
  xmpp-edge-dns serve --set log.level=debug --set tcp.idleTimeout=30s
  XMPP_EDGE_DNS_PORT=5300 xmpp-edge-dns serve               the same settings from the environment
${EXIT_CODES}`,
    );
}

function checkCommand(program: Command): Command {
  return withCommon(program.command("check"))
    .summary("say everything that is wrong with a deployment file")
    .description(
      "Loads, derives and compiles a deployment exactly as `serve` would and says everything that is wrong " +
        "with it, each problem with its file, line and column. Serves nothing.",
    )
    .addHelpText(
      "after",
      `
Examples:
  xmpp-edge-dns check                                       before a restart or in a commit hook
  xmpp-edge-dns check --deployment new.yaml --json          one JSON object a line, for editors and CI
${EXIT_CODES}`,
    );
}

function recordsCommand(program: Command): Command {
  return withCommon(program.command("records"))
    .summary("print the DNS records that a deployment file leads to")
    .description(
      "Prints the DNS records that a deployment leads to, and the SIP domains that get none, with the reason.",
    )
    .addOption(
      new Option(
        "--format <format>",
        "table: the DNS summary; zone: master files; json (default: table)",
      ).choices(["table", "zone", "json"]),
    )
    .option("--zone <zone>", "only this zone")
    .option(
      "--delegation",
      "what the parent zone needs: NS records and their addresses, as lines of a zone file or as json",
    )
    .addHelpText(
      "after",
      `
Examples:
  xmpp-edge-dns records                                     location, FQDN, maps to, comment
  xmpp-edge-dns records --format zone --zone contoso.com > contoso.com.zone
                                                            for NSD, Knot, BIND and whoever reads RFC 1035
  xmpp-edge-dns records --delegation                        lines for the administrator of the parent zone
${EXIT_CODES}`,
    );
}

function explainCommand(program: Command): Command {
  return withCommon(program.command("explain"))
    .summary("say why a SIP domain is published, or what stands in the way")
    .description(
      "Follows a SIP domain through everything that Lync asks for (Access Edge configuration, Edge pool and " +
        "route, XMPP allowed partners, external access policies of its users) to its DNS records, or to the " +
        "first thing that stands in the way and the cmdlet that would change it.",
    )
    .argument("[sip domain]", "the SIP domain; all of them, a line each, if left out")
    .option("--certificate", "the names that the Edge pool's external certificate needs, instead")
    .addHelpText(
      "after",
      `
Examples:
  xmpp-edge-dns explain contoso.com
  xmpp-edge-dns explain                                     who is published, and who is not for which reason
  xmpp-edge-dns explain --certificate                       subject alternative names for the next request
${EXIT_CODES}`,
    );
}

function exportCommand(program: Command): Command {
  return withCommon(program.command("export"))
    .summary("write the records for a DNS that stays where it is")
    .description(
      "Writes the records that a deployment leads to in the words of other DNS servers and providers, for " +
        "those who keep their DNS elsewhere. Standard output has one file; --directory takes all of them.",
    )
    .addOption(
      new Option(
        "--format <format>",
        "zone: master files; bind, nsd, knot: configuration, with --directory the master files too; windows: " +
          "PowerShell for Windows DNS; route53: change batches; octodns: YAML; terraform: the dns provider " +
          "(RFC 2136); hosts: a hosts file; json",
      )
        .choices(FORMAT_NAMES)
        .makeOptionMandatory(),
    )
    .option("--zone <zone>", "only this SIP domain or zone")
    .option("--directory <directory>", "write files there instead")
    .addHelpText(
      "after",
      `
Zones that others host get our data without SOA and NS records, those being theirs. windows, route53,
octodns and terraform can be run again: they change what differs.

Examples:
  xmpp-edge-dns export --format bind --directory /etc/bind/xmpp
  xmpp-edge-dns export --format windows > records.ps1       then: .\\records.ps1 -WhatIf
  xmpp-edge-dns export --format route53 --zone contoso.com > batch.json
                                                            then: aws route53 change-resource-record-sets
${EXIT_CODES}`,
    );
}

function healthcheckCommand(program: Command): Command {
  return withListening(withCommon(program.command("healthcheck")))
    .summary("ask the running server whether it is alive")
    .description(
      "Asks the server that runs with the same settings for a SOA record, over UDP and TCP, on every address " +
        "it listens on. Says one line; done within three seconds.",
    )
    .option("--zone <zone>", "ask for this zone, which must be served (default: the deployment's first one)")
    .addHelpText(
      "after",
      `
A server that goes on serving an older version, because the file on disk is broken or has other zones by
now, counts as alive: restarting it would make things worse. With --zone, that zone must be answered.

Examples:
  xmpp-edge-dns healthcheck                                 in the container of the server: same settings
  xmpp-edge-dns healthcheck --listen 203.0.113.53 --zone contoso.com
${EXIT_CODES}`,
    );
}

function importCommand(program: Command): Command {
  return withSettings(program.command("import"))
    .summary("write a deployment file from Lync's own documents")
    .description(
      "Reads a topology (.tbxml, Get-CsTopology -AsXml) and what cmdlets printed (Export-LyncXmppDns.ps1, " +
        "ConvertTo-Json, Export-Clixml) and writes a deployment file once, with comments. To follow the documents " +
        'instead, name them under "lync" in the deployment file.',
    )
    .argument("<files...>", "Lync's documents, topologies first: of what several say, the first counts")
    .option("-o, --output <file>", "where to write (default: standard output)")
    .option("--force", "replace the file if there is one")
    .addHelpText(
      "after",
      `
Examples:
  xmpp-edge-dns import topology.tbxml                       look at it first
  xmpp-edge-dns import topology.tbxml lync-export.json -o deployment.yaml
${EXIT_CODES}`,
    );
}

function verifyCommand(program: Command): Command {
  return withCommon(program.command("verify"))
    .summary("see SIP domains as a federation partner would")
    .description(
      "Follows the way of a federation partner, step by step: delegation and name servers, SRV record, its " +
        "target and addresses, DNS over TCP and with EDNS, then connection, XMPP stream, STARTTLS and " +
        "certificate of every address; each with what is wrong, its cure and how long it took.",
    )
    .argument("[sip domain...]", "SIP domains, ours or others'; all that are published, if left out")
    .option("--server <address[:port]>", "ask this DNS server; the delegation is not looked at")
    .option("--resolver <address[:port]>", "ask through this resolver (default: the system's)")
    .option("--from-partner", "use only what the DNS tells, and find what partners cannot reach")
    .option("--from <domain>", "the domain we say we come from (default: the first XMPP allowed partner)")
    .option("--ca <file>", "trust these certificates (PEM) instead of the system's")
    .option("--timeout <seconds>", "for each question, connection and stage of a stream (default: 5)")
    .option("--strict", "give 1 where there are warnings")
    .addHelpText(
      "after",
      `
Each line is explained in docs/verify.md, by the code at its end. A SIP domain that is not in the deployment
is verified as somebody else's: nothing is compared. With --json, a line for each SIP domain and the summary.

Examples:
  xmpp-edge-dns verify                                      everything that is published, from here
  xmpp-edge-dns verify contoso.com --server 127.0.0.1:5300  before the delegation points to us
  xmpp-edge-dns verify contoso.com --from-partner           outside, without the deployment
  xmpp-edge-dns verify partner.example                      the other side

Exit codes, as monitoring systems want them and unlike those of the other commands:
  0  fine (or warnings, without --strict)
  1  warnings, with --strict
  2  broken
  3  nothing was verified: wrong usage, settings or deployment`,
    );
}

function withCommon(command: Command): Command {
  return withSettings(
    command.option("--deployment <file>", "what is deployed (default: config/deployment.yaml)"),
  );
}

function withSettings(command: Command): Command {
  return command
    .option("--settings <file>", "how to run (default: config/settings.yaml, where there is one)")
    .option("--set <key=value>", "one setting, dotted as in the settings file; may be repeated", collect)
    .option("--json", "problems as JSON, one object a line")
    .allowExcessArguments(); // they are refused with a better hint than commander's
}

function withListening(command: Command): Command {
  return command
    .option("--listen <address>", "IP address; may be repeated (default: 0.0.0.0 and ::)", collect)
    .option("--port <number>", "port of every address; serve takes a free one for 0 (default: 53)");
}

function collect(word: string, words: readonly string[] = []): readonly string[] {
  return [...words, word];
}
