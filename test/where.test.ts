/** The documents against the code: what they name exists, and what they state is so. */

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { defaultConfig } from '../src/config/load.ts';
import { problemOf } from '../src/healing/answer.ts';
import { noteFailure, startCourse } from '../src/healing/course.ts';
import { RULES, type Rule } from '../src/healing/rules.ts';
import type { Backoff, FailureKind } from '../src/model/failure.ts';
import type { ClientRequest, PlainAnswer } from '../src/model/request.ts';
import { CAUSES } from '../src/monitor/diagnosis/causes.ts';
import { anthropicProblem } from '../src/protocols/anthropic/failures.ts';
import { geminiProblem } from '../src/protocols/gemini/failures.ts';
import { sentences } from './where/sentences.ts';
import { causesIn, codes, quoted, rowsOf } from './where/tables.ts';

const project = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(project, path), 'utf8');
const sources = readdirSync(join(project, 'src'), { recursive: true, encoding: 'utf8' })
  .map((path) => `src/${path.replaceAll('\\', '/')}`)
  .filter((path) => path.endsWith('.ts') && !/\.(test|testing)\.ts$/.test(path));
const kinds = Object.keys(RULES) as FailureKind[];

function duration(ms: number): string {
  if (ms === 0) return '0';
  if (ms % 3_600_000 === 0) return `${ms / 3_600_000} h`;
  if (ms >= 120_000 && ms % 60_000 === 0) return `${ms / 60_000} min`;
  return ms >= 1_000 ? `${ms / 1_000} s` : `${ms} ms`;
}

function bytes(count: number): string {
  return count % 1024 ** 2 === 0 ? `${count / 1024 ** 2} MB` : `${count / 1024} KB`;
}

describe('docs/WHERE.md', () => {
  const rows = rowsOf(read('docs/WHERE.md')).map(([question = '', place = '', names = '']) => ({
    question,
    place,
    file: codes(place)[0] ?? '',
    names: codes(names),
  }));

  test('answers at least forty-five questions, each once and with one file', () => {
    expect(rows.length).toBeGreaterThanOrEqual(45);
    expect(rows.filter(({ place, file }) => place !== `[\`${file}\`](../${file})`)).toEqual([]);
    const questions = rows.map(({ question }) => question);
    expect(questions.filter((question, at) => questions.indexOf(question) !== at)).toEqual([]);
  });
  test('names files that exist and words that occur in them', () => {
    const broken = rows.flatMap(({ file, names }) => {
      const text = read(file);
      const missing = names.filter((name) => !new RegExp(`(?<!\\w)${name}(?!\\w)`).test(text));
      return names.length === 0 ? [`${file}: no name`] : missing.map((name) => `${file}: ${name}`);
    });
    expect(broken).toEqual([]);
  });
  test('gives no place as the answer to two questions', () => {
    const answers = rows.flatMap(({ file, names }) => names.map((name) => `${file} ${name}`));
    const twice = answers.filter((answer, at) => answers.indexOf(answer) !== at);
    expect(twice).toEqual([]);
  });
  test('leads into every room, and to every file of healing', () => {
    const files = new Set(rows.map(({ file }) => file));
    const rooms = new Set([...files].map((file) => file.split('/').slice(0, 2).join('/')));
    const wanted = new Set(sources.map((file) => file.split('/').slice(0, 2).join('/')));
    expect([...wanted].filter((room) => !rooms.has(room))).toEqual([]);
    expect(sources.filter((file) => file.startsWith('src/healing/') && !files.has(file))).toEqual([]);
  });
  test('leads to every page of the Monitor, and to its browser tests', () => {
    const pages = readdirSync(join(project, 'web/src/pages')).map((page) => `web/src/pages/${page}/`);
    expect(pages.length).toBeGreaterThanOrEqual(5);
    const wanted = [...pages, 'test/browser/'];
    expect(wanted.filter((folder) => !rows.some(({ file }) => file.startsWith(folder)))).toEqual([]);
  });
});

