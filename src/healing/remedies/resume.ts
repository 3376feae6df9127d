/**
 * Asks a model to go on from what the client has been shown: the shown text as the model's own turn, and, where a begun answer is not continued by
 * itself, one fixed sentence after it. Computed from the client's own request; thinking and tool calls are never put in, because thinking is begun
 * anew and calls were not shown.
 */

import type { ClientRequest } from '../../model/request.ts';
import type { JsonEdit } from '../../model/wire.ts';
import { resumeNote } from './note.ts';

/** `prefill`: the begun answer alone · `ask`: with the note after it. */
export type ResumeWay = 'prefill' | 'ask';

/** What the upstream is told of the shown text, and the end of it that it is to say again, so that the seam can be found. */
export interface ResumePoint {
  readonly said: string;
  readonly repeats: string;
}

/**
 * The last two visible characters are left for the upstream to repeat: they show where the new text begins, with its white space. Two, because one is
 * often repeated by accident, and more would let the model choose another word. White space at the end goes with them: begun answers must not end so.
 */
export function resumePoint(shownText: string): ResumePoint {
  const last = /\S\s*\S\s*$|\S\s*$/u.exec(shownText);
  const said = (last === null ? '' : shownText.slice(0, last.index)).trimEnd();
  return { said, repeats: shownText.slice(said.length) };
}

/** Nothing to say yet: the request as it was. */
export function resumeRequest(request: ClientRequest, said: string, way: ResumeWay): JsonEdit[] {
  if (said === '') return [];
  return TURNS[request.protocol](said, way === 'ask' ? resumeNote : undefined, request.json);
}

type Turns = (said: string, note: string | undefined, json: Readonly<Record<string, unknown>>) => JsonEdit[];

const TURNS: Readonly<Record<ClientRequest['protocol'], Turns>> = {
  anthropic: (said, note) => appended('messages', [turn('assistant', said), ...noteTurn(note)]),
  'openai-chat': (said, note) => appended('messages', [turn('assistant', said), ...noteTurn(note)]),
  gemini: (said, note) => {
    const turns = [{ role: 'model', parts: [{ text: said }] }];
    return appended('contents', note === undefined ? turns : [...turns, { role: 'user', parts: [{ text: note }] }]);
  },
  'openai-responses': (said, note, json) => {
    const answer = {
      type: 'message',
      role: 'assistant',
      content: [{ type: 'output_text', text: said, annotations: [] }],
    };
    const turns = note === undefined ? [answer] : [answer, { type: 'message', role: 'user', content: note }];
    if (typeof json.input !== 'string') return appended('input', turns);
    const first = { type: 'message', role: 'user', content: json.input };
    return [{ op: 'set', path: ['input'], json: JSON.stringify([first, ...turns]) }];
  },
};

function turn(role: string, content: string): { role: string; content: string } {
  return { role, content };
}

function noteTurn(note: string | undefined): { role: string; content: string }[] {
  return note === undefined ? [] : [turn('user', note)];
}

function appended(member: string, turns: readonly unknown[]): JsonEdit[] {
  return turns.map((each): JsonEdit => ({ op: 'append', path: [member], json: JSON.stringify(each) }));
}
