#!/usr/bin/env node
/** The command line. It reads flags, hands over to one file a command, and turns what they throw into one readable paragraph. */

import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { nearest } from '../config/nearest.ts';
import { StartError, version } from '../main.ts';
import { createWorld } from '../world.ts';
import { type AccountsAction, accounts } from './accounts.ts';
import { CLIENT_NAMES, connect } from './connect.ts';
import { demo } from './demo.ts';
import { explain } from './explain.ts';
import { EXPORT_FORMATS, exportJournal } from './export.ts';
import { lab } from './lab.ts';
import { logs } from './logs.ts';
import { open } from './open.ts';
import { launch } from './open-browser.ts';
import { readSecret } from './read-secret.ts';
import { REQUESTS_SHOWN_MAX, requests } from './requests.ts';
import { serve } from './serve.ts';
import { terminalIo } from './stdout.ts';
import { validate } from './validate.ts';

/** More letters than these are no slip of the finger. */
const COMMAND_DISTANCE_MAX = 2;

const ended = new AbortController();
const endedNow = new AbortController();
const io = {
  out: (line: string): void => void process.stdout.write(`${line}\n`),
  err: (line: string): void => void process.stderr.write(`${line}\n`),
  env: process.env,
  signal: ended.signal,
  now: endedNow.signal,
};

/** A reader of our lines that has gone (`| head`) is no reason for a server to fall; `terminalIo` ends the commands that only show something. */
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') throw error;
  });
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => (ended.signal.aborted ? endedNow.abort() : ended.abort()));
}

const piped = () => terminalIo(io, process.stdout, () => ended.abort());

const program = new Command('antigravity-tools')
  .description('A local gateway between coding agents and a pool of model accounts.')
  .version(version)
  .showHelpAfterError('(--help shows what can be said)')
  .exitOverride();

program
  .command('serve', { isDefault: true })
  .description('run the gateway')
  .option('--config <file>', 'configuration file (YAML or JSON)')
  .option('--data-dir <directory>', 'data directory (default ~/.antigravity_tools)')
  .option('--host <host>', 'address to listen on (default 127.0.0.1)')
  .option('--port <number>', 'port to listen on, 0 picks a free one (default 8045)')
  .option('--log-level <level>', 'trace, debug, info, warn, error, fatal or silent')
  .action(async (flags) => exit(await serve(flags, io)));

program
  .command('demo')
  .description('show the healing at work, with nothing configured')
  .option('--once', 'exit when all answers are in: 0 when all were whole, 1 otherwise')
  .action(async (flags) => exit(await demo(flags, io)));

program
  .command('lab')
  .description('run the upstream simulator alone')
  .option('--port <number>', 'port to listen on, 0 picks a free one', readPort)
  .option('--script <file>', 'what goes wrong, when (YAML or JSON)')
  .option('--replay <file>', 'recorded answers to give again (an HTTP archive or JSON lines)')
  .option('--paced', 'give recorded answers with the pauses they had')
  .action(async (flags) => exit(await lab(flags, io)));

program
  .command('open')
  .description('open the Monitor of the running gateway in the browser, signed in')
  .option('--print', 'print the one-time link instead')
  .option('--config <file>', 'configuration file (default config.yaml in the data directory)')
  .option('--data-dir <directory>', 'data directory')
  .option('--host <host>', 'address of the gateway')
  .option('--port <number>', 'port of the gateway')
  .action(async (flags) => {
    const world = createWorld();
    exit(await open(flags, { ...io, platform: process.platform, launch: (command) => launch(command, world) }));
  });

program
  .command('validate')
  .description('check a configuration and say what is wrong with it')
  .option('--config <file>', 'configuration file (default config.yaml in the data directory)')
  .option('--data-dir <directory>', 'data directory')
  .action(async (flags) => exit(await validate(flags, io)));

program
  .command('connect')
  .description("print the environment a client needs, or change the client's own settings")
  .addArgument(new Argument('<client>', 'which client').choices(CLIENT_NAMES))
  .option('--write', "change the client's settings file, after showing the change and keeping what was there")
  .option('--undo', 'bring back what the last --write changed')
  .option('--config <file>', 'configuration file (default config.yaml in the data directory)')
  .option('--data-dir <directory>', 'data directory')
  .option('--host <host>', 'address of the gateway')
  .option('--port <number>', 'port of the gateway')
  .action((client, flags) =>
    exit(connect(client, flags, { ...io, platform: process.platform, now: createWorld().now })),
  );

program
  .command('explain')
  .description('say why a request failed or was healed, and what to do')
  .argument('<id>', 'the id of the request, as in X-Request-Id')
  .option('--json', 'print the diagnosis as JSON')
  .option('--language <language>', 'en, de, fr, es, pt or zh (default: as the terminal)')
  .option('--config <file>', 'configuration file (default config.yaml in the data directory)')
  .option('--data-dir <directory>', 'data directory')
  .option('--host <host>', 'address of the gateway')
  .option('--port <number>', 'port of the gateway')
  .action(async (id, flags) => exit(await explain(id, flags, { ...piped(), now: createWorld().now })));