describe('docs/HEALING.md', () => {
  const document = read('docs/HEALING.md');

  test('states each rule as the code has it', () => {
    const stated = rowsOf(document, 'The table').map(([kind = '', , ...behaviour]) => [codes(kind)[0], ...behaviour]);
    expect(stated).toEqual(kinds.map((kind) => [kind, ...behaviourOf(RULES[kind])]));
  });
  test('states what each kind is told as', () => {
    const stated = rowsOf(document, 'What the caller is told').map(([kind = '', ...told]) => [codes(kind)[0], ...told]);
    expect(stated).toEqual(kinds.map((kind) => [kind, ...toldOf(kind)]));
  });
  test('states the defaults of clocks and attempts', () => {
    const { healing, scheduling, server } = defaultConfig();
    const twoClocks = `${duration(healing.firstContentMs)}; ${duration(healing.firstContentGeminiMs)} for a Gemini-native request`;
    const stated = rowsOf(document, 'Clocks and attempts').map(([key = '', value]) => [codes(key)[0], value]);
    expect(stated).toEqual([
      ['healing.max_attempts', String(healing.maxAttempts)],
      ['healing.first_byte', duration(healing.firstByteMs)],
      ['healing.first_content', twoClocks],
      ['healing.idle', duration(healing.idleMs)],
      ['healing.deadline', duration(healing.deadlineMs)],
      ['healing.keepalive', duration(healing.keepaliveMs)],
      ['healing.open_after', duration(healing.openAfterMs)],
      ['scheduling.max_wait', duration(scheduling.maxWaitMs)],
      ['server.drain', duration(server.drainMs)],
    ]);
  });
  test('states the limits with the values that the code exports', async () => {
    const rows = rowsOf(document, 'Limits');
    expect(rows.length).toBeGreaterThan(10);
    for (const [name = '', value, file = ''] of rows) {
      const path = (codes(name)[0] ?? '').split('.');
      const exported = (await import(join(project, codes(file)[0] ?? ''))) as Record<string, unknown>;
      const found = path.reduce<unknown>((from, step) => (from as Record<string, unknown>)[step], exported);
      expect([name, limitText(path.at(-1) ?? '', Number(found))]).toEqual([name, value]);
    }
  });
});

const nextWords: Readonly<Record<Rule['next'], string>> = {
  repair: 'repair, same account',
  'never-this-model': "the route's next model",
  'give-up': 'give up',
  another: 'another account',
  provider: 'another provider',
};
const nextModelWords: Readonly<Record<Rule['nextModel'], string>> = {
  'at-once': 'at once',
  'at-once-when-long': 'at once when the wait is long',
  'after-attempts': 'after all attempts',
  never: 'never',
};

function behaviourOf({ next, backoff, repeat, nextModel, rest }: Rule): string[] {
  const resting = rest === undefined ? '–' : `${rest.scope}, ${duration(rest.ms)}`;
  return [nextWords[next], waitText(backoff), repeat ? 'yes' : 'no', nextModelWords[nextModel], resting];
}

function waitText({ kind, baseMs, maxMs }: Backoff): string {
  if (kind === 'none') return '–';
  if (kind === 'fixed') return duration(baseMs);
  return `${duration(baseMs)} × ${kind === 'linear' ? 'attempt' : '2ⁿ'}, at most ${duration(maxMs)}`;
}

