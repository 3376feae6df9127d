/** What a client saw, read from its bytes in its own dialect. Shares no reader with the house: only with the other tests that judge it from outside. */

import type { Protocol } from '../../src/model/request.ts';
import { documentFaults, streamFaults } from '../contracts/grammar/check.ts';
import { geminiArrayFaults } from '../contracts/grammar/gemini.ts';
import { wireEvents } from '../contracts/said/events.ts';
import { saidInGeminiDocuments } from '../contracts/said/gemini.ts';
import { type Json, objectIn, objectsIn, parsed, textIn } from '../contracts/said/json.ts';
import { saidInDocument, saidInStream } from '../contracts/said/read.ts';
import { type Said, visibleText } from '../contracts/said/said.ts';
import type { Seen } from './town.ts';

export interface Thought {
  readonly text: string;
  readonly signature: string;
}

export interface Story {
  /** All visible text, of answers that end in an error too. */
  readonly text: string;
  readonly said: Said | undefined;
  /** A tool call has begun. */
  readonly beganCall: boolean;
  /** Thinking blocks of the Anthropic dialect that have ended. */
  readonly thoughts: readonly Thought[];
  /** Anything was shown: text, thinking or a call. */
  readonly isShown: boolean;
  /** The dialect's own sign of success. */
  readonly isComplete: boolean;
  readonly error: string | undefined;
  readonly faults: readonly string[];
}

const UNTOLD: Story = {
  ...{ text: '', said: undefined, beganCall: false, thoughts: [], isShown: false },
  ...{ isComplete: false, error: undefined, faults: [] },
};

/** `hasLeft`: the client left in the middle, so that only what was whole by then can be read. */
export function readStory({ sight, visit }: Seen, hasLeft: boolean): Story {
  const bytes = Buffer.concat(sight.pieces);
  if (bytes.length === 0) return UNTOLD;
  const type = String(sight.headers['content-type']);
  if (type.startsWith('text/event-stream')) {
    return readStream(visit.protocol === 'gemini' ? inGooglesLines(bytes) : bytes, visit.protocol, hasLeft);
  }
  const isArray = visit.stream && visit.protocol === 'gemini' && bytes[0] === 0x5b;
  if (isArray) return readArray(bytes, hasLeft);
  return readDocument(objectIn(parsed(bytes.toString('utf8'))), visit.protocol, sight.status ?? 0);
}

/** A Gemini stream is kept alive by blank lines, and its last event may be an error with line ends of the gateway's own. */
function inGooglesLines(bytes: Buffer): Buffer {
  const text = bytes.toString('utf8').replace(/(^|\r\n\r\n)\n+/g, '$1');
  return Buffer.from(text.replace(/(?<!\n)\n\n$/, '\r\n\r\n'));
}

function readDocument(document: Json, protocol: Protocol, status: number): Story {
  if (document.error !== undefined && document.error !== null) {
    const error = textIn(objectIn(document.error).message) || 'an error without words';
    return { ...UNTOLD, error, faults: status < 400 ? [`an error with status ${status}`] : [] };
  }
  const said = saidInDocument[protocol](document);
  const blocks = protocol === 'anthropic' ? objectsIn(document.content) : [];
  const thoughts = blocks
    .filter(({ type }) => type === 'thinking')
    .map(({ thinking, signature }) => ({ text: textIn(thinking), signature: textIn(signature) }));
  return {
    ...{ text: visibleText(said), said, beganCall: said.calls.length > 0, thoughts, isShown: true },
    ...{ isComplete: true, error: undefined, faults: documentFaults[protocol](document) },
  };
}

function readArray(bytes: Buffer, hasLeft: boolean): Story {
  const faults = hasLeft ? [] : geminiArrayFaults(bytes);
  const documents = parsed(hasLeft ? `${bytes.toString('utf8')}]` : bytes.toString('utf8'));
  const chunks = Array.isArray(documents) ? documents.map(objectIn) : [];
  return { ...told('gemini', chunks), said: saidInGeminiDocuments(chunks), faults };
}

