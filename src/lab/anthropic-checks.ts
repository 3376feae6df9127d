/** What the Messages API refuses, with its own sentences: shape, pairing of tools, prefill, thinking and its signatures. Pure. */

import { object, objects } from './ask.ts';
import { badRequest, type LabRefusal } from './refusals.ts';
import { isObject } from './route.ts';
import { checkSignature } from './signature.ts';
import type { Json, LabRoute } from './step.ts';
import { claudeTraits, isClaude } from './traits.ts';

interface Message {
  readonly role: unknown;
  readonly blocks: readonly Json[];
  readonly empty: boolean;
}
type Check = (route: LabRoute, body: Json, messages: readonly Message[]) => string | undefined;

const THINKING_BUDGET_MIN = 1024;
const ROLES = new Set(['user', 'assistant', 'system']);
const CHECKS: readonly Check[] = [
  checkRequired,
  checkThinkingConfig,
  checkMessages,
  checkPairing,
  checkThinkingBlocks,
  checkTail,
];

export function checkAnthropic(route: LabRoute, body: Json | undefined, counting: boolean): LabRefusal | undefined {
  if (body === undefined) return badRequest(route, 'The request body is not valid JSON: expected an object');
  if (route.model === '') return badRequest(route, 'model: Field required');
  if (!isClaude(route.model)) return unknownModel(route);
  if (!counting && typeof body.max_tokens !== 'number') return badRequest(route, 'max_tokens: Field required');
  const messages = objects(body.messages).map(readMessage);
  for (const check of CHECKS) {
    const sentence = check(route, body, messages);
    if (sentence !== undefined) return badRequest(route, sentence);
  }
  return undefined;
}

function unknownModel(route: LabRoute): LabRefusal {
  if (route.dialect === 'anthropic') {
    return { status: 404, code: 'not_found_error', message: `model: ${route.model}` };
  }
  const name = `projects/lab/locations/global/publishers/anthropic/models/${route.model}`;
  const message = `Publisher Model \`${name}\` was not found or your project does not have access to it. Please ensure you are using a valid model version. For more information, see: https://cloud.google.com/vertex-ai/generative-ai/docs/learn/model-versions`;
  return { status: 404, code: 'NOT_FOUND', message, google: true };
}

function readMessage(message: Json): Message {
  if (typeof message.content === 'string') {
    const blocks = [{ type: 'text', text: message.content }];
    return { role: message.role, blocks, empty: message.content === '' };
  }
  const blocks = objects(message.content);
  return { role: message.role, blocks, empty: blocks.length === 0 };
}

function checkRequired(_route: LabRoute, body: Json, messages: readonly Message[]): string | undefined {
  if (!Array.isArray(body.messages)) return 'messages: Field required';
  if (messages.length === 0) return 'messages: at least one message is required';
  if (typeof body.max_tokens === 'number' && body.max_tokens < 0) {
    return 'max_tokens: Input should be greater than or equal to 0';
  }
  return undefined;
}

function checkThinkingConfig(route: LabRoute, body: Json): string | undefined {
  const thinking = object(body.thinking);
  const traits = claudeTraits(route.model);
  if (thinking.type === 'adaptive' && !traits.adaptive) return 'adaptive thinking is not supported on this model';
  if (thinking.type === 'disabled' && !traits.disabled) {
    return '"thinking.type.disabled" is not supported for this model. Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.';
  }
  if (thinking.type !== 'enabled') return undefined;
  if (!traits.enabled) {
    return '"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.';
  }
  const budget = thinking.budget_tokens;
  if (typeof budget !== 'number') return 'thinking.enabled.budget_tokens: Field required';
  if (budget < THINKING_BUDGET_MIN) {
    return `thinking.enabled.budget_tokens: Input should be greater than or equal to ${THINKING_BUDGET_MIN}`;
  }
  if (typeof body.max_tokens === 'number' && body.max_tokens <= budget) {
    return '`max_tokens` must be greater than `thinking.budget_tokens`. Please consult our documentation at https://docs.claude.com/en/docs/build-with-claude/extended-thinking#max-tokens-and-context-window-size';
  }
  const choice = object(body.tool_choice).type;
  return choice === 'any' || choice === 'tool'
    ? 'Thinking may not be enabled when tool_choice forces tool use.'
    : undefined;
}

