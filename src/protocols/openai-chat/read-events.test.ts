import { describe, expect, it } from 'vitest';
import type { StreamEvent } from '../../model/events.ts';
import { callsOf, chunk, eventsOf, eventsOfData, framesOf, recordedJson } from './streams.testing.ts';

const start: StreamEvent = { type: 'message-start', id: 'chatcmpl-1', model: 'm' };
const complete: StreamEvent = { type: 'message-complete' };
const stop: StreamEvent = { type: 'message-end', stop: 'natural', reason: 'stop' };

describe('a Chat Completions stream', () => {
  it('is text between a role and a reason to finish', () => {
    const events = eventsOfData(
      chunk({ role: 'assistant', content: '' }),
      chunk({ content: 'Hel' }),
      chunk({ content: 'lo' }),
      chunk({}, 'stop'),
      { ...chunk({}), choices: [], usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 } },
      '[DONE]',
    );
    expect(events).toEqual([
      start,
      { type: 'block-start', index: 0, kind: 'text', says: false },
      { type: 'block-delta', index: 0, kind: 'text', text: 'Hel' },
      { type: 'block-delta', index: 0, kind: 'text', text: 'lo' },
      { type: 'block-end', index: 0 },
      stop,
      { type: 'usage', usage: { inputTokens: 5, outputTokens: 2 } },
      complete,
    ]);
  });

  it('is complete without [DONE] when every choice has finished', () => {
    expect(eventsOfData(chunk({ content: 'a' }), chunk({}, 'stop')).at(-1)).toEqual(complete);
  });

  it('is cut when one of two choices has not finished, [DONE] or not', () => {
    const second = { ...chunk({}), choices: [{ index: 1, delta: { content: 'b' }, finish_reason: null }] };
    const detail = 'without a finish reason for choice 1';
    expect(eventsOfData(chunk({ content: 'a' }, 'stop'), second).at(-1)).toEqual({
      type: 'cut',
      detail: `the stream ended ${detail}`,
    });
    expect(eventsOfData(chunk({ content: 'a' }, 'stop'), second, '[DONE]').at(-1)).toEqual({
      type: 'cut',
      detail: `[DONE] came ${detail}`,
    });
  });

  it('is cut when [DONE] comes before anything was said', () => {
    expect(eventsOfData('[DONE]')).toEqual([{ type: 'cut', detail: '[DONE] came before any choice' }]);
  });

  it('says nothing after [DONE]', () => {
    const events = eventsOfData(chunk({ content: 'a' }, 'stop'), '[DONE]', chunk({ content: 'b' }), {
      error: { message: 'x' },
    });
    expect(events.at(-1)).toEqual(complete);
    expect(events.filter(({ type }) => type === 'message-complete')).toHaveLength(1);
  });

  it('keeps two choices in blocks of their own', () => {
    const both = (text: string, finish: string | null) => ({
      ...chunk({}),
      choices: [0, 1].map((index) => ({ index, delta: { content: `${text}${index}` }, finish_reason: finish })),
    });
    const events = eventsOfData(both('a', null), both('b', 'stop'), '[DONE]');
    const textOf = (index: number): string =>
      events.flatMap((event) => (event.type === 'block-delta' && event.index === index ? event.text : [])).join('');
    expect([textOf(0), textOf(1)]).toEqual(['a0b0', 'a1b1']);
    expect(events.filter(({ type }) => type === 'message-end')).toHaveLength(2);
  });

  it('knows thinking by either name, as one block before the text', () => {
    for (const name of ['reasoning_content', 'reasoning']) {
      const events = eventsOfData(
        chunk({ [name]: 'Hm' }),
        chunk({ [name]: '.', content: '' }),
        chunk({ content: 'Yes' }, 'stop'),
      );
      expect(events.slice(1, 7)).toEqual([
        { type: 'block-start', index: 0, kind: 'thinking', says: false },
        { type: 'block-delta', index: 0, kind: 'thinking', text: 'Hm' },
        { type: 'block-delta', index: 0, kind: 'thinking', text: '.' },
        { type: 'block-end', index: 0 },
        { type: 'block-start', index: 1, kind: 'text', says: false },
        { type: 'block-delta', index: 1, kind: 'text', text: 'Yes' },
      ]);
    }
  });

  it('does not say a thought twice that comes with its details', () => {
    const details = (text: string, more: object = {}) => [{ type: 'reasoning.text', text, index: 0, ...more }];
    const events = eventsOfData(
      chunk({ reasoning: 'Hm', reasoning_details: details('Hm') }),
      chunk({ reasoning_details: details('Hm', { signature: 'sig' }) }),
      chunk({ content: 'Yes' }, 'stop'),
    );
    expect(events.slice(2, 5)).toEqual([
      { type: 'block-delta', index: 0, kind: 'thinking', text: 'Hm' },
      { type: 'block-signature', index: 0, signature: 'sig' },
      { type: 'block-end', index: 0 },
    ]);
  });

  it('reads thinking among the parts of a content list', () => {
    const content = [
      { type: 'thinking', thinking: [{ type: 'text', text: 'Hm' }] },
      { type: 'text', text: 'Yes' },
    ];
    const said = eventsOfData(chunk({ content }, 'stop')).flatMap((event) =>
      event.type === 'block-delta' ? [[event.kind, event.text]] : [],
    );
    expect(said).toEqual([
      ['thinking', 'Hm'],
      ['text', 'Yes'],
    ]);
  });

  it('takes a refusal for text and for the reason to stop', () => {
    const events = eventsOfData(
      chunk({ role: 'assistant', content: null, refusal: 'I' }),
      chunk({ refusal: ' cannot' }, 'stop'),
    );
    expect(events.slice(2)).toEqual([
      { type: 'block-delta', index: 0, kind: 'text', text: 'I' },
      { type: 'block-delta', index: 0, kind: 'text', text: ' cannot' },
      { type: 'block-end', index: 0 },
      { type: 'message-end', stop: 'refusal', reason: 'stop' },
      complete,
    ]);
  });

  it('reads images, sources, and sound as content', () => {
    const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,QUJD' } };
    const source = {
      type: 'url_citation',
      url_citation: { url: 'https://a.example/', title: 'A', start_index: 0, end_index: 2 },
    };
    const events = eventsOfData(
      chunk({ content: 'Hi', annotations: [source] }),
      chunk({ images: [image] }),
      chunk({ audio: { id: 'a', data: 'QQ==' } }),
      chunk({ audio: { data: 'QQ==' } }, 'stop'),
    );
    expect(events).toContainEqual({
      type: 'citation',
      index: 0,
      citation: { url: 'https://a.example/', title: 'A', start: 0, end: 2, wire: source },
    });
    expect(events).toContainEqual({
      type: 'block-start',
      index: 1,
      kind: 'media',
      says: true,
      media: { mimeType: 'image/png', data: 'QUJD' },
    });
    expect(events.filter((event) => event.type === 'block-start' && event.name === 'audio')).toHaveLength(1);
  });

  it('passes over what it does not know, by name', () => {
    const events = eventsOfData(
      chunk({ tool_plan: 'x' }),
      { object: 'something.new' },
      chunk({ content: 'a' }, 'stop'),
    );
    expect(events.filter(({ type }) => type === 'unknown')).toEqual([
      { type: 'unknown', name: 'delta.tool_plan' },
      { type: 'unknown', name: 'something.new' },
    ]);
  });

  it('begins at the first choice, not at Azure’s chunk about the prompt', () => {
    const azure = { id: '', object: '', created: 0, model: '', choices: [], prompt_filter_results: [] };
    expect(eventsOfData(azure, chunk({ content: 'a' }, 'stop'))[0]).toEqual(start);
  });
});

