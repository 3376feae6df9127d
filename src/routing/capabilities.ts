/**
 * What each line of models can do, by the name that is asked upstream: a table of patterns, the first match wins. A name that no row knows is
 * assumed able to do everything, because its own API says better than we do what it refuses.
 */

import type { Capabilities } from '../model/conversation.ts';
import { matches } from './names.ts';

export interface CapabilityRow {
  /** Against the last segment of the name, in small letters, dots as hyphens; `*` stands for any run of characters. */
  readonly pattern: string;
  readonly why: string;
  readonly capabilities: Capabilities;
}

export function capabilitiesOf(model: string): Capabilities {
  return capabilityRow(model).capabilities;
}

/** With its reason, for whoever wants to be told. */
export function capabilityRow(model: string): CapabilityRow {
  const name = (model.split('/').at(-1) ?? model).toLowerCase().replaceAll('.', '-');
  return CAPABILITY_ROWS.find(({ pattern }) => matches(pattern, name)) ?? unknownModel;
}

/** Before 4.6: thoughts by a number of tokens, and an answer can be begun for the model. */
const manualClaude: Capabilities = {
  thinking: 'budget',
  budgetTokensMin: 1024,
  canTurnOff: true,
  prefill: true,
  sampling: true,
  forcedTools: true,
  demandsSignature: false,
  callIds: true,
  maxOutputTokens: 64_000,
};

const plainClaude: Capabilities = { ...manualClaude, thinking: 'none', maxOutputTokens: 4096 };

const allEfforts = ['low', 'medium', 'high', 'xhigh', 'max'] as const;

/** 4.6 and later decide themselves how much they think. */
const adaptiveClaude: Capabilities = {
  thinking: 'adaptive',
  levels: allEfforts,
  canTurnOff: true,
  prefill: false,
  sampling: false,
  forcedTools: true,
  demandsSignature: false,
  callIds: true,
  maxOutputTokens: 128_000,
};

const alwaysThinkingClaude: Capabilities = { ...adaptiveClaude, canTurnOff: false };
const unforcedClaude: Capabilities = { ...alwaysThinkingClaude, forcedTools: false };

const gemini2: Capabilities = {
  thinking: 'budget',
  budgetTokensMin: 1,
  budgetTokensMax: 24_576,
  canTurnOff: true,
  prefill: true,
  sampling: true,
  forcedTools: true,
  demandsSignature: false,
  callIds: false,
  maxOutputTokens: 65_536,
};

const gemini3: Capabilities = {
  thinking: 'level',
  levels: ['low', 'medium', 'high'],
  canTurnOff: false,
  prefill: true,
  sampling: true,
  forcedTools: true,
  demandsSignature: true,
  callIds: true,
  maxOutputTokens: 65_536,
};

const fourLevels: Capabilities = { ...gemini3, levels: ['minimal', 'low', 'medium', 'high'] };
const imageMaker: Capabilities = { ...gemini3, thinking: 'none', demandsSignature: false, maxOutputTokens: 32_768 };

const plainOpenai: Capabilities = {
  thinking: 'none',
  canTurnOff: true,
  prefill: false,
  sampling: true,
  forcedTools: true,
  demandsSignature: false,
  callIds: true,
};

const reasoning: Capabilities = {
  ...plainOpenai,
  thinking: 'effort',
  levels: ['low', 'medium', 'high'],
  canTurnOff: false,
  sampling: false,
};

const unknownModel: CapabilityRow = {
  pattern: '*',
  why: 'nothing is known of it: its own API says what it refuses',
  capabilities: {
    thinking: 'effort',
    levels: ['low', 'medium', 'high'],
    canTurnOff: true,
    prefill: true,
    sampling: true,
    forcedTools: true,
    demandsSignature: false,
    callIds: true,
  },
};

function row(pattern: string, why: string, capabilities: Capabilities): CapabilityRow {
  return { pattern, why, capabilities };
}

/** A system message may stand in the middle of the conversation. */
function withSystemTurns(capabilities: Capabilities): Capabilities {
  return { ...capabilities, systemTurns: true };
}

const withXhigh = ['none', 'low', 'medium', 'high', 'xhigh'];

