import { describe, expect, it } from 'vitest';
import type { StreamEvent } from '../../model/events.ts';
import { begin, call, done, end, say, sign, text, think } from '../anthropic/write-foreign-events.testing.ts';
import { dataIn, framesOf, optionsFor, resumed, wholeStream } from '../resumed-streams.testing.ts';
import { unseal } from '../signature-envelope.ts';
import { checkGeminiStream } from './grammar.testing.ts';

type Json = Record<string, unknown>;

const problem = { kind: 'upstream-error', message: 'every upstream died' } as const;

describe('a Gemini stream that goes on', () => {
  const chunk = (part: Json, more: Json = {}): string => {
    const candidates = [{ content: { parts: [part], role: 'model' }, index: 0 }];
    return `data: ${JSON.stringify({ candidates, ...more, modelVersion: 'gemini-shown', responseId: 'shown' })}\r\n\r\n`;
  };
  const shown = chunk({ text: 'Hm', thought: true }) + chunk({ text: 'Hel' });
  const rest: StreamEvent[] = [
    { type: 'message-start', id: 'other', model: 'other' },
    say(1, 'text', 'lo'),
    end(1),
    ...call(2, '{"a":1}'),
    { type: 'usage', usage: { inputTokens: 3, outputTokens: 4 } },
    done('tool'),
  ];
  const array = (framing: 'sse' | 'json-array', frames = shown, events = rest): string =>
    wholeStream('gemini', framesOf(Buffer.from(frames)), events, optionsFor('gemini'), framing);

  it('keeps its name, and says why it stopped in the last chunk alone', () => {
    const whole = array('sse');
    expect(checkGeminiStream(whole)).toEqual([]);
    const chunks = dataIn(whole) as { candidates: Json[]; responseId: string; modelVersion: string }[];
    expect(new Set(chunks.map(({ responseId, modelVersion }) => `${responseId} ${modelVersion}`))).toEqual(
      new Set(['shown gemini-shown']),
    );
    expect(chunks.map(({ candidates }) => candidates[0]?.finishReason)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      'STOP',
    ]);
    expect(JSON.stringify(chunks[3])).toContain('"functionCall":{"name":"look","args":{"a":1}}');
  });

  it('goes on inside the array that is open, and closes it', () => {
    const whole = array('json-array');
    expect(checkGeminiStream(whole)).toEqual([]);
    expect(JSON.parse(whole)).toEqual(dataIn(array('sse')));
  });

  it('opens the array itself when nothing was shown', () => {
    const events = [...text(0, 'Hi'), done()];
    expect(checkGeminiStream(array('json-array', '', events))).toEqual([]);
    expect(checkGeminiStream(array('sse', '', events))).toEqual([]);
  });

  it('completes the line ends of a chunk that was cut behind its JSON', () => {
    expect(checkGeminiStream(array('sse', shown.trimEnd()))).toEqual([]);
  });

  it.for(['sse', 'json-array'] as const)('is whole although the upstream died inside a chunk (%s)', (framing) => {
    expect(checkGeminiStream(array(framing, `${shown}data: {"candidates": [{"cont`))).toEqual([]);
    expect(array(framing, `${shown}data: {"candidates": [{"cont`)).toBe(array(framing));
  });

  it.for(['sse', 'json-array'] as const)('can still fail legally (%s)', (framing) => {
    const { writer, out, text: told } = resumed('gemini', framesOf(Buffer.from(shown)), optionsFor('gemini'), framing);
    writer.events([say(1, 'text', 'lo')], out);
    out.push(writer.keepalive(), writer.failure(problem));
    expect(checkGeminiStream(told())).toEqual([]);
    expect(told()).not.toContain('finishReason');
  });

  it('thinks again after a thought that was broken off', () => {
    const whole = array('sse', chunk({ text: 'Hm', thought: true }), [
      end(0),
      ...think(1, 'Again'),
      ...text(2, 'Hi'),
      done(),
    ]);
    expect(checkGeminiStream(whole)).toEqual([]);
    expect(whole.match(/"thought":true/g)).toHaveLength(2);
  });

  it('never calls an answer whole in which half a call was shown', () => {
    const half = chunk({
      functionCall: { name: 'look', willContinue: true, partialArgs: [{ jsonPath: '$.a', stringValue: 'x' }] },
    });
    const whole = array('sse', half, [end(0), done('tool')]);
    expect(whole).toContain('"finishReason":"MALFORMED_FUNCTION_CALL"');
    expect(whole.match(/functionCall"/g)).toHaveLength(1);
  });

  it('passes on the parts of Google’s own tools', () => {
    const wire = { toolCall: { name: 'google_search', args: { queries: ['x'] } }, thoughtSignature: 'UwNn' };
    const own: StreamEvent[] = [begin(2, 'server-tool', { wire }), sign(2, 'UwNn'), end(2), ...text(3, 'Hi')];
    const whole = array('sse', shown, [end(1), ...own, done()]);
    expect(checkGeminiStream(whole, true)).toEqual([]);
    expect(dataIn(whole)[2]).toMatchObject({ candidates: [{ content: { parts: [wire] } }] });
  });

  it('asks anew for each signature whose it is', () => {
    let model = 'claude-sonnet-5';
    const options = { ...optionsFor('gemini'), signer: () => model };
    const { writer, out, text: told } = resumed('gemini', framesOf(Buffer.from(shown)), options);
    writer.events([end(1), ...call(2, '{}', sign(2, 'ONE'))], out);
    model = 'gemini-3-pro';
    writer.events([...call(3, '{}', sign(3, 'TWO')), done('tool')], out);
    writer.end(out);
    const signatures = [...told().matchAll(/"thoughtSignature":"([^"]*)"/g)].map(([, each]) => each);
    expect(unseal(Buffer.from(String(signatures[0]), 'base64').toString())).toMatchObject({
      signature: 'ONE',
      family: 'claude',
    });
    expect(signatures[1]).toBe('TWO');
  });
});
