/** The questions of the SDK tests, in both dialects: plain text, a tool call, visible thinking, and a history that carries a signature. */

import type Anthropic from '@anthropic-ai/sdk';
import type { Content, FunctionDeclaration, GenerateContentConfig } from '@google/genai';
import { callText, mintSignature } from '../../../src/lab/signature.ts';

export type PromptKind = 'text' | 'tool' | 'thinking';
export const promptKinds: readonly PromptKind[] = ['text', 'tool', 'thinking'];

const questions: Readonly<Record<PromptKind, string>> = {
  text: 'What does the harbour light do? [[lab:words=70]]',
  tool: 'When is high water? [[lab:tool]]',
  thinking: 'Which knot holds best? [[lab:words=40]]',
};

const description = 'The tide tables of a harbour.';
const schema = {
  type: 'object' as const,
  properties: { harbour: { type: 'string' }, days: { type: 'integer' } },
  required: ['harbour'],
};

export const anthropicTool: Anthropic.Tool = { name: 'tide_table', description, input_schema: schema };
export const geminiTool: FunctionDeclaration = { name: 'tide_table', description, parametersJsonSchema: schema };

const outputTokensMax = 4_000;
const thinkingTokensMax = 1_024;

type AnthropicQuestion = Omit<Anthropic.MessageCreateParamsNonStreaming, 'stream'>;

export function anthropicQuestion(model: string, kind: PromptKind, signed = false): AnthropicQuestion {
  return {
    model,
    max_tokens: outputTokensMax,
    messages: [...(signed ? anthropicHistory() : []), { role: 'user', content: questions[kind] }],
    ...(kind === 'tool' ? { tools: [anthropicTool] } : {}),
    ...(kind === 'thinking' ? { thinking: { type: 'enabled', budget_tokens: thinkingTokensMax } } : {}),
  };
}

export interface GeminiQuestion {
  readonly model: string;
  readonly contents: Content[];
  readonly config: GenerateContentConfig;
}

export function geminiQuestion(model: string, kind: PromptKind, signed = false): GeminiQuestion {
  return {
    model,
    contents: [...(signed ? geminiHistory() : []), { role: 'user', parts: [{ text: questions[kind] }] }],
    config: {
      maxOutputTokens: outputTokensMax,
      ...(kind === 'tool' ? { tools: [{ functionDeclarations: [geminiTool] }] } : {}),
      ...(kind === 'thinking' ? { thinkingConfig: { includeThoughts: true } } : {}),
    },
  };
}

/** A turn that really came from the lab, as far as its signature can tell. */
function anthropicHistory(): Anthropic.MessageParam[] {
  const thinking = 'The lamp turns.';
  return [
    { role: 'user', content: 'What turns?' },
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking, signature: mintSignature('claude', thinking) },
        { type: 'text', text: 'The lamp does.' },
      ],
    },
  ];
}

function geminiHistory(): Content[] {
  const call = { name: 'tide_table', args: { harbour: 'Ålesund' } };
  const thoughtSignature = mintSignature('gemini', callText(call.name, call.args));
  return [
    { role: 'user', parts: [{ text: 'What turns?' }] },
    { role: 'model', parts: [{ functionCall: call, thoughtSignature }] },
    { role: 'user', parts: [{ functionResponse: { name: call.name, response: { tide: 'high' } } }] },
    { role: 'model', parts: [{ text: 'The tide does.' }] },
  ];
}
