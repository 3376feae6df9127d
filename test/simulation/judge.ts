/** Judges a town by what its clients saw, what its upstreams were asked, and what the journal says. Reads wire bytes by itself: it shares no reader with the house. */

import { expectedAnswer, type LabAnswer } from '../../src/lab/answer.ts';
import type { LabCallRecord } from '../../src/lab/record.ts';
import type { Fact } from '../../src/model/journal.ts';
import type { Seen, Town } from './town.ts';

type Ended = Extract<Fact, { fact: 'exchange-ended' }>;

/** One sentence for each broken promise; empty for a town that was served as promised. */
export function judge(town: Town): string[] {
  const broken: string[] = [];
  for (const fault of town.faults)
    broken.push(`the code threw: ${fault instanceof Error ? fault.stack : String(fault)}`);
  if (town.transport.open > 0) broken.push(`${town.transport.open} upstream answers are still open`);
  const lent = town.pool.snapshot().filter((account) => account.inFlight !== 0);
  for (const { email, inFlight } of lent) broken.push(`${email} still has ${inFlight} leases out`);
  const ends = new Map<string, Ended[]>();
  const attempts = new Map<string, number>();
  for (const fact of town.journal.facts) {
    if (fact.fact === 'exchange-ended') ends.set(fact.id, [...(ends.get(fact.id) ?? []), fact]);
    if (fact.fact === 'attempt-started') attempts.set(fact.id, (attempts.get(fact.id) ?? 0) + 1);
  }
  const calls = Map.groupBy(town.transport.calls, (call) => /visitor-\d+/.exec(Buffer.from(call.body).toString())?.[0]);
  for (const seen of town.seen) {
    const own = calls.get(seen.visit.name) ?? [];
    const told = judgeOne(town, seen, own, ends.get(seen.id) ?? [], attempts.get(seen.id) ?? 0);
    broken.push(
      ...told.map(
        (sentence) =>
          `${seen.visit.name} (${seen.visit.protocol}${seen.visit.stream ? ', streamed' : ''}): ${sentence}`,
      ),
    );
  }
  return broken;
}

function judgeOne(
  town: Town,
  seen: Seen,
  calls: readonly LabCallRecord[],
  ends: readonly Ended[],
  attempts: number,
): string[] {
  const { sight } = seen;
  const [end] = ends;
  if (ends.length !== 1 || !end) return [`the journal has ${ends.length} endings`];
  const broken: string[] = [];
  const check = (holds: boolean, sentence: string): void => {
    if (!holds) broken.push(sentence);
  };
  const left = sight.leftMs !== undefined;
  check(left ? sight.ends === 0 : sight.ends === 1, `saw ${sight.ends} endings`);
  check(sight.opens <= 1, `was opened ${sight.opens} times`);
  check(sight.writesAfterEnd === 0, 'was written to after the end');
  check(seen.openAfterLeaving === 0, 'left, and 250 ms later its upstream was still open');
  check(
    calls.length === attempts && end.attempts === attempts,
    `journal: ${end.attempts} attempts, upstreams: ${calls.length}`,
  );
  check(attempts <= town.doors.healing.maxAttempts, `${attempts} attempts`);
  const waitedMs = (sight.firstByteMs ?? seen.startedMs) - seen.startedMs;
  check(waitedMs <= town.doors.healing.deadlineMs, `the first byte came after ${waitedMs} ms`);
  if (!left) check(end.status === sight.status, `journal: status ${end.status}, client: ${sight.status}`);
  const bytes = sight.pieces.reduce((sum, piece) => sum + piece.length, 0);
  check(end.responseBytes === bytes, `journal: ${end.responseBytes} bytes, client: ${bytes}`);
  if (left) {
    check(
      end.outcome === 'cancelled' || end.outcome === 'ok' || end.outcome === 'healed',
      `left, journal: ${end.outcome}`,
    );
    return broken;
  }
  for (const name of ['x-account-email', 'x-mapped-model', 'x-request-id', 'x-attempts']) {
    check(sight.headers[name] !== undefined, `the header ${name} is missing`);
  }
  // Who is asked to go on answers only the rest: the whole is what was asked for last without a beginning.
  const asked = calls[town.journal.facts.filter((fact) => isFreshAttempt(fact, seen.id)).length - 1];
  const expected = asked && expectedAnswer({ path: asked.path, body: asked.body });
  const story = read(seen);
  broken.push(...judgeStory(story, expected, end, seen));
  if (mustSucceed(town, seen))
    check(story.complete, `a healthy account was there, yet: ${story.error ?? 'no whole answer'}`);
  return broken;
}

function isFreshAttempt(fact: Fact, id: string): boolean {
  return fact.fact === 'attempt-started' && fact.id === id && fact.resume === undefined;
}

/** A healthy account can serve the request, so that whatever the others do, and whenever they die, the answer is made whole. */
function mustSucceed(town: Town, seen: Seen): boolean {
  return town.households.some(({ account, healthy }) => account.provider === seen.visit.provider && healthy);
}

