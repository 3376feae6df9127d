import { describe, expect, it } from 'vitest';
import type { StreamEvent } from '../../model/events.ts';
import type { Frame } from '../../model/wire.ts';
import { createFramer } from '../sse/framer.ts';
import { readAnthropicEvents } from './read-events.ts';

function read(text: string): StreamEvent[] {
  const framer = createFramer();
  const frames: Frame[] = [];
  framer.push(new TextEncoder().encode(text), frames);
  framer.end(frames);
  const reader = readAnthropicEvents();
  const events: StreamEvent[] = [];
  for (const frame of frames) reader.push(frame, events);
  reader.end(events);
  return events;
}

function event(type: string, fields: object = {}): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
}

const start = event('message_start', { message: { id: 'msg_1', model: 'claude-x', content: [] } });
const stop = event('message_stop');

function afterStart(text: string): StreamEvent[] {
  return read(start + text).slice(1);
}

function blockStart(contentBlock: object): StreamEvent[] {
  return afterStart(event('content_block_start', { index: 0, content_block: contentBlock })).slice(0, -1);
}

function blockDelta(delta: object): StreamEvent | undefined {
  return afterStart(event('content_block_delta', { index: 0, delta }))[0];
}

describe('what a block says when it starts', () => {
  it.for<[object, string, boolean]>([
    [{ type: 'text', text: '' }, 'text', false],
    [{ type: 'text', text: 'Hi' }, 'text', true],
    [{ type: 'thinking', thinking: '', signature: '' }, 'thinking', false],
    [{ type: 'thinking', thinking: 'Hm', signature: '' }, 'thinking', true],
    [{ type: 'redacted_thinking', data: 'x' }, 'redacted-thinking', true],
    [{ type: 'tool_use', id: 't', name: 'n', input: {} }, 'tool-call', true],
    [{ type: 'server_tool_use', id: 't', name: 'n', input: {} }, 'server-tool', true],
    [{ type: 'mcp_tool_use', id: 't', name: 'n', input: {} }, 'server-tool', true],
    [{ type: 'web_search_tool_result', content: [] }, 'server-tool', true],
    [{ type: 'tool_of_tomorrow_tool_result' }, 'server-tool', true],
    [{ type: 'image' }, 'media', true],
    [{ type: 'document' }, 'media', true],
    [{ type: 'fallback' }, 'other', true],
    [{ type: 'block_of_tomorrow' }, 'other', true],
  ])('%j is %s and says something: %s', ([block, kind, says]) => {
    expect(blockStart(block)[0]).toMatchObject({ type: 'block-start', index: 0, kind, says });
  });

  it('tells the id and the name of a tool call, and arguments that came whole', () => {
    const tool = { type: 'tool_use', id: 'toolu_1', name: 'read' };
    expect(blockStart({ ...tool, input: {} })).toEqual([
      { type: 'block-start', index: 0, kind: 'tool-call', says: true, id: 'toolu_1', name: 'read' },
    ]);
    expect(blockStart({ ...tool, input: { path: 'a' } })[0]).toMatchObject({ argumentsJson: '{"path":"a"}' });
  });

  it('tells text and signature that stand in the start as if they had come after it', () => {
    expect(blockStart({ type: 'thinking', thinking: 'Hm', signature: 'sig' }).slice(1)).toEqual([
      { type: 'block-delta', index: 0, kind: 'thinking', text: 'Hm' },
      { type: 'block-signature', index: 0, signature: 'sig' },
    ]);
  });
});

describe('deltas', () => {
  it.for<[object, object]>([
    [
      { type: 'text_delta', text: 'a' },
      { type: 'block-delta', kind: 'text', text: 'a' },
    ],
    [
      { type: 'thinking_delta', thinking: 'b' },
      { type: 'block-delta', kind: 'thinking', text: 'b' },
    ],
    [
      { type: 'thinking_delta', thinking: '', estimated_tokens: 9 },
      { type: 'block-delta', kind: 'thinking', text: '' },
    ],
    [
      { type: 'input_json_delta', partial_json: '{' },
      { type: 'block-delta', kind: 'tool-arguments', text: '{' },
    ],
    [
      { type: 'signature_delta', signature: 's+/=' },
      { type: 'block-signature', signature: 's+/=' },
    ],
    [
      { type: 'citations_delta', citation: {} },
      { type: 'block-delta', kind: 'other' },
    ],
    [
      { type: 'delta_of_tomorrow', x: 1 },
      { type: 'block-delta', kind: 'other' },
    ],
  ])('%j becomes %j', ([delta, expected]) => {
    expect(blockDelta(delta)).toMatchObject({ index: 0, ...expected });
  });
});