function checkMessages(_route: LabRoute, _body: Json, messages: readonly Message[]): string | undefined {
  for (const [at, message] of messages.entries()) {
    if (!ROLES.has(String(message.role))) return `messages.${at}.role: Input should be 'user', 'assistant' or 'system'`;
    const optional = at === messages.length - 1 && message.role === 'assistant';
    if (message.empty && !optional) {
      return `messages.${at}: all messages must have non-empty content except for the optional final assistant message`;
    }
    for (const block of message.blocks) {
      if (typeof block.type !== 'string') return `messages.${at}: Input does not match the expected shape.`;
      if (block.type === 'text' && block.text === '' && !optional) {
        return 'messages: text content blocks must be non-empty';
      }
    }
  }
  return undefined;
}

function checkPairing(_route: LabRoute, _body: Json, messages: readonly Message[]): string | undefined {
  for (const [at, message] of messages.entries()) {
    if (message.role === 'assistant') {
      const answered = new Set(idsOf(messages[at + 1], 'tool_result', 'tool_use_id'));
      const open = idsOf(message, 'tool_use', 'id').filter((id) => !answered.has(id));
      if (open.length > 0) {
        return `messages.${at}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${open.join(', ')}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`;
      }
    }
    if (message.role !== 'user') continue;
    const called = new Set(idsOf(messages[at - 1], 'tool_use', 'id'));
    for (const [place, block] of message.blocks.entries()) {
      if (block.type === 'tool_result' && !called.has(String(block.tool_use_id))) {
        return `messages.${at}.content.${place}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${String(block.tool_use_id)}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`;
      }
    }
  }
  return undefined;
}

function idsOf(message: Message | undefined, type: string, key: string): string[] {
  return (message?.blocks ?? []).filter((block) => block.type === type).map((block) => String(block[key]));
}

function checkThinkingBlocks(_route: LabRoute, body: Json, messages: readonly Message[]): string | undefined {
  for (const [at, message] of messages.entries()) {
    for (const [place, block] of message.blocks.entries()) {
      if (block.type === 'thinking' && !checkSignature('claude', block.signature, textOf(block.thinking))) {
        return `messages.${at}.content.${place}: Invalid \`signature\` in \`thinking\` block`;
      }
      if (block.type === 'redacted_thinking' && !checkSignature('claude', block.data)) {
        return `messages.${at}.content.${place}: Invalid \`data\` in \`redacted_thinking\` block`;
      }
    }
  }
  return object(body.thinking).type === 'enabled' ? checkTurnStart(messages) : undefined;
}

/** With manual thinking, the assistant turn of an open tool loop must begin with thinking. */
function checkTurnStart(messages: readonly Message[]): string | undefined {
  const asking = messages.findLastIndex((message) => message.role === 'user' && !hasResult(message));
  const at = messages.findIndex((message, place) => place > asking && message.role === 'assistant');
  const blocks = messages[at]?.blocks ?? [];
  const first = blocks[0]?.type;
  if (!blocks.some((block) => block.type === 'tool_use')) return undefined;
  if (first === 'thinking' || first === 'redacted_thinking') return undefined;
  return `messages.${at}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`${String(first)}\`. When \`thinking\` is enabled, a final \`assistant\` message must start with a thinking block (preceeding the lastmost set of \`tool_use\` and \`tool_result\` blocks). We recommend you include thinking blocks from previous turns. To avoid this requirement, disable \`thinking\`. Please consult our documentation at https://docs.claude.com/en/docs/build-with-claude/extended-thinking`;
}

function hasResult(message: Message): boolean {
  return message.blocks.some((block) => block.type === 'tool_result');
}

/** Whether the model refuses that its answer is begun for it; everything else of the request is taken as it is. */
export function checkPrefill(route: LabRoute, body: Json): LabRefusal | undefined {
  const sentence = checkTail(route, body, objects(body.messages).map(readMessage));
  return sentence === undefined ? undefined : badRequest(route, sentence);
}

function checkTail(route: LabRoute, body: Json, messages: readonly Message[]): string | undefined {
  const last = messages.at(-1);
  if (last?.role !== 'assistant') return undefined;
  const thinking = isObject(body.thinking) && body.thinking.type !== 'disabled';
  if (!claudeTraits(route.model).prefill || thinking) {
    return 'This model does not support assistant message prefill. The conversation must end with a user message.';
  }
  const text = textOf(last.blocks.at(-1)?.text);
  return /\s$/.test(text) ? 'messages: final assistant content cannot end with trailing whitespace' : undefined;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
