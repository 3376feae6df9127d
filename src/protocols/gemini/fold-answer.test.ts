import { describe, expect, it } from 'vitest';
import { FoldError } from '../../model/failure.ts';
import type { Frame } from '../../model/wire.ts';
import { createFramer } from '../sse/framer.ts';
import { foldGeminiAnswer } from './fold-answer.ts';

function documentOfText(text: string): string {
  const framer = createFramer();
  const frames: Frame[] = [];
  framer.push(new TextEncoder().encode(text), frames);
  framer.end(frames);
  const fold = foldGeminiAnswer();
  for (const frame of frames) fold.push(frame);
  return fold.document();
}

function documentOf(...chunks: unknown[]) {
  return JSON.parse(documentOfText(chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join('')));
}

function foldParts(...parts: unknown[]): unknown {
  return documentOf(...parts.map((part) => ({ candidates: [{ content: { parts: [part] } }] }))).candidates[0].content
    .parts;
}

describe('foldGeminiAnswer', () => {
  it('joins text of one kind and keeps everything else apart', () => {
    const call = { functionCall: { name: 'f', args: {} }, thoughtSignature: 's' };
    expect(
      foldParts({ text: 'a', thought: true }, { text: 'b', thought: true }, { text: 'c' }, { text: 'd' }, call, {
        text: 'e',
      }),
    ).toEqual([{ text: 'ab', thought: true }, { text: 'cd' }, call, { text: 'e' }]);
  });

  it('puts a signature on the joined text, wherever it came', () => {
    const signed = [{ text: 'ab', thoughtSignature: 's' }];
    expect(foldParts({ text: 'a', thoughtSignature: 's' }, { text: 'b' })).toEqual(signed);
    expect(foldParts({ text: 'a' }, { text: 'b', thoughtSignature: 's' })).toEqual(signed);
    expect(foldParts({ text: 'a' }, { text: 'b' }, { text: '', thoughtSignature: 's' })).toEqual(signed);
    expect(foldParts({ text: 'a', thoughtSignature: 's' }, { text: 'b', thoughtSignature: 's' })).toEqual(signed);
  });

  it('never joins two signatures', () => {
    const parts = [
      { text: 'a', thoughtSignature: 's' },
      { text: 'b', thoughtSignature: 't' },
    ];
    expect(foldParts(...parts)).toEqual(parts);
  });

  it('keeps a signed empty text after a call, and drops an unsigned one', () => {
    const call = { functionCall: { name: 'f', args: {} } };
    const signed = { text: '', thoughtSignature: 's' };
    expect(foldParts(call, signed)).toEqual([call, signed]);
    expect(foldParts(call, { text: '' })).toEqual([call]);
    expect(foldParts({ text: '' })).toEqual([{ text: '' }]);
  });

  it('does not join text that carries anything more', () => {
    const parts = [{ text: 'a' }, { text: 'b', partMetadata: { k: 1 } }, { text: 'c' }];
    expect(foldParts(...parts)).toEqual(parts);
  });

  it('takes the last word of usage, member by member, and of all else', () => {
    expect(
      documentOf(
        { usageMetadata: { promptTokenCount: 3, trafficType: 'ON_DEMAND' }, modelVersion: 'a', novelty: 1 },
        { usageMetadata: { promptTokenCount: 3, totalTokenCount: 9 }, modelVersion: 'b', novelty: 2, responseId: 'r' },
      ),
    ).toEqual({
      usageMetadata: { promptTokenCount: 3, trafficType: 'ON_DEMAND', totalTokenCount: 9 },
      modelVersion: 'b',
      responseId: 'r',
      novelty: 2,
    });
  });

  it('collects citations once and log probabilities all', () => {
    const chunk = (sources: unknown[], tokens: unknown[]) => ({
      candidates: [{ citationMetadata: { citationSources: sources }, logprobsResult: { chosenCandidates: tokens } }],
    });
    const one = { uri: 'u', startIndex: 1 };
    const [candidate] = documentOf(chunk([one], [{ t: 1 }]), chunk([one, { uri: 'v' }], [{ t: 1 }])).candidates;
    expect(candidate.citationMetadata.citationSources).toEqual([one, { uri: 'v' }]);
    expect(candidate.logprobsResult.chosenCandidates).toEqual([{ t: 1 }, { t: 1 }]);
  });

  it('orders members like the API, candidates by index, and keeps the spelling of numbers', () => {
    const text = [
      '{"responseId":"r","candidates":[{"index":1,"finishReason":"STOP","content":{"parts":[{"text":"B"}]}}]}',
      '{"candidates":[{"avgLogprobs":-0.10,"content":{"parts":[{"text":"A"}]},"finishReason":"STOP"}],"modelVersion":"m"}',
    ];
    expect(documentOfText(text.map((chunk) => `data: ${chunk}\r\n\r\n`).join(''))).toBe(
      '{"candidates":[{"content":{"parts":[{"text":"A"}]},"finishReason":"STOP","avgLogprobs":-0.10},' +
        '{"content":{"parts":[{"text":"B"}]},"finishReason":"STOP","index":1}],"modelVersion":"m","responseId":"r"}',
    );
  });

  it('keeps content that has no parts as it is', () => {
    const candidate = { content: { role: 'model' }, finishReason: 'MAX_TOKENS', index: 0 };
    expect(documentOf({ candidates: [candidate] }).candidates).toEqual([candidate]);
  });

  it('takes a member called __proto__ for a member', () => {
    const text = documentOfText(
      'data: {"candidates":[{"__proto__":{"x":1},"citationMetadata":{"__proto__":[1]}}]}\n\n',
    );
    expect(text).toBe('{"candidates":[{"citationMetadata":{"__proto__":[1]},"__proto__":{"x":1}}]}');
  });

  it.each([
    ['nothing', ''],
    ['only comments', ': a\n\n'],
    ['an error', 'data: {"error":{"code":500}}\n\n'],
    ['what is no JSON', 'data: {"candidates":[]}\n\ndata: {oops\n\n'],
    ['what is no object', 'data: [1]\n\n'],
    ['a body that is no stream', '{"candidates":[]}\n'],
  ])('makes no document of %s', (_what, text) => {
    expect(() => documentOfText(text)).toThrow(FoldError);
  });
});
