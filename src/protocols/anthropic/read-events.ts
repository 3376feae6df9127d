/**
 * Reads an Anthropic stream (the API's own and Vertex AI's are the same) into events in our own words. It reports an answer as complete only at
 * `message_stop`, invents nothing, and reads nothing that follows the end, an error or garbage. Whatever it does not know is `unknown` or
 * `other`, never an error: the API may add events, blocks and deltas at any time.
 */

import type { BlockKind, StopKind, StreamEvent, Usage } from '../../model/events.ts';
import type { Frame, Machine } from '../../model/wire.ts';
import { jsonDepthMax } from '../json/depth.ts';
import { countOf, isTooDeep, type JsonObject, jsonOf, objectOf, stringOf } from '../json/shapes.ts';
import { frameText } from '../sse/frame.ts';
import { citationOf, mediaOf } from './read-conversation-media.ts';
import { arrayOf, isErrorObject } from './shapes.ts';

export function readAnthropicEvents(): Machine<Frame, StreamEvent> {
  const progress: Progress = { started: false, openBlock: undefined, stopped: false, over: false };
  return {
    push: (frame, out) => {
      if (!progress.over) readFrame(frame, progress, out);
    },
    end: (out) => {
      if (progress.over) return;
      progress.over = true;
      out.push({ type: 'cut', detail: `the stream ended ${whatIsMissing(progress)}` });
    },
  };
}

/** How far the grammar got: enough to say what is missing when the body ends. */
interface Progress {
  started: boolean;
  openBlock: number | undefined;
  /** The upstream has said why it stopped. */
  stopped: boolean;
  /** Complete, failed or garbage: nothing more is read. */
  over: boolean;
}

type EventReader = (data: JsonObject, progress: Progress, out: StreamEvent[]) => void;

const readers: ReadonlyMap<string, EventReader> = new Map<string, EventReader>([
  ['message_start', readMessageStart],
  ['content_block_start', readBlockStart],
  ['content_block_delta', readBlockDelta],
  ['content_block_stop', readBlockStop],
  ['message_delta', readMessageDelta],
  ['message_stop', readMessageStop],
  ['ping', (_data, _progress, out) => out.push({ type: 'keepalive' })],
]);

/** Only these may stand before `message_start`: clients cannot read anything else there. */
const harmlessBeforeStart: ReadonlySet<string> = new Set(['message_start', 'ping']);

function readFrame(frame: Frame, progress: Progress, out: StreamEvent[]): void {
  if (frame.shape === 'comment') {
    if (frame.terminated) out.push({ type: 'keepalive' });
    return;
  }
  if (frame.shape === 'bare') {
    readForeignBody(frameText(frame), progress, out);
    return;
  }
  if (isTooDeep(frame.data)) {
    garbage(`an event that is nested deeper than ${jsonDepthMax} levels`, progress, out);
    return;
  }
  const parsed = jsonOf(frame.data);
  const data = objectOf(parsed);
  const type = stringOf(data?.type) ?? frame.event;
  if (type === 'error' || frame.event === 'error' || (data?.type === undefined && isErrorObject(parsed))) {
    readError(frame, parsed, progress, out);
  } else if (data === undefined) {
    // The last frame of a cut body is no garbage: `end` reports the cut.
    if (frame.terminated || parsed !== undefined)
      garbage(`an event that is no JSON object: ${excerpt(frame.data)}`, progress, out);
  } else {
    const read = readers.get(type);
    if (read === undefined) out.push({ type: 'unknown', name: type });
    else if (!progress.started && !harmlessBeforeStart.has(type))
      garbage(`${type} before message_start`, progress, out);
    else read(data, progress, out);
  }
}

/** A body that is no event stream: an error object says so, everything else is garbage. */
function readForeignBody(text: string, progress: Progress, out: StreamEvent[]): void {
  if (isErrorObject(jsonOf(text))) fail(text.trim(), progress, out);
  else garbage(`not an event stream: ${excerpt(text)}`, progress, out);
}

