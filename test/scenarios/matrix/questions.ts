/** The questions of the matrix as requests of the four dialects: the same words and the same tool in each, so that one answer is expected of all. */

import { Buffer } from 'node:buffer';
import { expectedAnswer, type LabAnswer } from '../../../src/lab/answer.ts';
import { sealReasoning } from '../../../src/lab/openai-checks.ts';
import type { Protocol, RequestInput } from '../../../src/model/request.ts';
import { anthropicQuestion, geminiQuestion, type PromptKind } from '../sdk/prompts.ts';
import { type Cell, type CellFraming, upstreams } from './cells.ts';

export interface Asking {
  readonly path: string;
  readonly input: RequestInput;
}

/** A history that carries signatures, for the faults that are about them. */
export function askingOf({ fault, client, framing, upstream, question }: Cell): Asking {
  const { model } = upstreams[upstream];
  const asking = ASKING[client](model, question, framing, fault.startsWith('signature-refusal'));
  return question === 'thinking'
    ? { ...asking, input: { ...asking.input, body: thinkingAnyway(asking.input.body) } }
    : asking;
}

/** A budget of thoughts says nothing to a server of which nothing is known; the lab thinks there because the prompt wishes it. */
function thinkingAnyway(body: Uint8Array): Uint8Array {
  return Buffer.from(Buffer.from(body).toString('utf8').replace('[[lab:words=', '[[lab:think]] [[lab:words='));
}

/** What the lab answers to the question on a clear day, in whichever dialect it was asked. */
export function answerTo(question: PromptKind): LabAnswer {
  const { body } = ASKING.anthropic('claude-sonnet-4-5', question, 'collected', false).input;
  const answer = expectedAnswer({ path: '/v1/messages', body });
  if (answer === undefined) throw new Error(`the lab has no answer to the question for ${question}`);
  return answer;
}

type Ask = (model: string, kind: PromptKind, framing: CellFraming, isSigned: boolean) => Asking;

const ASKING: Readonly<Record<Protocol, Ask>> = {
  anthropic: (model, kind, framing, isSigned) => {
    const body = { ...anthropicQuestion(model, kind, isSigned), stream: framing === 'streamed' };
    return posted('/v1/messages', body, { 'anthropic-version': '2023-06-01' });
  },
  gemini: (model, kind, framing, isSigned) => {
    const { contents, config } = geminiQuestion(model, kind, isSigned);
    const { maxOutputTokens, thinkingConfig, tools } = config;
    const body = { contents, generationConfig: { maxOutputTokens, thinkingConfig }, tools };
    const pathMethod = framing === 'collected' ? 'generateContent' : 'streamGenerateContent';
    const path = `/v1beta/models/${model}:${pathMethod}`;
    const { input } = posted(path, body);
    const query = new URLSearchParams(framing === 'streamed' ? { alt: 'sse' } : {});
    return { path, input: { ...input, query, pathModel: model, pathMethod } };
  },
  'openai-chat': (model, kind, framing, isSigned) => {
    const { question, tool, outputTokensMax } = plain(kind);
    const history = isSigned ? [user('What turns?'), { role: 'assistant', content: 'The lamp does.' }] : [];
    const tools = tool && [{ type: 'function', function: tool }];
    const body = {
      model,
      messages: [...history, user(question)],
      max_completion_tokens: outputTokensMax,
      stream: framing === 'streamed',
      ...(framing === 'streamed' ? { stream_options: { include_usage: true } } : {}),
      ...(tools ? { tools } : {}),
      ...(kind === 'thinking' ? { reasoning_effort: 'low' } : {}),
    };
    return posted('/v1/chat/completions', body);
  },
  'openai-responses': (model, kind, framing, isSigned) => {
    const { question, tool, outputTokensMax } = plain(kind);
    const reasoning = {
      type: 'reasoning',
      id: 'rs_1',
      summary: [],
      encrypted_content: sealReasoning('The lamp turns.'),
    };
    const said = { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'The lamp does.' }] };
    const history = isSigned ? [user('What turns?'), reasoning, said] : [];
    const body = {
      model,
      input: [...history, user(question)],
      max_output_tokens: outputTokensMax,
      stream: framing === 'streamed',
      ...(tool ? { tools: [{ type: 'function', ...tool, strict: false }] } : {}),
      ...(kind === 'thinking' ? { reasoning: { effort: 'low', summary: 'auto' } } : {}),
    };
    return posted('/v1/responses', body);
  },
};

/** The question in no dialect. */
function plain(kind: PromptKind) {
  const { messages, max_tokens: outputTokensMax } = anthropicQuestion('any', kind);
  const { tools = [] } = geminiQuestion('any', kind).config;
  const declared = (tools as { functionDeclarations?: Record<string, unknown>[] }[])[0]?.functionDeclarations?.[0];
  const { name, description, parametersJsonSchema: parameters } = declared ?? {};
  return {
    question: String(messages.at(-1)?.content),
    outputTokensMax,
    tool: declared && { name, description, parameters },
  };
}

function user(content: string) {
  return { role: 'user', content };
}

function posted(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Asking {
  return { path, input: { operation: 'generate', body: json(body), headers, query: new URLSearchParams() } };
}

function json(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}
