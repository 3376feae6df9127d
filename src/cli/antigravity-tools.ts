#!/usr/bin/env node
/** The command line. It reads flags, hands over to one file a command, and turns what they throw into one readable paragraph. */

import { Argument, Command, CommanderError, InvalidArgumentError } from 'commander';
import { StartError, version } from '../main.ts';
import { createWorld } from '../world.ts';
import { type AccountsAction, accounts } from './accounts.ts';
import { CLIENT_NAMES, connect } from './connect.ts';
import { demo } from './demo.ts';
import { lab } from './lab.ts';
import { readSecret } from './read-secret.ts';
import { serve } from './serve.ts';
import { validate } from './validate.ts';

const ended = new AbortController();
const endedNow = new AbortController();
const io = {
  out: (line: string): void => void process.stdout.write(`${line}\n`),
  err: (line: string): void => void process.stderr.write(`${line}\n`),
  env: process.env,
  signal: ended.signal,
  now: endedNow.signal,
};

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => (ended.signal.aborted ? endedNow.abort() : ended.abort()));
}

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
  .action(async (flags) => exit(await lab(flags, io)));

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
  await program.parseAsync(process.argv);
} catch (error) {
  if (error instanceof CommanderError) exit(error.exitCode === 0 ? 0 : 2);
  else {
    io.err(`antigravity-tools: ${error instanceof Error ? error.message : String(error)}`);
    exit(error instanceof StartError ? 2 : 1);
  }
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

/** Lets what was printed reach a pipe before the process ends. */
function exit(code: number): void {
  process.exitCode = code;
  process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
}