/** An `event: error` whose data is not even JSON is still an error; cut in the middle it is a cut. */
function readError(frame: Frame, parsed: unknown, progress: Progress, out: StreamEvent[]): void {
  if (parsed !== undefined || frame.terminated) fail(frame.data, progress, out);
}

function fail(body: string, progress: Progress, out: StreamEvent[]): void {
  progress.over = true;
  out.push({ type: 'failure', body });
}

function garbage(detail: string, progress: Progress, out: StreamEvent[]): void {
  progress.over = true;
  out.push({ type: 'garbage', detail });
}

/** A programmatic tool call comes whole in `message_start`: its blocks and its stop reason stand in the message, and `message_stop` follows. */
function readMessageStart(data: JsonObject, progress: Progress, out: StreamEvent[]): void {
  const message = objectOf(data.message);
  if (message === undefined) {
    garbage('message_start without a message', progress, out);
    return;
  }
  progress.started = true;
  progress.openBlock = undefined;
  const id = stringOf(message.id);
  const model = stringOf(message.model);
  out.push({ type: 'message-start', ...(id !== undefined && { id }), ...(model !== undefined && { model }) });
  pushUsage(message.usage, out);
  const blocks = arrayOf(message.content) ?? [];
  blocks.forEach((block, index) => {
    startBlock(index, objectOf(block) ?? {}, out);
    out.push({ type: 'block-end', index });
  });
  pushStop(message.stop_reason, message.stop_sequence, progress, out);
}

function readBlockStart(data: JsonObject, progress: Progress, out: StreamEvent[]): void {
  const index = countOf(data.index);
  const block = objectOf(data.content_block);
  if (index === undefined || block === undefined) {
    garbage('content_block_start without an index or a block', progress, out);
    return;
  }
  progress.openBlock = index;
  startBlock(index, block, out);
}

function startBlock(index: number, block: JsonObject, out: StreamEvent[]): void {
  const kind = blockKind(stringOf(block.type) ?? '');
  const text = kind === 'text' ? stringOf(block.text) : kind === 'thinking' ? stringOf(block.thinking) : undefined;
  const says = (kind !== 'text' && kind !== 'thinking') || (text !== undefined && text !== '');
  const id = stringOf(block.id);
  const name = stringOf(block.name);
  const input = objectOf(block.input);
  const whole = kind === 'tool-call' && input !== undefined && Object.keys(input).length > 0;
  out.push({
    type: 'block-start',
    index,
    kind,
    says,
    ...(id !== undefined && { id }),
    ...(name !== undefined && { name }),
    ...(whole && { argumentsJson: JSON.stringify(input) }),
    ...(kind === 'media' && { media: mediaOf(block) }),
    ...((kind === 'server-tool' || kind === 'other') && { wire: block }),
  });
  if (text !== undefined && text !== '') {
    out.push({ type: 'block-delta', index, kind: kind === 'text' ? 'text' : 'thinking', text });
  }
  // Of redacted thinking the opaque data is what proves it; it travels as the signature does.
  const signature = stringOf(
    kind === 'redacted-thinking' ? block.data : kind === 'thinking' ? block.signature : undefined,
  );
  if (signature !== undefined && signature !== '') out.push({ type: 'block-signature', index, signature });
  if (kind === 'text') for (const citation of arrayOf(block.citations) ?? []) pushCitation(index, citation, out);
}

const kindByType: ReadonlyMap<string, BlockKind> = new Map<string, BlockKind>([
  ['text', 'text'],
  ['thinking', 'thinking'],
  ['redacted_thinking', 'redacted-thinking'],
  ['tool_use', 'tool-call'],
  ['server_tool_use', 'server-tool'],
  ['mcp_tool_use', 'server-tool'],
  ['image', 'media'],
  ['document', 'media'],
]);

function blockKind(type: string): BlockKind {
  return kindByType.get(type) ?? (type.endsWith('_tool_result') ? 'server-tool' : 'other');
}