function judgeStory(story: Story, expected: LabAnswer | undefined, end: Ended, seen: Seen): string[] {
  const broken: string[] = [];
  const check = (holds: boolean, sentence: string): void => {
    if (!holds) broken.push(sentence);
  };
  broken.push(...story.illegal);
  check(story.complete !== (story.error !== undefined), `complete ${story.complete}, error ${story.error}`);
  const succeeded = end.outcome === 'ok' || end.outcome === 'healed';
  check(succeeded === story.complete, `journal: ${end.outcome}, client: complete ${story.complete}`);
  if (!expected) return broken;
  if (story.complete) {
    check(
      story.text === expected.text,
      `text ${JSON.stringify(story.text)} instead of ${JSON.stringify(expected.text)}`,
    );
    const wanted = JSON.stringify(expected.toolCalls.map(({ name, args }) => [name, args]));
    check(JSON.stringify(story.calls) === wanted, `tool calls ${JSON.stringify(story.calls)} instead of ${wanted}`);
    check(seen.sight.status === 200, `a whole answer with status ${seen.sight.status}`);
  } else if (story.text !== '') check(expected.text.startsWith(story.text), 'the text is no beginning of the answer');
  return broken;
}

interface Story {
  text: string;
  readonly calls: [string, unknown][];
  complete: boolean;
  error: string | undefined;
  readonly illegal: string[];
}

function read({ sight, visit }: Seen): Story {
  const text = Buffer.concat(sight.pieces).toString('utf8');
  const story: Story = { text: '', calls: [], complete: false, error: undefined, illegal: [] };
  if (!String(sight.headers['content-type']).startsWith('text/event-stream')) {
    readDocument(JSON.parse(text) as Wire, visit.protocol === 'anthropic', sight.status ?? 0, story);
    return story;
  }
  const frames = text.split(/\r?\n\r?\n/);
  if (frames.pop() !== '') story.illegal.push('the stream does not end with a whole frame');
  const events = frames.flatMap((frame) => {
    const data = /^data: ?(.*)$/m.exec(frame)?.[1];
    return data === undefined ? [] : [JSON.parse(data) as Wire];
  });
  if (visit.protocol === 'anthropic') readAnthropic(events, story);
  else readGemini(events, story);
  return story;
}

// biome-ignore lint/suspicious/noExplicitAny: the judge reads foreign JSON of any shape and fails loudly where it is wrong.
type Wire = any;

function readDocument(document: Wire, anthropic: boolean, status: number, story: Story): void {
  if (document.error !== undefined) {
    story.error = document.error.message;
    if (status < 400) story.illegal.push(`an error with status ${status}`);
    return;
  }
  story.complete = true;
  const parts: Wire[] = anthropic ? document.content : (document.candidates?.[0]?.content?.parts ?? []);
  for (const part of parts) {
    if (anthropic ? part.type === 'text' : typeof part.text === 'string' && part.thought !== true)
      story.text += part.text;
    if (part.type === 'tool_use') story.calls.push([part.name, part.input]);
    if (part.functionCall) story.calls.push([part.functionCall.name, part.functionCall.args]);
  }
}

function readAnthropic(events: readonly Wire[], story: Story): void {
  let starts = 0;
  let open: number | undefined;
  let next = 0;
  let input = '';
  let name = '';
  for (const event of events) {
    if (story.complete || story.error !== undefined) story.illegal.push(`${event.type} after the end`);
    if (event.type === 'message_start') starts += 1;
    else if (event.type === 'content_block_start') {
      if (open !== undefined || event.index !== next) story.illegal.push(`block ${event.index} starts at ${next}`);
      open = event.index;
      name = event.content_block.name ?? '';
      input = '';
    } else if (event.type === 'content_block_delta') {
      if (event.index !== open) story.illegal.push(`a delta of block ${event.index} while ${open} is open`);
      story.text += event.delta.text ?? '';
      input += event.delta.partial_json ?? '';
    } else if (event.type === 'content_block_stop') {
      if (name !== '') story.calls.push([name, JSON.parse(input === '' ? '{}' : input)]);
      open = undefined;
      next += 1;
    } else if (event.type === 'message_stop') story.complete = true;
    else if (event.type === 'error') story.error = event.error.message;
  }
  if (starts !== 1) {
    const earlyError = starts === 0 && story.error !== undefined;
    if (!earlyError) story.illegal.push(`${starts} message_start`);
  }
}

function readGemini(chunks: readonly Wire[], story: Story): void {
  for (const chunk of chunks) {
    if (story.error !== undefined) story.illegal.push('a chunk after the error');
    if (chunk.error) {
      story.error = chunk.error.message;
      story.complete = false;
      continue;
    }
    const candidate = chunk.candidates?.[0];
    for (const part of candidate?.content?.parts ?? []) {
      if (typeof part.text === 'string' && part.thought !== true) story.text += part.text;
      if (part.functionCall) story.calls.push([part.functionCall.name, part.functionCall.args]);
    }
    if (candidate) story.complete = candidate.finishReason !== undefined;
  }
}