function readStream(bytes: Buffer, protocol: Protocol, hasLeft: boolean): Story {
  const found = hasLeft ? [] : streamFaults[protocol](bytes);
  // Of a response that fails before an upstream has begun it there is little to state.
  const isFailedAtOnce = /^(:[^\n]*\n\n)*event: response\.created\n[^\n]*\n\nevent: response\.failed\n/.test(
    bytes.toString(),
  );
  const faults = isFailedAtOnce ? found.filter((fault) => !/lacks response|no time of creation/.test(fault)) : found;
  const events = wireEvents(bytes).map(({ data }) => (data === '[DONE]' ? { done: true } : objectIn(parsed(data))));
  return { ...told(protocol, events), said: hasLeft ? undefined : saidInStream[protocol](bytes), faults };
}

/** The parts of a story that events tell one by one. `isOpened`: an item was begun. */
interface Telling {
  text: string;
  thinking: string;
  beganCall: boolean;
  isComplete: boolean;
  error: string | undefined;
  isOpened: boolean;
  readonly thoughts: { text: string; signature: string }[];
}

function told(protocol: Protocol, events: readonly Json[]): Omit<Story, 'said' | 'faults'> {
  const telling: Telling = {
    ...{ text: '', thinking: '', beganCall: false, isOpened: false, isComplete: false, error: undefined },
    thoughts: [],
  };
  for (const event of events) TELLERS[protocol](event, telling);
  const { text, thinking, beganCall, isOpened, isComplete, error, thoughts } = telling;
  const isShown = beganCall || isOpened || text !== '' || thinking !== '';
  return { text, beganCall, isComplete, error, thoughts, isShown };
}

const TELLERS: Readonly<Record<Protocol, (event: Json, telling: Telling) => void>> = {
  anthropic(event, telling) {
    const block = objectIn(event.content_block);
    const delta = objectIn(event.delta);
    if (block.type === 'tool_use') telling.beganCall = true;
    if (block.type === 'thinking') telling.thoughts.push({ text: '', signature: '' });
    const thought = telling.thoughts.at(-1);
    telling.text += textIn(delta.text);
    telling.thinking += textIn(delta.thinking);
    if (thought) thought.text += textIn(delta.thinking);
    if (thought) thought.signature += textIn(delta.signature);
    if (event.type === 'message_stop') telling.isComplete = true;
    if (event.type === 'error') telling.error = textIn(objectIn(event.error).message);
  },
  gemini(chunk, telling) {
    const candidate = objectIn(objectsIn(chunk.candidates)[0]);
    for (const part of objectsIn(objectIn(candidate.content).parts)) {
      if (part.functionCall !== undefined) telling.beganCall = true;
      if (part.thought === true) telling.thinking += textIn(part.text);
      else telling.text += textIn(part.text);
    }
    if (chunk.candidates !== undefined) telling.isComplete = candidate.finishReason !== undefined;
    if (chunk.error !== undefined) telling.error = textIn(objectIn(chunk.error).message);
    if (chunk.error !== undefined) telling.isComplete = false;
  },
  'openai-chat'(chunk, telling) {
    const delta = objectIn(objectsIn(chunk.choices)[0]?.delta);
    telling.text += textIn(delta.content);
    telling.thinking += textIn(delta.reasoning_content);
    if (delta.tool_calls !== undefined) telling.beganCall = true;
    if (chunk.done === true) telling.isComplete = true;
    if (chunk.error !== undefined) telling.error = textIn(objectIn(chunk.error).message);
  },
  'openai-responses'(event, telling) {
    if (event.type === 'response.output_text.delta') telling.text += textIn(event.delta);
    if (event.type === 'response.reasoning_summary_text.delta') telling.thinking += textIn(event.delta);
    // Reasoning without a summary is an item, too.
    if (event.item !== undefined) telling.isOpened = true;
    if (objectIn(event.item).type === 'function_call') telling.beganCall = true;
    if (event.type === 'response.completed' || event.type === 'response.incomplete') telling.isComplete = true;
    if (event.type === 'response.failed') {
      telling.error = textIn(objectIn(objectIn(event.response).error).message) || 'an error without words';
    }
  },
};