describe('the end of a message', () => {
  it.for([
    ['end_turn', 'natural'],
    ['tool_use', 'tool'],
    ['max_tokens', 'length'],
    ['stop_sequence', 'stop-sequence'],
    ['refusal', 'refusal'],
    ['pause_turn', 'pause'],
    ['compaction', 'pause'],
    ['model_context_window_exceeded', 'context-full'],
    ['reason_of_tomorrow', 'other'],
  ])('%s means %s', ([reason, stop]) => {
    expect(afterStart(event('message_delta', { delta: { stop_reason: reason } }))[0]).toEqual({
      type: 'message-end',
      stop,
      reason,
    });
  });

  it('is not reached by a message_delta without a reason', () => {
    const events = afterStart(event('message_delta', { delta: { stop_reason: null }, usage: { output_tokens: 3 } }));
    expect(events.map(({ type }) => type)).toEqual(['usage', 'cut']);
  });

  it('is complete at message_stop, and nothing after it is read', () => {
    const after = `${event('content_block_delta', { index: 0, delta: {} })}data: [DONE]\n\n${event('error', { error: {} })}`;
    expect(afterStart(stop + after)).toEqual([{ type: 'message-complete' }]);
  });

  it('is complete even when the body ends before the last blank line', () => {
    expect(afterStart(stop.trimEnd()).at(-1)).toEqual({ type: 'message-complete' });
  });

  it('is read from a message_start that carries a programmatic tool call whole', () => {
    const block = { type: 'tool_use', id: 'toolu_1', name: 'roll', input: { sides: 6 } };
    const message = { id: 'msg_1', content: [block], stop_reason: 'tool_use', usage: { input_tokens: 0 } };
    expect(read(event('message_start', { message }) + stop)).toEqual([
      { type: 'message-start', id: 'msg_1' },
      { type: 'usage', usage: { inputTokens: 0 } },
      {
        type: 'block-start',
        index: 0,
        kind: 'tool-call',
        says: true,
        id: 'toolu_1',
        name: 'roll',
        argumentsJson: '{"sides":6}',
      },
      { type: 'block-end', index: 0 },
      { type: 'message-end', stop: 'tool', reason: 'tool_use' },
      { type: 'message-complete' },
    ]);
  });
});

describe('usage', () => {
  it('holds what was stated and nothing else', () => {
    const usage = {
      input_tokens: 5,
      cache_read_input_tokens: null,
      cache_creation_input_tokens: 0,
      output_tokens: 7,
      output_tokens_details: { thinking_tokens: 2 },
      service_tier: 'standard',
    };
    expect(afterStart(event('message_delta', { delta: {}, usage }))[0]).toEqual({
      type: 'usage',
      usage: { inputTokens: 5, cacheWriteTokens: 0, outputTokens: 7, thoughtTokens: 2 },
    });
  });
});

describe('a stream that goes wrong', () => {
  it.for([
    ['before message_start', ''],
    ['before message_delta', start],
    ['inside content block 0', start + event('content_block_start', { index: 0, content_block: { type: 'text' } })],
    ['before message_stop', start + event('message_delta', { delta: { stop_reason: 'end_turn' } })],
  ])('is cut %s', ([where, text]) => {
    expect(read(text!).at(-1)).toEqual({ type: 'cut', detail: `the stream ended ${where}` });
  });

  it('is cut and not garbage when its last event is only half there', () => {
    expect(afterStart(stop.slice(0, -6)).map(({ type }) => type)).toEqual(['cut']);
  });

  it('fails with the body of an error event, and nothing after it is read', () => {
    const error = '{"type":"error","error":{"details":null,"type":"overloaded_error","message":"Overloaded"}}';
    expect(read(`event: error\ndata: ${error}\n\n${start}${stop}`)).toEqual([{ type: 'failure', body: error }]);
    expect(afterStart(`event: error\ndata: ${error}\n\n`)).toEqual([{ type: 'failure', body: error }]);
  });

  it.for([
    'data: {"type":"error","error":{"type":"api_error","message":"x"}}\n\n',
    'event: error\ndata: {"message":"x"}\n\n',
    'event: error\ndata: upstream connect error\n\n',
    'data: {"error":{"code":429,"status":"RESOURCE_EXHAUSTED"}}\n\n',
    'data: [{"error":{"code":429}}]\n\n',
    '{"type":"error","error":{"type":"rate_limit_error","message":"x"}}',
    '[{\n  "error": {\n    "code": 429\n  }\n}\n]\n',
    '{"error":{"code":500}}\n',
    '{"error":"no such thing"}',
  ])('fails when an error object comes in whatever form: %j', (text) => {
    expect(read(text)).toEqual([{ type: 'failure', body: text.replace(/^(event: error\n)?(data: )?/, '').trim() }]);
  });

  it('does not take a future event with an error field for a failure', () => {
    expect(read(event('note', { error: { a: 1 } }))[0]).toEqual({ type: 'unknown', name: 'note' });
  });

  it.for([
    ['an HTML page', '<html><body>502 Bad Gateway</body></html>'],
    ['JSON that is no error', '{"id":"msg_1","type":"message"}'],
    ['data that is no JSON', 'event: message_start\ndata: {"type":"mess\n\n'],
    ['data that is no object', 'data: 42\n\n'],
    ['a start without a message', event('message_start')],
    ['content before the start', event('content_block_start', { index: 0, content_block: {} })],
    ['an end before the start', stop],
    ['a delta without an index', start + event('content_block_delta', { delta: {} })],
    ['an event nested without end', `data: {"a":${'['.repeat(5000)}${']'.repeat(5000)}}\n\n`],
  ])('is garbage when it has %s', ([, text]) => {
    const events = read(`${text}\n\n${start}${stop}`);
    expect(events.at(-1)!.type).toBe('garbage');
    expect(events.filter(({ type }) => type === 'message-complete')).toEqual([]);
  });

  it('says of garbage what it looked like, and not all of it', () => {
    const detail = (read(`<html>${'x'.repeat(10_000)}`)[0] as { detail: string }).detail;
    expect(detail).toMatch(/^not an event stream: <html>x+…$/);
    expect(detail.length).toBeLessThan(200);
  });
});

describe('what means nothing', () => {
  it('pings and comments are keepalives, also before the start', () => {
    expect(read(`: ping\n\n${event('ping')}${start}`).map(({ type }) => type)).toEqual([
      'keepalive',
      'keepalive',
      'message-start',
      'cut',
    ]);
  });

  it('an unknown event is named and harmless', () => {
    expect(read(event('event_of_tomorrow'))[0]).toEqual({ type: 'unknown', name: 'event_of_tomorrow' });
  });

  it('an event without a type in its data goes by its name', () => {
    expect(afterStart('event: content_block_stop\ndata: {"index":3}\n\n')[0]).toEqual({ type: 'block-end', index: 3 });
  });
});
