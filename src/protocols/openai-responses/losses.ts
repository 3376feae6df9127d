/**
 * What cannot be said between the Responses API and the others, row by row: refused before anything is sent, carried as text, or left out where
 * that cannot matter. The reader and the writer refuse in the words of these rows; the documentation shows them.
 */

import type { Capabilities, Conversation, Loss, Part } from '../../model/conversation.ts';
import { isOpenaiMark } from './openai-mark.ts';

interface Row extends Loss {
  /** For a refusal: what its sender can do. */
  readonly instead?: string;
}

export interface Refusal extends Row {
  readonly how: 'refused';
  readonly instead: string;
}

/** A Responses request on its way to another provider. */
export const responsesReadLosses = {
  previous_response_id: {
    feature: "'previous_response_id' of a response that is not known here, or no longer",
    how: 'refused',
    why: 'what was said before is kept elsewhere, and an answer without it would be another one',
    instead: 'send the whole conversation as input',
  },
  conversation: {
    feature: "'conversation'",
    how: 'refused',
    why: 'OpenAI keeps it, and nobody else can read it',
    instead: 'send the whole conversation as input',
  },
  prompt: {
    feature: "'prompt'",
    how: 'refused',
    why: 'it names a template that OpenAI keeps',
    instead: 'send its text as instructions or input',
  },
  item_reference: {
    feature: "input items of type 'item_reference'",
    how: 'refused',
    why: 'they refer to a response that is not known here, or no longer',
    instead: 'send the items themselves',
  },
  compaction: {
    feature: "input items of type 'compaction', 'compaction_summary' or 'context_compaction'",
    how: 'refused',
    why: 'they can be read by OpenAI alone',
    instead: 'start without the compacted history, or stay with an OpenAI model',
  },
  address: {
    feature: 'a file or image at an address that is neither data: nor http(s):',
    how: 'refused',
    why: 'a path on a machine is not read by the gateway',
    instead: "send the file's content as a data: URL, or an https address",
  },
} as const satisfies Record<string, Refusal>;

/** Found when the input is written: all that was said may be what is left out. */
export const nothingSaid: Refusal = {
  feature: 'a conversation in which nobody says anything',
  how: 'refused',
  why: 'the Responses API demands at least one item of input',
  instead: 'send a message with content',
};

interface WrittenRow extends Row {
  readonly test: (conversation: Conversation, capabilities: Capabilities) => boolean;
}

