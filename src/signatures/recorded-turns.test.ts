/**
 * Real conversations, recorded elsewhere: what the earlier answers brought is harvested, the later request is stripped of its signatures, and gets
 * them back byte for byte. The recordings stay outside the project and are skipped visibly when absent.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { StreamEvent } from '../model/events.ts';
import type { ClientRequest } from '../model/request.ts';
import { placeholderSignatures } from '../model/signature-words.ts';
import type { Frame, JsonEdit } from '../model/wire.ts';
import { readAnthropicEvents } from '../protocols/anthropic/read-events.ts';
import { readGeminiEvents } from '../protocols/gemini/read-events.ts';
import { editJson } from '../protocols/json/edit.ts';
import { createFramer } from '../protocols/sse/framer.ts';
import { harvested, memoryState, requestOf, worldOf } from './keeper.testing.ts';
import { createSignatureKeeper } from './keeper.ts';

type Json = Record<string, unknown>;
interface RecordedTurn {
  readonly name: string;
  readonly protocol: 'anthropic' | 'gemini';
  readonly group: string;
  readonly turn: number;
  readonly model: string;
  readonly request: ClientRequest;
  readonly events: readonly StreamEvent[];
}

const fixtures = process.env.FIXTURES_DIR ?? '../shared/fixtures';
const turns = ['anthropic', 'gemini', 'vertex-gemini'].flatMap(recordedTurns);
const absent = turns.length === 0;

function recordedTurns(folder: string): RecordedTurn[] {
  if (!existsSync(join(fixtures, folder))) return [];
  return readdirSync(join(fixtures, folder)).flatMap((name): RecordedTurn[] => {
    const file = (part: string) => join(fixtures, folder, name, part);
    const meta = JSON.parse(readFileSync(file('meta.json'), 'utf8'));
    if (meta.conversation === undefined || meta.status !== 200 || !existsSync(file('request.json'))) return [];
    const protocol = folder === 'anthropic' ? 'anthropic' : 'gemini';
    const body = readFileSync(file('request.json'));
    return [
      {
        name: `${folder}/${name}`,
        protocol,
        group: meta.conversation.group,
        turn: meta.conversation.turn,
        model: meta.model,
        request: { ...requestOf(protocol, JSON.parse(body.toString())), body },
        events: eventsOf(protocol, readFileSync(file(meta.response_file), 'utf8'), meta.kind === 'stream'),
      },
    ];
  });
}

/** A collected answer is read as the one event it would have been. */
function eventsOf(protocol: 'anthropic' | 'gemini', response: string, isStream: boolean): StreamEvent[] {
  const oneLine = (): string => JSON.stringify(JSON.parse(response));
  const stream = isStream
    ? response
    : protocol === 'gemini'
      ? `data: ${oneLine()}\n\n`
      : `data: {"type":"message_start","message":${oneLine()}}\n\ndata: {"type":"message_stop"}\n\n`;
  const frames: Frame[] = [];
  const framer = createFramer();
  framer.push(new TextEncoder().encode(stream), frames);
  framer.end(frames);
  const events: StreamEvent[] = [];
  const reader = protocol === 'gemini' ? readGeminiEvents() : readAnthropicEvents();
  for (const frame of frames) reader.push(frame, events);
  reader.end(events);
  return events;
}

/** The request as a client sends it that keeps no signatures. */
function stripped(turn: RecordedTurn): ClientRequest {
  const edits: JsonEdit[] = [];
  const [list, inner, members] =
    turn.protocol === 'anthropic'
      ? ['messages', 'content', ['signature']]
      : ['contents', 'parts', ['thoughtSignature', 'thought_signature']];
  const strip = (value: unknown, path: (string | number)[]): void => {
    for (const member of members as string[]) {
      if ((value as Json | null)?.[member] !== undefined) edits.push({ op: 'remove', path: [...path, member] });
    }
  };
  (turn.request.json[list as string] as Json[]).forEach((message, at) => {
    const parts = message[inner as string];
    if (Array.isArray(parts))
      for (const [place, part] of parts.entries()) strip(part, [list as string, at, inner as string, place]);
  });
  const body = editJson(turn.request.body, edits);
  return { ...turn.request, body, json: JSON.parse(new TextDecoder().decode(body)) };
}