function readBlockDelta(data: JsonObject, progress: Progress, out: StreamEvent[]): void {
  const index = countOf(data.index);
  const delta = objectOf(data.delta);
  if (index === undefined || delta === undefined) {
    garbage('content_block_delta without an index or a delta', progress, out);
    return;
  }
  switch (delta.type) {
    case 'text_delta':
      out.push({ type: 'block-delta', index, kind: 'text', text: stringOf(delta.text) ?? '' });
      break;
    case 'thinking_delta':
      out.push({ type: 'block-delta', index, kind: 'thinking', text: stringOf(delta.thinking) ?? '' });
      break;
    case 'input_json_delta':
      out.push({ type: 'block-delta', index, kind: 'tool-arguments', text: stringOf(delta.partial_json) ?? '' });
      break;
    case 'signature_delta':
      out.push({ type: 'block-signature', index, signature: stringOf(delta.signature) ?? '' });
      break;
    default:
      out.push({ type: 'block-delta', index, kind: 'other', text: JSON.stringify(delta) });
      if (delta.type === 'citations_delta') pushCitation(index, delta.citation, out);
  }
}

function pushCitation(index: number, value: unknown, out: StreamEvent[]): void {
  const citation = citationOf(value);
  if (citation !== undefined) out.push({ type: 'citation', index, citation });
}

function readBlockStop(data: JsonObject, progress: Progress, out: StreamEvent[]): void {
  const index = countOf(data.index);
  if (index === undefined) {
    garbage('content_block_stop without an index', progress, out);
    return;
  }
  progress.openBlock = undefined;
  out.push({ type: 'block-end', index });
}

function readMessageDelta(data: JsonObject, progress: Progress, out: StreamEvent[]): void {
  pushUsage(data.usage, out);
  const delta = objectOf(data.delta);
  pushStop(delta?.stop_reason, delta?.stop_sequence, progress, out);
}

function readMessageStop(_data: JsonObject, progress: Progress, out: StreamEvent[]): void {
  progress.over = true;
  out.push({ type: 'message-complete' });
}

const stopByReason: ReadonlyMap<string, StopKind> = new Map<string, StopKind>([
  ['end_turn', 'natural'],
  ['tool_use', 'tool'],
  ['max_tokens', 'length'],
  ['stop_sequence', 'stop-sequence'],
  ['refusal', 'refusal'],
  ['pause_turn', 'pause'],
  ['compaction', 'pause'],
  ['model_context_window_exceeded', 'context-full'],
]);

function pushStop(value: unknown, sequence: unknown, progress: Progress, out: StreamEvent[]): void {
  const reason = stringOf(value);
  if (reason === undefined) return;
  progress.stopped = true;
  const stopSequence = stringOf(sequence);
  const stop = stopByReason.get(reason) ?? 'other';
  out.push({ type: 'message-end', stop, reason, ...(stopSequence !== undefined && { stopSequence }) });
}

function pushUsage(value: unknown, out: StreamEvent[]): void {
  const stated = objectOf(value);
  if (stated === undefined) return;
  const usage: Usage = {};
  const put = (name: keyof Usage, count: number | undefined): void => {
    if (count !== undefined) usage[name] = count;
  };
  put('inputTokens', countOf(stated.input_tokens));
  put('outputTokens', countOf(stated.output_tokens));
  put('cacheReadTokens', countOf(stated.cache_read_input_tokens));
  put('cacheWriteTokens', countOf(stated.cache_creation_input_tokens));
  put('thoughtTokens', countOf(objectOf(stated.output_tokens_details)?.thinking_tokens));
  if (Object.keys(usage).length > 0) out.push({ type: 'usage', usage });
}

function whatIsMissing(progress: Progress): string {
  if (!progress.started) return 'before message_start';
  if (progress.openBlock !== undefined) return `inside content block ${progress.openBlock}`;
  if (!progress.stopped) return 'before message_delta';
  return 'before message_stop';
}

/** Enough of a foreign body to recognise it in a log. */
const excerptCharactersMax = 120;

function excerpt(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > excerptCharactersMax ? `${line.slice(0, excerptCharactersMax)}…` : line;
}