/** Another dialect's request on its way to the Responses API: the writer asks every row. */
export const responsesWrittenLosses: readonly WrittenRow[] = [
  {
    feature: 'stop sequences',
    how: 'refused',
    why: 'the Responses API has none, and an answer that does not stop there would be another one',
    instead: 'leave them out, or route the model to an upstream that has them',
    test: (conversation) => conversation.stopSequences.length > 0,
  },
  {
    feature: 'more than one answer',
    how: 'refused',
    why: 'the Responses API gives one answer a request',
    instead: 'ask several times',
    test: (conversation) => (conversation.candidates ?? 1) > 1,
  },
  {
    feature: 'a server tool of another provider',
    how: 'refused',
    why: 'the upstream cannot run it, and an answer without it would pretend it had nothing to find',
    instead: 'leave the tool out, or route the model to the provider that runs it',
    test: ({ tools }) => tools.some((tool) => tool.type === 'server' && serverTool(tool) === undefined),
  },
  {
    feature: 'audio or video',
    how: 'refused',
    why: 'the models behind the Responses API take text, images and files',
    instead: 'send a transcript',
    test: (conversation) => anyPart(conversation, (part) => /^(audio|video)\//.test(mimeOf(part))),
  },
  {
    feature: 'media in a turn of the model',
    how: 'refused',
    why: 'an assistant message holds text only',
    instead: 'leave it out of the history, or send it in a turn of the user',
    test: ({ turns }) => turns.some(({ role, parts }) => role !== 'user' && parts.some(isMedia)),
  },
  {
    feature: 'a file by the id of another provider',
    how: 'refused',
    why: 'file ids are known to the provider that gave them',
    instead: "send the file's content",
    test: (conversation) =>
      anyPart(conversation, (part) => part.type === 'media' && part.fileId !== undefined && !isOpenaiFile(part.fileId)),
  },
  {
    feature: 'program code that a provider ran, and its result',
    how: 'as-text',
    why: 'the call that belongs to it is not known to this upstream',
    test: (conversation) => anyPart(conversation, (part) => part.type === 'code' || part.type === 'code-result'),
  },
  {
    feature: 'a block of another dialect in instructions, in a turn of the user or in the result of a tool',
    how: 'as-text',
    why: 'it may hold what the question is about',
    test: ({ system, turns }) =>
      system.some(isForeign) ||
      turns.some(({ role, parts }) => (role !== 'model' && parts.some(isForeign)) || parts.some(holdsForeign)),
  },
  {
    feature: 'a block of another dialect in a turn of the model',
    how: 'left-out',
    why: 'it is the trace of a tool that a provider ran; what came of it stands in the text after it',
    test: ({ turns }) => turns.some(({ role, parts }) => role === 'model' && parts.some(isForeign)),
  },
  {
    feature: 'thinking of other models',
    how: 'left-out',
    why: 'OpenAI takes back only reasoning that it has encrypted itself',
    test: (conversation) =>
      anyPart(conversation, (part) => part.type === 'thinking' && !isOwnThought(part)) ||
      anyPart(conversation, (part) => part.type === 'redacted-thinking'),
  },
  {
    feature: 'signatures on text, code and tool calls',
    how: 'left-out',
    why: 'only the model that made them can use them',
    test: (conversation) => anyPart(conversation, (part) => part.type !== 'thinking' && 'signature' in part),
  },
  {
    feature: 'sources of what the model said before',
    how: 'left-out',
    why: 'they say nothing to the model that the text does not',
    test: (conversation) => anyPart(conversation, (part) => part.type === 'text' && part.citations !== undefined),
  },
  {
    feature: 'the mark that a tool has failed',
    how: 'left-out',
    why: 'the dialect has none; the result says it in its own words',
    test: (conversation) => anyPart(conversation, (part) => part.type === 'tool-result' && part.isError),
  },
  {
    feature: 'topK, seed, presence and frequency penalty',
    how: 'left-out',
    why: 'the Responses API has no such setting; they steer chance, not meaning',
    test: ({ sampling }) =>
      (sampling.topK ?? sampling.seed ?? sampling.presencePenalty ?? sampling.frequencyPenalty) !== undefined,
  },
  {
    feature: 'temperature and topP of a model that refuses them',
    how: 'left-out',
    why: 'reasoning models answer 400 to them; they steer chance, not meaning',
    test: ({ sampling }, { sampling: takes }) => !takes && (sampling.temperature ?? sampling.topP) !== undefined,
  },
  {
    feature: 'thinking settings of a model that does not think',
    how: 'left-out',
    why: 'the model answers 400 to them',
    test: ({ thinking }, capabilities) => thinking?.mode === 'on' && capabilities.thinking === 'none',
  },
  {
    feature: 'an output limit below 16 tokens',
    how: 'left-out',
    why: 'the API takes 16 as the least, and that is sent',
    test: ({ maxOutputTokens }) => maxOutputTokens !== undefined && maxOutputTokens < outputTokensMin,
  },
  {
    feature: 'a long name of the user',
    how: 'left-out',
    why: 'the API refuses it; it is no word to the model',
    test: ({ user }) => user !== undefined && user.length > userCharactersMax,
  },
  {
    feature: "members of the client's own dialect (cache marks, metadata, service tier, …)",
    how: 'left-out',
    why: 'they speak to another provider, not to the model',
    test: ({ rest }) => Object.keys(rest).length > 0,
  },
];

/** All of them, for the documentation. */
export const RESPONSES_LOSSES: readonly (Row & { readonly side: string })[] = [
  ...Object.values(responsesReadLosses).map((row) => ({ ...row, side: 'a request of a Responses client' })),
  ...[...responsesWrittenLosses, nothingSaid].map((row) => ({ ...row, side: 'a request for the Responses API' })),
];

export const outputTokensMin = 16;
export const userCharactersMax = 64;

type ServerTool = Extract<Conversation['tools'][number], { type: 'server' }>;

/** The same tool as this upstream runs it. */
export function serverTool(tool: ServerTool): unknown {
  if (tool.dialect === 'openai-responses') return tool.wire;
  if (tool.kind === 'web-search') return { type: 'web_search' };
  if (tool.kind === 'code-execution') return { type: 'code_interpreter', container: { type: 'auto' } };
  return undefined;
}

/** A thought that OpenAI can take back. */
export function isOwnThought(part: Extract<Part, { type: 'thinking' }>): boolean {
  return part.signature !== undefined && isOpenaiMark(part.signature);
}

export function isForeign(part: Part): boolean {
  return part.type === 'other' && part.dialect !== 'openai-responses';
}

function holdsForeign(part: Part): boolean {
  return part.type === 'tool-result' && part.parts.some(isForeign);
}

function isOpenaiFile(fileId: string): boolean {
  return /^file-/.test(fileId) || /^assistant-/.test(fileId);
}

function isMedia(part: Part): boolean {
  return part.type === 'media';
}

function mimeOf(part: Part): string {
  return part.type === 'media' ? (part.mimeType ?? '') : '';
}

function anyPart({ system, turns }: Conversation, test: (part: Part) => boolean): boolean {
  const inside = (part: Part): boolean => test(part) || (part.type === 'tool-result' && part.parts.some(inside));
  return system.some(inside) || turns.some(({ parts }) => parts.some(inside));
}
