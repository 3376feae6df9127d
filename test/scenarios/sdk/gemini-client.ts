/** Asks through the real Google GenAI SDK, which retries nothing unless it is told to: what heals here is the gateway. */

import { ApiError, type GenerateContentResponse, GoogleGenAI, type Part } from '@google/genai';
import type { LabAnswer } from '../../../src/lab/answer.ts';
import { type Heard, keepingFetch, patiently, type Said } from './heard.ts';
import type { GeminiQuestion } from './prompts.ts';

export interface GeminiHeard extends Heard {
  /** The parts of the model's turn, text joined as a client keeps it for its history. */
  readonly parts: readonly Part[];
}

export function geminiClient(url: string, fetchOfTest: typeof fetch = fetch): GoogleGenAI {
  return new GoogleGenAI({ apiKey: 'a-key-of-the-client', httpOptions: { baseUrl: url, fetch: fetchOfTest } });
}

export function askGemini(url: string, question: GeminiQuestion, streamed: boolean): Promise<GeminiHeard> {
  const keeping = keepingFetch();
  const client = geminiClient(url, keeping.fetch);
  return patiently(async (signal) => {
    const answers: GenerateContentResponse[] = [];
    const order = { ...question, config: { ...question.config, abortSignal: signal } };
    const result = (more: { error?: unknown }) => {
      const parts = answers.flatMap((answer) => answer.candidates?.[0]?.content?.parts ?? []);
      return { said: saidBy(answers, parts), sawContent: parts.some(says), parts, ...more, ...keeping.last() };
    };
    try {
      if (streamed) for await (const answer of await client.models.generateContentStream(order)) answers.push(answer);
      else answers.push(await client.models.generateContent(order));
      return result({});
    } catch (error) {
      return result({ error });
    }
  });
}

function says(part: Part): boolean {
  return part.functionCall !== undefined || (part.text ?? '') !== '';
}

function saidBy(answers: readonly GenerateContentResponse[], parts: readonly Part[]): Said {
  const last = answers.findLast((answer) => answer.usageMetadata !== undefined)?.usageMetadata;
  const finish = answers.findLast((answer) => answer.candidates?.[0]?.finishReason !== undefined);
  const calls = parts.flatMap(({ functionCall }) => (functionCall === undefined ? [] : [functionCall]));
  return {
    text: parts.map((part) => (part.thought === true ? '' : (part.text ?? ''))).join(''),
    thinking: parts.map((part) => (part.thought === true ? (part.text ?? '') : '')).join(''),
    calls: calls.map(({ name = '', args }) => ({ name, args })),
    stop: finish?.candidates?.[0]?.finishReason ?? '',
    inputTokens: last?.promptTokenCount,
    outputTokens: last?.candidatesTokenCount,
  };
}

/** The lab's answer as this SDK must hand it over. */
export function geminiExpectation(answer: LabAnswer, showsThoughts: boolean): Said {
  return {
    text: answer.text,
    thinking: showsThoughts && answer.thinking !== undefined ? `**A thought**\n\n${answer.thinking}\n\n\n` : '',
    calls: answer.toolCalls.map(({ name, args }) => ({ name, args })),
    stop: answer.stop === 'length' ? 'MAX_TOKENS' : 'STOP',
    inputTokens: answer.inputTokens,
    outputTokens: answer.outputTokens - answer.thinkingTokens,
  };
}

export function isGeminiError(error: unknown): error is ApiError {
  return error instanceof ApiError;
}
