import { describe, expect, it } from 'vitest';
import type { ClientRequest, Protocol } from '../../model/request.ts';
import { resumeNote } from './note.ts';
import { resumePoint, resumeRequest } from './resume.ts';

function requestOf(protocol: Protocol, json: Record<string, unknown>): ClientRequest {
  return {
    protocol,
    operation: 'generate',
    model: 'm',
    framing: 'sse',
    body: Buffer.from(JSON.stringify(json)),
    json,
    passHeaders: {},
  };
}
const added = (protocol: Protocol, way: 'prefill' | 'ask', json: Record<string, unknown> = {}): unknown[] =>
  resumeRequest(requestOf(protocol, json), 'Once upon', way).map(({ op, path, ...rest }) => [
    op,
    path.join('.'),
    'json' in rest ? JSON.parse(rest.json) : undefined,
  ]);

describe('a request to go on', () => {
  it('shows the model its begun answer, and asks only where it must', () => {
    const begun = ['append', 'messages', { role: 'assistant', content: 'Once upon' }];
    const asked = ['append', 'messages', { role: 'user', content: resumeNote }];
    for (const protocol of ['anthropic', 'openai-chat'] as const) {
      expect(added(protocol, 'prefill')).toEqual([begun]);
      expect(added(protocol, 'ask')).toEqual([begun, asked]);
    }
    expect(added('gemini', 'ask')).toEqual([
      ['append', 'contents', { role: 'model', parts: [{ text: 'Once upon' }] }],
      ['append', 'contents', { role: 'user', parts: [{ text: resumeNote }] }],
    ]);
  });

  it('makes a list of a Responses input that is one text', () => {
    expect(added('openai-responses', 'ask', { input: 'Tell a story' })).toMatchObject([
      ['set', 'input', [{ role: 'user', content: 'Tell a story' }, { role: 'assistant' }, { role: 'user' }]],
    ]);
    expect(added('openai-responses', 'ask', { input: [] })).toHaveLength(2);
  });

  it('is the request itself while nothing was said', () => {
    expect(resumeRequest(requestOf('anthropic', {}), '', 'ask')).toEqual([]);
  });
});

describe('the point from which a model is asked to go on', () => {
  it.each([
    ['The quick brown', 'The quick bro', 'wn'],
    ['The quick brown \n', 'The quick bro', 'wn \n'],
    ['I am a', 'I a', 'm a'],
    ['Done.', 'Don', 'e.'],
    ['a', '', 'a'],
    ['\n\n', '', '\n\n'],
    ['', '', ''],
    ['smile 😀😀', 'smile', ' 😀😀'],
  ])('%j', (shown, said, repeats) => {
    expect(resumePoint(shown)).toEqual({ said, repeats });
  });
});