describe('what is no answer', () => {
  it.each([
    ['an error chunk', '{"error":{"message":"boom","type":"server_error"}}'],
    ['an error as a string', '{"error":"boom"}'],
    ['an error beside choices', JSON.stringify({ ...chunk({}, 'error'), error: { code: 502, message: 'boom' } })],
    ['Groq’s', JSON.stringify({ ...chunk({}), x_groq: { error: 'boom' } })],
    ['a given up answer', JSON.stringify(chunk({}, 'insufficient_system_resource'))],
  ])('%s is a failure with its body', (_what, body) => {
    expect(eventsOfData(chunk({ content: 'a' }), body, '[DONE]').at(-1)).toEqual({ type: 'failure', body });
  });

  it('an error in an array, or under an event of that name, is a failure', () => {
    expect(eventsOfData('[{"error":{"code":429,"message":"x"}}]')).toEqual([
      { type: 'failure', body: '{"error":{"code":429,"message":"x"}}' },
    ]);
    expect(eventsOf(framesOf([Buffer.from('event: error\ndata: {"message":"x"}\n\n')]))).toEqual([
      { type: 'failure', body: '{"message":"x"}' },
    ]);
  });

  it('null in the place of an error is none', () => {
    expect(eventsOfData({ ...chunk({ content: 'a' }, 'stop'), error: null }).at(-1)).toEqual(complete);
  });

  it('an error body in place of a stream is a failure, anything else garbage', () => {
    expect(eventsOf(framesOf([Buffer.from('{"error":{"message":"x"}}')]))[0]?.type).toBe('failure');
    expect(eventsOf(framesOf([Buffer.from('<html>oops</html>')]))[0]?.type).toBe('garbage');
    expect(eventsOfData('{"broken"')[0]?.type).toBe('garbage');
    expect(eventsOfData(`${'['.repeat(1000)}${']'.repeat(1000)}`)[0]?.type).toBe('garbage');
  });

  it('a comment is a keepalive, and half an event a cut', () => {
    expect(eventsOf(framesOf([Buffer.from(': OPENROUTER PROCESSING\n\n')]))[0]).toEqual({ type: 'keepalive' });
    const half = `data: ${JSON.stringify(chunk({ content: 'a' }))}\n\ndata: {"choi`;
    expect(eventsOf(framesOf([Buffer.from(half)])).at(-1)?.type).toBe('cut');
  });

  it('a call that the upstream itself calls malformed is one', () => {
    const events = eventsOfData(chunk({}, 'function_call_filter: MALFORMED_FUNCTION_CALL'));
    expect(events).toContainEqual({
      type: 'message-end',
      stop: 'malformed',
      reason: 'function_call_filter: MALFORMED_FUNCTION_CALL',
    });
  });
});

