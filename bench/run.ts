/**
 * The benchmarks, in one command: `node bench/run.ts [--quick] [--only framer|streams|foreign]`. Everything is measured beside its peers in the same
 * run and told as a ratio; absolute numbers belong to the machine. Prints tables, leaves the numbers in `bench/results/`.
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { World } from '../src/model/ports.ts';
import { createWorld } from '../src/world.ts';
import { forwardedName } from './foreign/per-event.ts';
import { bareTranslationName, type ForeignReport, runForeign } from './foreign/run.ts';
import { type FramerReport, parserName, runFramer } from './framer/run.ts';
import { type Column, table } from './report.ts';
import { bareName } from './streams/contenders.ts';
import { runStreams, type StreamsReport } from './streams/run.ts';

const wholeRunMsMax = 360_000;
const quickRunMsMax = 60_000;
const results = fileURLToPath(new URL('results/', import.meta.url));

const { values: flags } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, only: { type: 'string' } },
});
const parts = ['framer', 'streams', 'foreign'];
if (flags.only !== undefined && !parts.includes(flags.only)) {
  console.error(`--only takes ${parts.join(', ')}`);
  process.exit(2);
}
const say = (line: string): void => console.error(`· ${line}`);
await main(createWorld());

async function main(world: World): Promise<void> {
  const machine = {
    processor: cpus()[0]?.model ?? '',
    cores: cpus().length,
    memoryBytes: totalmem(),
    loadBefore: loadavg()[0] ?? 0,
    node: process.version,
  };
  console.log(
    `${machine.cores} cores of ${machine.processor}, Node ${machine.node}${flags.quick ? ', quick run' : ''}\n`,
  );
  const limitMs = flags.quick ? quickRunMsMax : wholeRunMsMax;
  const stop = new AbortController();
  const late = world.alarm(limitMs, () => stop.abort(new Error(`the benchmark took longer than ${limitMs} ms`)));
  process.once('SIGINT', () => stop.abort(new Error('interrupted')));
  process.once('SIGTERM', () => stop.abort(new Error('ended')));
  const started = world.elapsed();
  try {
    const { quick } = flags;
    const isAsked = (part: string): boolean => flags.only === undefined || flags.only === part;
    const framer = isAsked('framer') ? runFramer({ quick }) : undefined;
    if (framer) showFramer(framer);
    const streams = isAsked('streams') ? await runStreams({ quick, say, signal: stop.signal }, world) : undefined;
    if (streams) showStreams(streams);
    const foreign = isAsked('foreign') ? await runForeign({ quick, say, signal: stop.signal }, world) : undefined;
    if (foreign) showForeign(foreign);
    const time = new Date(world.now()).toISOString();
    keep({ time, quick, machine, seconds: (world.elapsed() - started) / 1_000, framer, streams, foreign }, time);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  } finally {
    late.cancel();
  }
}

function showFramer({ names, perEvent, perEventInLargeChunks }: FramerReport): void {
  const against = parserName;
  show('Reading an event stream: CPU ns for one event (median and extremes of the rounds)', names, [
    { title: 'one event in a chunk', values: perEvent, digits: 0, against },
    { title: 'chunks of 16 KiB', values: perEventInLargeChunks, digits: 0, against },
  ]);
}

function showStreams({ names, nginx, paced, atOnce, firstByte, memory }: StreamsReport): void {
  const against = bareName;
  console.log(nginx === undefined ? 'nginx was not to be had and is not in these tables.\n' : `nginx ${nginx}\n`);
  show('1,000 streams of 200 events, one event at a time', names, [
    { title: 'CPU ms', values: paced.cpuMs, digits: 0, against },
    { title: 'events/s', values: paced.eventsPerSecond, digits: 0 },
    { title: 'reads per stream', values: paced.readsPerStream, digits: 0 },
  ]);
  show('1,000 streams of 200 events, all events at once', names, [
    { title: 'CPU ms', values: atOnce.cpuMs, digits: 0, against },
    { title: 'events/s', values: atOnce.eventsPerSecond, digits: 0, against },
  ]);
  const direct = { 'direct, the zero line': firstByte.directP50Ms };
  const direct99 = { 'direct, the zero line': firstByte.directP99Ms };
  show(
    'Time to first byte: ms more than direct',
    [...Object.keys(direct), ...names],
    [
      { title: 'p50', values: { ...firstByte.addedP50Ms, ...direct }, digits: 2 },
      { title: 'p99', values: { ...firstByte.addedP99Ms, ...direct99 }, digits: 2 },
    ],
  );
  show(`Memory at ${memory.streams} slow streams (an event a second each)`, names, [
    { title: 'KB per stream', values: memory.kilobytesPerStream, digits: 1, against },
    { title: 'idle MB', values: memory.idleMegabytes, digits: 0 },
    { title: 'CPU ms per second', values: memory.cpuMsPerSecond, digits: 0, against },
    { title: 'streams alive', values: memory.alive, digits: 0 },
  ]);
}

function showForeign({ names, perEvent, paced, atOnce }: ForeignReport): void {
  show('A Gemini answer: CPU ns for one event', Object.keys(perEvent), [
    { title: 'one event in a chunk', values: perEvent, digits: 0, against: forwardedName },
  ]);
  const against = bareTranslationName;
  show('Anthropic client, Gemini upstream: 1,000 streams of 200 events', names, [
    { title: 'CPU ms, one event at a time', values: paced.cpuMs, digits: 0, against },
    { title: 'CPU ms, all at once', values: atOnce.cpuMs, digits: 0, against },
    { title: 'events/s, all at once', values: atOnce.eventsPerSecond, digits: 0, against },
  ]);
}

function show(title: string, names: readonly string[], columns: readonly Column[]): void {
  console.log(`${title}\n\n${table(names, columns)}\n`);
}

function keep(report: object, time: string): void {
  mkdirSync(results, { recursive: true });
  const text = `${JSON.stringify(report, undefined, 2)}\n`;
  const file = `${results}${time.replaceAll(':', '-')}.json`;
  writeFileSync(file, text);
  say(`the numbers are in ${file}`);
}