program
  .command('requests')
  .description('show the requests that the running gateway has answered')
  .option('--failed', 'only those that failed')
  .option('--follow', 'show every request as it ends')
  .option('--limit <number>', 'how many', readLimit)
  .option('--json', 'one JSON object a line')
  .option('--config <file>', 'configuration file (default config.yaml in the data directory)')
  .option('--data-dir <directory>', 'data directory')
  .option('--host <host>', 'address of the gateway')
  .option('--port <number>', 'port of the gateway')
  .action(async (flags) => exit(await requests(flags, piped())));

program
  .command('logs')
  .description('show the log, or what it says of one request')
  .argument('[id]', 'of this request only')
  .option('--follow', 'show every line as it is written')
  .option('--data-dir <directory>', 'data directory')
  .action(async (id, flags) => exit(await logs(id, flags, piped(), createWorld())));

program
  .command('export')
  .description("write the running gateway's journal into a file")
  .argument('<file>', 'where to, - for stdout')
  .addOption(new Option('--format <format>', 'form of the file').choices(EXPORT_FORMATS).makeOptionMandatory())
  .option('--since <time>', 'only requests since then: an ISO 8601 time, or how long ago, such as 2h')
  .option('--config <file>', 'configuration file (default config.yaml in the data directory)')
  .option('--data-dir <directory>', 'data directory')
  .option('--host <host>', 'address of the gateway')
  .option('--port <number>', 'port of the gateway')
  .action(async (file, flags) => exit(await exportJournal(file, flags, piped(), createWorld().now())));
const accountsCommand = program.command('accounts').description('show and change the accounts');
accountAction('list', 'all accounts and how they do', { isDefault: true }).option(
  '--json',
  'as the admin API gives it',
);
accountAction('add <label>', 'add an account; its secret is asked for, or read from a pipe')
  .requiredOption('--provider <provider>', 'gemini, vertex, anthropic or openai')
  .option('--credential <reference>', 'env:NAME, file:PATH or keychain:NAME instead of the secret itself')
  .option('--base-url <url>', "default: the provider's public address")
  .option('--allow-private', 'the base URL is on a loopback or private address')
  .option('--project <id>', 'vertex: the project to bill')
  .option('--location <name>', 'vertex: default global')
  .option('--models <patterns>', 'comma-separated names, * is a wildcard')
  .option('--weight <number>', 'default 1')
  .option('--disabled', 'add it switched off');
accountAction('test <label>', 'one small real request').option('--json', 'as the admin API gives it');
accountAction('enable <label>', 'switch an account on');
accountAction('disable <label>', 'switch an account off');
accountAction('remove <label>', 'remove an account that was added by command or page');

try {
  refuseUnknown(process.argv[2]);
  await program.parseAsync(process.argv);
} catch (error) {
  if (error instanceof CommanderError) exit(error.exitCode === 0 ? 0 : 2);
  else {
    io.err(`antigravity-tools: ${error instanceof Error ? error.message : String(error)}`);
    exit(error instanceof StartError ? 2 : 1);
  }
}

/** `serve` is what is done without a command, so it would take a misspelt one for its own. */
function refuseUnknown(word: string | undefined): void {
  const known = [...program.commands.map((command) => command.name()), 'help'];
  if (word === undefined || word.startsWith('-') || known.includes(word)) return;
  const meant = nearest(word, known, COMMAND_DISTANCE_MAX);
  const suggestion = meant === undefined ? '' : `; did you mean ${meant}?`;
  program.error(`error: there is no command ${JSON.stringify(word)}${suggestion}`);
}

function accountAction(usage: string, does: string, options: { readonly isDefault?: boolean } = {}): Command {
  const action = usage.split(' ')[0] as AccountsAction;
  const secret = (question: string) =>
    readSecret(question, { input: process.stdin, show: (text) => void process.stderr.write(text) });
  const own = {
    ...io,
    world: createWorld(),
    columns: () => process.stdout.columns ?? Number.POSITIVE_INFINITY,
    secret,
  };
  return accountsCommand
    .command(usage, options)
    .description(does)
    .option('--config <file>', 'configuration file (default config.yaml in the data directory)')
    .option('--data-dir <directory>', 'data directory')
    .option('--host <host>', 'address of the gateway')
    .option('--port <number>', 'port of the gateway')
    .action(async (...given: unknown[]) => {
      const label = typeof given[0] === 'string' ? given[0] : undefined;
      exit(await accounts(action, label, given.at(-2) as object, own));
    });
}

function readPort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidArgumentError('a port is a number from 0 to 65535');
  return port;
}

function readLimit(text: string): number {
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1 || limit > REQUESTS_SHOWN_MAX)
    throw new InvalidArgumentError(`a limit is a number from 1 to ${REQUESTS_SHOWN_MAX}`);
  return limit;
}

/** Lets what was printed reach a pipe before the process ends. */
function exit(code: number): void {
  process.exitCode = code;
  process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
}