describe('usage', () => {
  const usageOf = (usage: object) => eventsOfData({ ...chunk({}, 'stop'), usage }).find(({ type }) => type === 'usage');

  it.each([
    [
      'cached tokens are no input',
      { prompt_tokens: 10, completion_tokens: 3, total_tokens: 13, prompt_tokens_details: { cached_tokens: 4 } },
      { inputTokens: 6, outputTokens: 3, cacheReadTokens: 4 },
    ],
    [
      'DeepSeek’s own name for them',
      { prompt_tokens: 10, completion_tokens: 3, total_tokens: 13, prompt_cache_hit_tokens: 4 },
      { inputTokens: 6, outputTokens: 3, cacheReadTokens: 4 },
    ],
    [
      'thoughts that only the total counts are output',
      { prompt_tokens: 66, completion_tokens: 6, total_tokens: 100 },
      { inputTokens: 66, outputTokens: 34 },
    ],
    [
      'thoughts that are stated are part of the output',
      { prompt_tokens: 1, completion_tokens: 9, total_tokens: 10, completion_tokens_details: { reasoning_tokens: 8 } },
      { inputTokens: 1, outputTokens: 9, thoughtTokens: 8 },
    ],
  ])('%s', (_what, stated, usage) => {
    expect(usageOf(stated)).toEqual({ type: 'usage', usage });
  });
});

describe.skipIf(recordedJson('gemini-openai-compat', 'response.json').length === 0)(
  'Gemini behind its compatible endpoint',
  () => {
    it.for(recordedJson('gemini-openai-compat', 'response.json'))(
      '$name, streamed, keeps its signature and its call without an id',
      ({ json }) => {
        const [choice] = json.choices as { message: Record<string, unknown>; finish_reason: string }[];
        const events = eventsOfData({
          ...json,
          choices: [{ index: 0, delta: choice?.message, finish_reason: choice?.finish_reason }],
        });
        const signature = choice?.message.thought_signature;
        expect(events.filter(({ type }) => type === 'block-signature')).toEqual([
          { type: 'block-signature', index: 0, signature },
        ]);
        expect(events.at(-1)).toEqual(complete);
        if (choice?.message.tool_calls !== undefined)
          expect(callsOf(events)).toEqual([[undefined, 'get_current_time', '{}']]);
      },
    );
  },
);
