/** One question of a cell, through the SDK of its dialect, and what came of it. */

import { anthropicExpectation, askAnthropic, isAnthropicError } from './anthropic-client.ts';
import { askGemini, geminiExpectation, isGeminiError } from './gemini-client.ts';
import { type Heard, judge, labAnswerOf, type Verdict } from './heard.ts';
import type { Cell, CellProvider } from './house.ts';
import { anthropicQuestion, geminiQuestion, type PromptKind } from './prompts.ts';

export interface Asked extends Verdict {
  readonly heard: Heard;
  /** Of the lab: who was asked, in order. */
  readonly accounts: readonly string[];
}

export function speaksAnthropic(provider: CellProvider): boolean {
  return provider === 'anthropic' || provider === 'vertex-claude';
}

export async function askCell(url: string, cell: Cell, kind: PromptKind, streamed: boolean): Promise<Asked> {
  const isSigned = cell.weather.startsWith('signature-refusal');
  const claude = speaksAnthropic(cell.provider);
  const heard = claude
    ? await askAnthropic(url, anthropicQuestion(cell.asks, kind, isSigned), streamed)
    : await askGemini(url, geminiQuestion(cell.asks, kind, isSigned), streamed);
  const accounts = cell.calls().map(({ account }) => account);
  const answer = labAnswerOf(cell);
  const expected = claude ? anthropicExpectation(answer) : geminiExpectation(answer, kind === 'thinking');
  const isOwn = claude ? isAnthropicError : isGeminiError;
  return { ...judge(heard, expected, isOwn, streamed && accounts.length > 1), heard, accounts };
}

/** The headers that every answer carries, as far as they are there. */
export function missingHeaders({ headers }: Heard, cell: Cell): string[] {
  const wanted: Readonly<Record<string, RegExp>> = {
    'x-account-email': new RegExp(`^(${cell.emails.join('|').replaceAll('.', '\\.')})$`),
    'x-mapped-model': new RegExp(`^${cell.asks.replaceAll('.', '\\.')}$`),
    'x-request-id': /^[0-9A-Z]{26}$/,
    'x-attempts': /^[1-9]$/,
    ...(speaksAnthropic(cell.provider) ? { 'request-id': /^[0-9A-Z]{26}$/ } : {}),
  };
  return Object.entries(wanted)
    .filter(([name, pattern]) => !pattern.test(headers.get(name) ?? ''))
    .map(([name]) => `${name}: ${headers.get(name)}`);
}