/** As it must be after restoring: stand-ins are no signatures, and Python clients spell the bytes in the URL alphabet. */
function original(turn: RecordedTurn): unknown {
  const signed = /,?"(thoughtSignature|thought_signature)":"([^"]*)"(,?)/g;
  const text = JSON.stringify(turn.request.json).replaceAll(
    signed,
    (whole: string, _member: string, signature: string, comma: string) => {
      if (!placeholderSignatures.has(signature)) return whole.replace(signature, standardAlphabet(signature));
      return whole.startsWith(',') ? comma : '';
    },
  );
  return JSON.parse(text);
}
function standardAlphabet(signature: string): string {
  return signature.replaceAll('-', '+').replaceAll('_', '/');
}

/** Recordings whose client did not send back what it had been given where it had been given it. */
const clientsOwnWays: readonly (readonly [name: string, why: string])[] = [
  [
    'gemini/json-THOUGHT.text~sig-stop-gemini-3-flash-preview-ruby_llm-3a02-t1',
    'moves a text’s signature to the thought',
  ],
  [
    'vertex-gemini/json-THOUGHT.text~sig-stop-gemini-3-flash-preview-ruby_llm-7fd0-t1',
    'moves a text’s signature to the thought',
  ],
  ['vertex-gemini/json-text-stop-gemini-2.5-flash-ruby_llm-66cb-t1', 'copies a signature to a parallel call'],
  ['gemini/json-text~sig-stop-gemini-3.5-flash-ruby_llm-ea9c-t1', 'executed code is not known by what it says'],
  [
    'anthropic/json-text-end-turn-claude-sonnet-5-pydantic-ai-c3c6-t1',
    'thinking that was not shown, without a tool call',
  ],
];

function keeperAfter(later: RecordedTurn) {
  const earlier = turns.filter((turn) => turn.group === later.group && turn.turn < later.turn);
  const keeper = createSignatureKeeper({ state: memoryState(), world: worldOf({ now: 0 }) });
  for (const turn of earlier) harvested(keeper, turn.request, turn.model, turn.events);
  const given = earlier.flatMap((turn) =>
    turn.events.flatMap((event) => (event.type === 'block-signature' ? [event.signature] : [])),
  );
  return { keeper, given };
}

describe.skipIf(absent)('recorded conversations', () => {
  const signed = turns.filter(({ request }) =>
    /"(signature|thought_?signature)":"/i.test(JSON.stringify(request.json)),
  );
  const faithful = signed.filter((turn) => !clientsOwnWays.some(([name]) => name === turn.name));

  it.each(faithful.map((turn) => [turn.name, turn] as const))('%s gets back what its client lost', (_, later) => {
    const request = stripped(later);
    const { edits } = keeperAfter(later).keeper.session(request, '').restore({ model: later.model, accountEmail: 'a' });
    expect(JSON.parse(new TextDecoder().decode(editJson(request.body, edits)))).toEqual(original(later));
  });

  it.each(signed.map((turn) => [turn.name, turn] as const))(
    '%s passes byte for byte as its client sent it',
    (_, later) => {
      const plan = keeperAfter(later)
        .keeper.session(later.request, '')
        .restore({ model: later.model, accountEmail: 'a' });
      expect(plan).toEqual({ edits: [], restored: 0, degraded: 0 });
    },
  );

  it.each(clientsOwnWays)('%s gets nothing that was not given (its client %s)', (name) => {
    const later = turns.find((turn) => turn.name === name);
    expect(later).toBeDefined();
    const { keeper, given } = keeperAfter(later!);
    const { edits } = keeper.session(stripped(later!), '').restore({ model: later!.model, accountEmail: 'a' });
    for (const edit of edits) expect(given).toContain(JSON.parse((edit as { json: string }).json));
  });
});
