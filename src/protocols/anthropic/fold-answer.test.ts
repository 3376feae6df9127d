import { describe, expect, it } from 'vitest';
import { FoldError } from '../../model/failure.ts';
import type { Frame } from '../../model/wire.ts';
import { createFramer } from '../sse/framer.ts';
import { foldAnthropicAnswer } from './fold-answer.ts';

function fold(text: string): string {
  const framer = createFramer();
  const frames: Frame[] = [];
  framer.push(new TextEncoder().encode(text), frames);
  framer.end(frames);
  const answer = foldAnthropicAnswer();
  for (const frame of frames) answer.push(frame);
  return answer.document();
}

function event(type: string, fieldsJson = ''): string {
  return `event: ${type}\ndata: {"type":"${type}"${fieldsJson && `,${fieldsJson}`}}\n\n`;
}

const start = event(
  'message_start',
  '"message":{"id":"msg_1","content":[],"stop_reason":null,"usage":{"input_tokens":3}}',
);
const end =
  event('message_delta', '"delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":2}') + event('message_stop');

function block(startJson: string, ...deltas: string[]): Record<string, unknown> {
  const body = deltas.map((delta) => event('content_block_delta', `"index":0,"delta":${delta}`)).join('');
  const text = event('content_block_start', `"index":0,"content_block":${startJson}`) + body;
  return (JSON.parse(fold(start + text + end)) as { content: Record<string, unknown>[] }).content[0]!;
}

function tool(...pieces: string[]): string {
  const deltas = pieces.map((partial_json) =>
    event('content_block_delta', `"index":0,"delta":${JSON.stringify({ type: 'input_json_delta', partial_json })}`),
  );
  const begin = event('content_block_start', '"index":0,"content_block":{"type":"tool_use","name":"calc","input":{}}');
  return fold(start + begin + deltas.join('') + end);
}

describe('tool arguments', () => {
  it('keep the spelling of their numbers', () => {
    expect(tool('', '{"a": 1.0, "b":1234567', '8901234567890,"c":1e5}')).toContain(
      '"input":{"a":1.0,"b":12345678901234567890,"c":1e5}',
    );
  });

  it('are an empty object when no piece or only empty pieces came', () => {
    expect(tool()).toContain('"input":{}');
    expect(tool('', '')).toContain('"input":{}');
  });

  it('stay as they stood in the start when no piece came', () => {
    expect(block('{"type":"tool_use","input":{"caller":1.50}}')).toEqual({ type: 'tool_use', input: { caller: 1.5 } });
  });

  it.for([['{"a":'], ['{"a":1}}'], ['undefined'], ['{"a":', `${'['.repeat(400)}${']'.repeat(400)}}`]])(
    'are refused when they are no JSON or too deep: %j',
    (pieces) => {
      expect(() => tool(...pieces)).toThrow(FoldError);
    },
  );

  it('cannot reach the prototype of anything', () => {
    expect(tool('{"__proto__":{"polluted":true}}')).toContain('"input":{"__proto__":{"polluted":true}}');
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe('blocks', () => {
  it('collect text, citations, thinking and signature', () => {
    const citation = '{"type":"citations_delta","citation":{"type":"char_location","score":0.50}}';
    expect(block('{"type":"text","text":"a","citations":null}', '{"type":"text_delta","text":"b"}', citation)).toEqual({
      type: 'text',
      text: 'ab',
      citations: [{ type: 'char_location', score: 0.5 }],
    });
    const thinking = [
      '{"type":"thinking_delta","thinking":"c","estimated_tokens":1}',
      '{"type":"signature_delta","signature":"s"}',
    ];
    expect(block('{"type":"thinking","thinking":"","signature":""}', ...thinking)).toEqual({
      type: 'thinking',
      thinking: 'c',
      signature: 's',
    });
  });

  it('of an unknown kind are kept, with what unknown deltas add to them', () => {
    const delta = '{"type":"delta_of_tomorrow","more":[2],"__proto__":{"x":1}}';
    expect(block('{"type":"block_of_tomorrow","some":1}', delta)).toMatchObject({
      type: 'block_of_tomorrow',
      some: 1,
      more: [2],
    });
  });

  it('take the final value of a compaction', () => {
    const delta = '{"type":"compaction_delta","content":"short","encrypted_content":"e"}';
    expect(block('{"type":"compaction","content":null}', delta)).toEqual({
      type: 'compaction',
      content: 'short',
      encrypted_content: 'e',
    });
  });

  it('name the model that served the answer after a fallback', () => {
    const fallback = '"index":0,"content_block":{"type":"fallback","from":{"model":"a"},"to":{"model":"b"}}';
    expect(JSON.parse(fold(start + event('content_block_start', fallback) + end))).toMatchObject({ model: 'b' });
  });

  it('without a start or after a gap make no document', () => {
    const orphan = event('content_block_delta', '"index":0,"delta":{"type":"text_delta","text":"a"}');
    expect(() => fold(start + orphan + end)).toThrow(FoldError);
    const gap = event('content_block_start', '"index":1,"content_block":{"type":"text","text":""}');
    expect(() => fold(start + gap + end)).toThrow(FoldError);
  });
});

describe('the message', () => {
  it('takes over every field of message_delta, and null erases nothing', () => {
    const delta = [
      '"delta":{"stop_reason":"refusal","stop_sequence":null,"stop_details":{"type":"refusal"},"container":{"id":"c"}}',
      '"usage":{"input_tokens":null,"output_tokens":2,"cost":0.000112,"server_tool_use":null}',
      '"context_management":{"applied_edits":[]}',
      '"input_transformations":[]',
    ].join();
    const text = fold(start + event('message_delta', delta) + event('message_stop'));
    expect(JSON.parse(text)).toEqual({
      id: 'msg_1',
      content: [],
      stop_reason: 'refusal',
      stop_sequence: null,
      stop_details: { type: 'refusal' },
      container: { id: 'c' },
      usage: { input_tokens: 3, output_tokens: 2, cost: 0.000112, server_tool_use: null },
      context_management: { applied_edits: [] },
      input_transformations: [],
    });
    expect(text).toContain('0.000112');
  });

  it('needs a start', () => {
    expect(() => fold(end)).toThrow(FoldError);
  });
});