export const CAPABILITY_ROWS: readonly CapabilityRow[] = [
  // Claude. The more particular name stands before the more general one.
  row(
    'claude-fable-5',
    'always thinks; takes no sampling; forcing a tool is refused only from 5.1 on',
    withSystemTurns(alwaysThinkingClaude),
  ),
  row('claude-fable-5@*', 'as the name without its version', withSystemTurns(alwaysThinkingClaude)),
  row('claude-fable-5-20*', 'as the name without its date', withSystemTurns(alwaysThinkingClaude)),
  row(
    'claude-fable-*',
    'from 5.1 on: always thinks, and tool choice `any` and `tool` are refused',
    withSystemTurns(unforcedClaude),
  ),
  row(
    'claude-mythos-5',
    'always thinks; takes no sampling; forcing a tool is refused only from 5.1 on',
    withSystemTurns(alwaysThinkingClaude),
  ),
  row('claude-mythos-5@*', 'as the name without its version', withSystemTurns(alwaysThinkingClaude)),
  row('claude-mythos-5-20*', 'as the name without its date', withSystemTurns(alwaysThinkingClaude)),
  row(
    'claude-mythos-*',
    'from 5.1 on: always thinks, and tool choice `any` and `tool` are refused',
    withSystemTurns(unforcedClaude),
  ),
  row(
    'claude-opus-5-5*',
    'always thinks, and tool choice `any` and `tool` are refused',
    withSystemTurns(unforcedClaude),
  ),
  row(
    'claude-sonnet-5-5*',
    'thinking cannot be disabled, and tool choice `any` and `tool` are refused',
    unforcedClaude,
  ),
  row('claude-haiku-5-5*', 'adaptive thinking that can be disabled', adaptiveClaude),
  row('claude-opus-5*', 'adaptive thinking that can be disabled; takes no sampling', withSystemTurns(adaptiveClaude)),
  row('claude-sonnet-5*', 'adaptive thinking that can be disabled; takes no sampling', adaptiveClaude),
  row('claude-opus-4-7*', 'only adaptive thinking; sampling parameters are refused', adaptiveClaude),
  row('claude-opus-4-8*', 'only adaptive thinking; sampling parameters are refused', withSystemTurns(adaptiveClaude)),
  row('claude-opus-4-6*', 'adaptive thinking without `xhigh`; the first without prefill', {
    ...adaptiveClaude,
    levels: ['low', 'medium', 'high', 'max'],
    sampling: true,
  }),
  row('claude-sonnet-4-6*', 'adaptive thinking without `xhigh`; no prefill', {
    ...adaptiveClaude,
    levels: ['low', 'medium', 'high', 'max'],
    sampling: true,
    maxOutputTokens: 64_000,
  }),
  row('claude-opus-4-5*', 'thinks by a number of tokens; adaptive thinking is refused', manualClaude),
  row('claude-opus-4*', '4 and 4.1: thinks by a number of tokens; 32,000 tokens of output', {
    ...manualClaude,
    maxOutputTokens: 32_000,
  }),
  row('claude-sonnet-4*', '4 and 4.5: thinks by a number of tokens', manualClaude),
  row('claude-haiku-4*', 'thinks by a number of tokens', manualClaude),
  row('claude-3-7-*', 'the first that thinks, by a number of tokens', manualClaude),
  row('claude-3-5-*', 'does not think; 8,192 tokens of output', { ...plainClaude, maxOutputTokens: 8192 }),
  row('claude-3-*', 'does not think; 4,096 tokens of output', plainClaude),
  row('claude-2*', 'does not think; 4,096 tokens of output', plainClaude),
  row('claude-instant*', 'does not think; 4,096 tokens of output', plainClaude),
  row('claude-*', 'newer than this table: as strict as the newest that is known', unforcedClaude),

  // Gemini.
  row('gemini-2-5-pro*', '128 to 32,768 tokens of thought, and it cannot be turned off', {
    ...gemini2,
    budgetTokensMin: 128,
    budgetTokensMax: 32_768,
    canTurnOff: false,
  }),
  row('gemini-2-5-flash-image*', 'makes images and does not think', {
    ...gemini2,
    thinking: 'none',
    maxOutputTokens: 32_768,
  }),
  row('gemini-2-5-flash-lite*', '512 to 24,576 tokens of thought, or none', { ...gemini2, budgetTokensMin: 512 }),
  row('gemini-2-5-*', 'up to 24,576 tokens of thought, or none', gemini2),
  row('gemini-2-*', '2.0 does not think; 8,192 tokens of output', {
    ...gemini2,
    thinking: 'none',
    maxOutputTokens: 8192,
  }),
  row('gemini-1-*', 'does not think; 8,192 tokens of output', { ...gemini2, thinking: 'none', maxOutputTokens: 8192 }),
  row('gemini-3*-flash*-image*', 'makes images; knows the lowest and the highest level only', {
    ...imageMaker,
    thinking: 'level',
    levels: ['minimal', 'high'],
  }),
  row('gemini-*-image*', 'makes images; its thinking cannot be steered, and signatures are not enforced', imageMaker),
  row('gemini-3-pro*', 'two levels; calls of the current turn must be signed', { ...gemini3, levels: ['low', 'high'] }),
  row('gemini-3-flash*', 'four levels; calls of the current turn must be signed', fourLevels),
  row('gemini-3-1-flash*', 'four levels; calls of the current turn must be signed', fourLevels),
  row('gemini-3-5-flash*', 'four levels; calls of the current turn must be signed', fourLevels),
  row('gemini-3-6-flash*', 'four levels; calls of the current turn must be signed', fourLevels),
  row('gemini-*', 'three levels, which every one since 3.1 takes; 3.7 Flash refuses `minimal`', gemini3),
  row('gemma-*', 'does not think; its API refuses thinkingConfig', {
    ...gemini2,
    thinking: 'none',
    maxOutputTokens: 8192,
  }),

  // OpenAI.
  row('gpt-5*-chat*', 'the model of the chat product: its effort cannot be chosen', {
    ...plainOpenai,
    sampling: false,
  }),
  row('gpt-5-pro*', 'one effort only', { ...reasoning, levels: ['high'] }),
  row('gpt-5-*-pro*', 'three efforts', { ...reasoning, levels: ['medium', 'high', 'xhigh'] }),
  row('gpt-5-codex*', 'three efforts', reasoning),
  row('gpt-5-1-codex*', 'three efforts and `xhigh` in its largest; the three are safe', reasoning),
  row('gpt-5-*-codex*', 'four efforts', { ...reasoning, levels: ['low', 'medium', 'high', 'xhigh'] }),
  row('gpt-5-1*', 'from 5.1 on `none` in place of `minimal`', {
    ...reasoning,
    levels: ['none', 'low', 'medium', 'high'],
    canTurnOff: true,
  }),
  row('gpt-5-mini*', 'as gpt-5', { ...reasoning, levels: ['minimal', 'low', 'medium', 'high'] }),
  row('gpt-5-nano*', 'as gpt-5', { ...reasoning, levels: ['minimal', 'low', 'medium', 'high'] }),
  row('gpt-5-20*', 'as gpt-5', { ...reasoning, levels: ['minimal', 'low', 'medium', 'high'] }),
  row('gpt-5', 'four efforts from `minimal` on', { ...reasoning, levels: ['minimal', 'low', 'medium', 'high'] }),
  row('gpt-5*', 'from 5.2 on `xhigh` as well', { ...reasoning, levels: withXhigh, canTurnOff: true }),
  row('gpt-oss*', 'three efforts; open weights keep their sampling', { ...reasoning, sampling: true }),
  row('o1-mini*', 'thinks, but its effort cannot be chosen', { ...plainOpenai, sampling: false }),
  row('o1-preview*', 'thinks, but its effort cannot be chosen', { ...plainOpenai, sampling: false }),
  row('o1*', 'three efforts; no sampling', reasoning),
  row('o3*', 'three efforts; no sampling', reasoning),
  row('o4*', 'three efforts; no sampling', reasoning),
  row('codex-*', 'three efforts; no sampling', reasoning),
  row('gpt-*', 'does not think', plainOpenai),
  row('chatgpt-*', 'does not think', plainOpenai),
];