/** The caller's view of a failure of this kind: our words, status and type in both dialects, whether the upstream's own words pass. */
function toldOf(kind: FailureKind): string[] {
  const course = startCourse({ model: 'm', protocol: 'anthropic' } as ClientRequest, ['m'], undefined);
  noteFailure(
    course,
    { kind, reach: 'refused', detail: 'detail', body: 'own words' },
    { email: 'a', provider: 'gemini' },
  );
  const { body, ...problem } = problemOf(course);
  const errorOf = (answer: PlainAnswer) => JSON.parse(Buffer.from(answer.body).toString()).error;
  const claude = anthropicProblem(problem, 'id');
  const gemini = geminiProblem(problem, 'id');
  return [
    problem.message.replace(/(: detail)? \(0 attempts.*$/, ''),
    `${claude.status} \`${errorOf(claude).type}\``,
    `${gemini.status} \`${errorOf(gemini).status}\``,
    body === undefined ? 'no' : 'yes',
  ];
}

function limitText(name: string, value: number): string {
  if (/Ms$|Ms[A-Z]|_MS/.test(name)) return duration(value);
  if (/TTL/.test(name)) return duration(value);
  return /bytes/i.test(name) ? bytes(value) : String(value);
}

describe('docs/TROUBLESHOOTING.md', () => {
  const document = read('docs/TROUBLESHOOTING.md');

  test('quotes lines that the log really writes', () => {
    const written = sentences(kinds);
    const lines = rowsOf(document, 'In the log').flatMap(([line = '']) => codes(line));
    expect(lines.length).toBeGreaterThan(20);
    const isWritten = (line: string): boolean => written.some((sentence) => quoted(line).exec(sentence)?.index === 0);
    expect(lines.filter((line) => !isWritten(line))).toEqual([]);
  });
  test('quotes every sentence of the log that users search for', () => {
    const promised = [
      ...['Stream error during peek', 'Stream ended during peek', 'Timeout waiting for first data'],
      ...['[Gemini] Empty first chunk received, retrying...', '[Gemini] Stream error during peek'],
      ...['[Gemini] Stream ended immediately', 'Retrying with all thinking blocks removed.'],
      ...['Retry with fixed delay', 'Retry with linear backoff', 'Retry with exponential backoff'],
      ...['Rotating account', 'Keeping same account', 'Stream interrupted'],
    ];
    expect(promised.filter((words) => !document.includes(words))).toEqual([]);
  });
  test('quotes messages that stand in the code', () => {
    const code = sources.map((path) => read(path)).join('\n');
    const rows = [...rowsOf(document, 'In the client'), ...rowsOf(document, 'At start')];
    const messages = rows.flatMap(([message = '']) => codes(message)).filter((message) => message.includes(' '));
    expect(messages.length).toBeGreaterThan(30);
    const pieces = messages.flatMap((message) =>
      message.split('…').map((piece) => piece.replace(/^[\s:]+|[\s:]+$/g, '')),
    );
    expect(pieces.filter((piece) => !code.includes(piece))).toEqual([]);
  });
  test('says of every failure what explain says, with its verdict', () => {
    const told = rowsOf(document, 'In the client').flatMap((cells) => causesIn(cells[4] ?? ''));
    const verdicts = new Map(CAUSES.map(({ cause, verdict }) => [cause as string, verdict as string]));
    expect(told.filter(({ cause, verdict }) => verdicts.get(cause) !== verdict)).toEqual([]);
    const untold = CAUSES.filter(({ kind, cause }) => kind !== undefined && !told.some((each) => each.cause === cause));
    expect(untold.map(({ cause }) => cause)).toEqual([]);
  });
});

describe('every document', () => {
  const documents = [
    'README.md',
    ...readdirSync(join(project, 'docs'), { recursive: true, encoding: 'utf8' })
      .map((path) => `docs/${path.replaceAll('\\', '/')}`)
      .filter((path) => path.endsWith('.md')),
  ];

  test.each(documents)('%s links only to files that exist', (path) => {
    const links = [...read(path).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map((match) => match[1] ?? '');
    const exists = (link: string): boolean => {
      try {
        return (
          readdirSync(join(project, dirname(path), dirname(link))).includes(link.split('/').at(-1) ?? '') ||
          link.endsWith('/')
        );
      } catch {
        return false;
      }
    };
    expect(links.filter((link) => !exists(link))).toEqual([]);
  });
  test('the README names only scripts that package.json has', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = [...read('README.md').matchAll(/npm (?:run )?(test|start|(?<=run )[a-z]+)/g)].map(
      (match) => match[1] ?? '',
    );
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });
});
