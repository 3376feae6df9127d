import { describe, expect, it } from 'vitest';
import type { StreamEvent } from '../../model/events.ts';
import { foldResponsesForeign } from './fold-foreign.ts';
import { call, type Json, optionsOf, outputOf, start, text, told } from './foreign-answers.testing.ts';
import { checkResponsesStream } from './grammar.testing.ts';
import { writeResponsesForeignEvents } from './write-foreign-events.ts';

describe('a foreign answer, streamed', () => {
  it('lives through the whole cycle, with an unbroken count', () => {
    const {
      text: stream,
      events,
      response,
    } = told([
      { type: 'message-start' },
      ...text(0, 'Hi'),
      { type: 'usage', usage: { inputTokens: 3, cacheReadTokens: 4, outputTokens: 2 } },
      { type: 'message-end', stop: 'natural', reason: 'STOP' },
      { type: 'message-complete' },
    ]);
    expect(checkResponsesStream(stream)).toEqual([]);
    expect(events.map(({ type }) => String(type).replace('response.', ''))).toEqual([
      'created',
      'in_progress',
      'output_item.added',
      'content_part.added',
      'output_text.delta',
      'output_text.done',
      'content_part.done',
      'output_item.done',
      'completed',
    ]);
    expect(response.usage).toEqual({
      input_tokens: 7,
      input_tokens_details: { cached_tokens: 4 },
      output_tokens: 2,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: 9,
    });
  });

  it('ends once where only the reason to stop came, and not at all where none did', () => {
    for (const [last, ends] of [
      [[{ type: 'message-end', stop: 'natural', reason: 'end_turn' }], 1],
      [[{ type: 'message-end', stop: 'natural', reason: 'end_turn' }, { type: 'message-complete' }], 1],
      [[], 0],
    ] as const) {
      const writer = writeResponsesForeignEvents('sse', optionsOf());
      const out: Uint8Array[] = [];
      writer.events([start(0, 'text'), { type: 'block-delta', index: 0, kind: 'text', text: 'Hi' }, ...last], out);
      writer.end(out);
      expect(Buffer.concat(out).toString().split('event: response.completed\n').length - 1).toBe(ends);
    }
  });

  it('echoes the settings of the request and names the model that answered', () => {
    const { response } = told(
      [{ type: 'message-complete' }],
      optionsOf({ instructions: 'I', metadata: { a: 'b' }, store: false }),
    );
    expect(response).toMatchObject({
      id: 'resp_01TEST',
      model: 'gemini-3-pro',
      instructions: 'I',
      metadata: { a: 'b' },
      store: false,
      created_at: 1_700_000_000,
      usage: null,
    });
  });

  it.each([
    ['length', 'incomplete', 'max_output_tokens'],
    ['context-full', 'incomplete', 'max_output_tokens'],
    ['refusal', 'incomplete', 'content_filter'],
    ['stop-sequence', 'completed', undefined],
    ['other', 'completed', undefined],
  ] as const)('ends for %s as %s', (stop, status, reason) => {
    const { response, text: stream } = told([
      ...text(0, 'Hi'),
      { type: 'message-end', stop, reason: 'x' },
      { type: 'message-complete' },
    ]);
    expect(checkResponsesStream(stream)).toEqual([]);
    expect(response.status).toBe(status);
    expect((response.incomplete_details as Json | null)?.reason).toBe(reason);
    expect((response.output as Json[])[0]?.status).toBe(status);
  });

  it('is no success before the upstream has ended', () => {
    const { events } = told(text(0, 'Hi'));
    expect(events.map(({ type }) => type)).not.toContain('response.completed');
    expect(() => foldResponsesForeign(optionsOf()).document()).toThrow();
    const fold = foldResponsesForeign(optionsOf());
    for (const event of text(0, 'Hi')) fold.see(event);
    expect(() => fold.document()).toThrow();
    fold.see({ type: 'message-end', stop: 'natural', reason: 'x' });
    expect(JSON.parse(fold.document())).toMatchObject({ status: 'completed' });
  });

  it('stays alive before and after it has begun', () => {
    const writer = writeResponsesForeignEvents('sse', optionsOf());
    expect(Buffer.from(writer.keepalive()).toString()).toMatch(/^:/);
    const begun = Buffer.concat([
      writer.start(),
      writer.keepalive(),
      writer.failure({ kind: 'overloaded', message: 'm' }),
    ]);
    expect(begun.toString()).toContain('event: keepalive\ndata: {"type":"keepalive","sequence_number":2}');
    expect(checkResponsesStream(begun.toString())).toEqual([]);
  });

  it('states a source where the text stands that it is for', () => {
    const citation = { type: 'citation', index: 0, citation: { url: 'https://a.b', title: 'T' } } as const;
    const [message] = outputOf([
      start(0, 'text'),
      { type: 'block-delta', index: 0, kind: 'text', text: 'Hi' },
      citation,
    ]);
    const annotation = { type: 'url_citation', start_index: 0, end_index: 2, url: 'https://a.b', title: 'T' };
    expect(message).toMatchObject({ content: [{ text: 'Hi', annotations: [annotation] }] });
  });

  it('shows an image, a program with its output, and a search of the web in the forms of the API', () => {
    const output = outputOf([
      start(0, 'media', { media: { mimeType: 'image/png', data: 'aW1n' } }),
      { type: 'block-end', index: 0 },
      start(1, 'code', { code: { language: 'python', code: 'print(1)' } }),
      { type: 'block-end', index: 1 },
      start(2, 'code', { code: { outcome: 'OUTCOME_OK', output: '1\n' } }),
      { type: 'block-end', index: 2 },
      start(3, 'server-tool', { name: 'web_search', wire: { type: 'server_tool_use', name: 'web_search' } }),
      { type: 'block-delta', index: 3, kind: 'tool-arguments', text: '{"query":"q"}' },
      { type: 'block-end', index: 3 },
    ]);
    expect(output).toMatchObject([
      { type: 'image_generation_call', result: 'aW1n', output_format: 'png' },
      { type: 'code_interpreter_call', code: 'print(1)', outputs: [{ type: 'logs', logs: '1\n' }] },
      { type: 'web_search_call', action: { type: 'search', query: 'q' } },
    ]);
  });
});

