/**
 * Writes turns as messages: instructions first, then each turn in its place; the results of tools right after the calls, before anything else the
 * user says. The same history always becomes the same messages.
 */

import { createHash } from 'node:crypto';
import type { Capabilities, Conversation, Part, Turn } from '../../model/conversation.ts';
import { modelFamilyOf } from '../../model/model-family.ts';
import { placeholderSignature } from '../../model/signature-words.ts';
import type { JsonObject } from '../json/shapes.ts';
import type { ConversationNotes } from './conversation-notes.ts';
import { textsOf, writeResult, writeUserContent } from './write-content.ts';

export interface MessageTarget {
  readonly model: string;
  readonly capabilities: Capabilities;
}

export function writeMessages(
  conversation: Conversation,
  target: MessageTarget,
  notes: ConversationNotes,
): readonly JsonObject[] {
  const system = writeInstruction(conversation.system, notes);
  const runs = runsOf(conversation.turns);
  const loopStart = runs.findLastIndex(({ role, parts }) => role === 'user' && parts.some(isNotResult)) + 1;
  const messages = runs.flatMap((run, at) => {
    if (run.role === 'system') return writeInstruction(run.parts, notes);
    if (run.role === 'user') return writeUser(run, notes);
    return writeAnswer(run.parts, { ...target, inLoop: at >= loopStart }, notes);
  });
  const last = conversation.turns.at(-1);
  if (last?.role === 'model' && last.parts.at(-1)?.type !== 'tool-call' && !target.capabilities.prefill) {
    notes.refuse('prefill-refused');
  }
  if (messages.length === 0 && system.length === 0) notes.reject('The conversation has no turn with content.');
  return [...system, ...messages];
}

/** Neighbouring turns of the user, and answers that go on after a tool call: results must follow all calls at once. */
interface Run {
  readonly role: Turn['role'];
  readonly parts: readonly Part[];
  /** The turns it is made of, each without its results. */
  readonly turns: readonly (readonly Part[])[];
}

function runsOf(turns: readonly Turn[]): readonly Run[] {
  const runs: Run[] = [];
  for (const { role, parts } of turns) {
    const last = runs.at(-1);
    const goesOn =
      last?.role === role &&
      (role === 'user' || (role === 'model' && last.parts.some(({ type }) => type === 'tool-call')));
    const run = { role, parts, turns: [parts.filter(isNotResult)] };
    if (!goesOn || last === undefined) runs.push(run);
    else runs[runs.length - 1] = { role, parts: [...last.parts, ...parts], turns: [...last.turns, ...run.turns] };
  }
  return runs;
}

function isNotResult(part: Part): boolean {
  return part.type !== 'tool-result';
}

function writeInstruction(parts: readonly Part[], notes: ConversationNotes): readonly JsonObject[] {
  if (parts.some(({ type }) => type === 'media')) notes.refuse('system-media');
  const texts = textsOf(parts, notes);
  if (texts.length > 1) notes.lose('joined-text');
  return texts.length === 0 ? [] : [{ role: 'system', content: texts.join('\n\n') }];
}

function writeUser(run: Run, notes: ConversationNotes): readonly JsonObject[] {
  const results = run.parts
    .filter((part) => part.type === 'tool-result')
    .map((part) => ({ id: part.id, ...writeResult(part, notes) }));
  const said = [results.flatMap(({ media }) => media), ...run.turns].flatMap((parts) => {
    const content = writeUserContent(parts, notes);
    return content === undefined ? [] : { role: 'user', content };
  });
  return [...results.map(({ id, content }) => ({ role: 'tool', tool_call_id: callId(id, notes), content })), ...said];
}

interface AnswerTarget extends MessageTarget {
  /** The turn belongs to the tool loop that is still running. */
  readonly inLoop: boolean;
}