describe('the calls of a foreign answer', () => {
  const tools = [
    { type: 'custom', name: 'patch' },
    { type: 'namespace', name: 'mcp__mail', tools: [{ type: 'function', name: 'send', parameters: {} }] },
    { type: 'local_shell' },
    { type: 'tool_search', execution: 'client', parameters: {} },
  ];

  it('are written in the forms in which the client has declared its tools', () => {
    const output = outputOf(
      [
        ...call(0, 'plain', '{"a":1.0}'),
        ...call(1, 'patch', '{"input":"*** Begin"}'),
        ...call(2, 'mcp__mail__send', ''),
        ...call(3, 'local_shell', '{"command":["ls"]}'),
        ...call(4, 'tool_search', '{"query":"mail"}'),
      ],
      optionsOf({ tools }),
    );
    expect(output).toMatchObject([
      { type: 'function_call', call_id: 'c0', name: 'plain', arguments: '{"a":1.0}' },
      { type: 'custom_tool_call', call_id: 'c1', name: 'patch', input: '*** Begin' },
      { type: 'function_call', call_id: 'c2', name: 'send', namespace: 'mcp__mail', arguments: '{}' },
      { type: 'local_shell_call', call_id: 'c3', action: { type: 'exec', command: ['ls'] } },
      { type: 'tool_search_call', call_id: 'c4', execution: 'client', arguments: { query: 'mail' } },
    ]);
  });

  it('are never run half: a broken call of free text is not told, a broken function is called incomplete', () => {
    const events = [...call(0, 'patch', '{"input":"*** Beg'), ...call(1, 'plain', '{"a":')];
    const output = outputOf([...events, { type: 'message-end', stop: 'length', reason: 'x' }], optionsOf({ tools }));
    expect(output).toMatchObject([{ type: 'function_call', status: 'incomplete', arguments: '{"a":' }]);
  });

  it('get an id where the upstream gave none', () => {
    const whole = { type: 'block-start', index: 0, kind: 'tool-call', says: true, name: 'f', argumentsJson: '{"a":1}' };
    const [item] = outputOf([whole as StreamEvent, { type: 'block-end', index: 0 }]);
    expect(item).toMatchObject({ call_id: 'call_01TEST_0', arguments: '{"a":1}' });
  });
});