function writeAnswer(parts: readonly Part[], target: AnswerTarget, notes: ConversationNotes): readonly JsonObject[] {
  noteAnswerLosses(parts, notes);
  const texts = textsOf(parts, notes);
  if (texts.length > 1) notes.lose('joined-text');
  const calls = writeCalls(parts, target, notes);
  const thoughts = parts.flatMap((part) => (part.type === 'thinking' && part.text !== '' ? part.text : []));
  const goesBack = thoughts.length > 0 && calls.length > 0 && target.inLoop && demandsThoughts(target.model);
  if (thoughts.length > 0 && !goesBack) notes.lose('thoughts');
  if (texts.length === 0 && calls.length === 0) return [];
  return [
    {
      role: 'assistant',
      content: texts.length === 0 ? null : joined(texts),
      ...(goesBack && { reasoning_content: thoughts.join('\n\n') }),
      ...(calls.length > 0 && { tool_calls: calls }),
    },
  ];
}

/** The pieces of one text, as they were streamed; a fence needs a line of its own. */
function joined(texts: readonly string[]): string {
  return texts.reduce((before, text) => {
    const needsLine = before !== '' && !before.endsWith('\n') && (text.startsWith('```') || before.endsWith('```'));
    return `${before}${needsLine ? '\n' : ''}${text}`;
  }, '');
}

function noteAnswerLosses(parts: readonly Part[], notes: ConversationNotes): void {
  const firstCall = parts.findIndex(({ type }) => type === 'tool-call');
  if (firstCall >= 0 && parts.slice(firstCall).some(({ type }) => type === 'text')) notes.lose('part-order');
  if (parts.some(({ type }) => type === 'media')) notes.lose('model-media');
  if (parts.some(({ type }) => type === 'redacted-thinking')) notes.lose('thoughts');
  if (parts.some((part) => (part.type === 'text' || part.type === 'thinking') && part.signature !== undefined)) {
    notes.lose('signatures');
  }
}

function writeCalls(parts: readonly Part[], target: AnswerTarget, notes: ConversationNotes): JsonObject[] {
  let first = true;
  return parts.flatMap((part) => {
    if (part.type !== 'tool-call') return [];
    const signature = signatureFor(part, first, target, notes);
    first = false;
    return {
      id: callId(part.id, notes),
      type: 'function',
      function: { name: part.name, arguments: part.argumentsJson },
      ...(signature !== undefined && { extra_content: { google: { thought_signature: signature } } }),
    };
  });
}

/** A Gemini model behind Google's compatible endpoint; no other server of this dialect has signatures. */
function signatureFor(
  call: Extract<Part, { type: 'tool-call' }>,
  isFirst: boolean,
  target: AnswerTarget,
  notes: ConversationNotes,
): string | undefined {
  const mark = call.signature;
  const isOwn = mark !== undefined && (mark.family === undefined || mark.family.startsWith('gemini'));
  if (isOwn && modelFamilyOf(target.model).startsWith('gemini')) return mark.signature;
  if (mark !== undefined) notes.lose('signatures');
  return target.capabilities.demandsSignature && target.inLoop && isFirst ? placeholderSignature : undefined;
}

/** OpenAI's limit. */
const callIdCharactersMax = 40;
const digestCharacters = 32;

function callId(id: string, notes: ConversationNotes): string {
  if (id.length <= callIdCharactersMax) return id;
  notes.lose('call-id');
  return `call_${createHash('sha256').update(id).digest('hex').slice(0, digestCharacters)}`;
}

interface ThoughtRow {
  readonly model: RegExp;
  readonly why: string;
}

const thoughtRows: readonly ThoughtRow[] = [
  { model: /deepseek/i, why: 'answers 400 when the thoughts of a running tool loop are missing' },
  { model: /kimi|moonshot/i, why: 'thinks between tool calls and asks for its reasoning_content back' },
  { model: /\bglm-/i, why: 'thinks between tool calls and asks for its reasoning_content back' },
  { model: /minimax|mimo-/i, why: 'loses its thread between tool calls without its reasoning_content' },
];

/** Only these: OpenAI and several other servers refuse a member of a message that they do not know. */
function demandsThoughts(model: string): boolean {
  return thoughtRows.some((row) => row.model.test(model));
}
