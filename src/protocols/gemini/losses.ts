/**
 * What Gemini has no word for, and what becomes of it when a request of another dialect is written for a Gemini model. The writer takes every
 * such decision from here, and the documentation shows these rows: nothing is dropped that has no row.
 */

import type { Loss } from '../../model/conversation.ts';

const rows = {
  'system-in-the-middle': {
    feature: 'a system message in the middle of the conversation',
    how: 'as-text',
    why: 'Gemini has one system instruction, in front; in the user turn where it stood it keeps its place, and the cached prefix stays valid',
  },
  'system-only': {
    feature: 'instructions without any message',
    how: 'as-text',
    why: 'Gemini demands at least one message, so the instructions are the user turn',
  },
  'system-media': {
    feature: 'something other than text in the system instruction',
    how: 'refused',
    why: 'a system instruction of Gemini is text; put it into a user message',
  },
  'no-messages': {
    feature: 'a request without any message',
    how: 'refused',
    why: 'Gemini demands at least one message with content',
  },
  'missing-result': {
    feature: 'a tool call without its result',
    how: 'refused',
    why: 'every call of a turn must be answered in the next one; send a result for each call',
  },
  'stray-result': {
    feature: 'a tool result without its call',
    how: 'as-text',
    why: 'Gemini takes exactly one response for each call of the turn before',
  },
  'result-media-beside': {
    feature: 'media inside a tool result',
    how: 'as-text',
    why: 'before Gemini 3 (and for anything but images and PDF) a function response holds JSON only, so the media stands right after it',
  },
  'call-arguments': {
    feature: 'tool arguments that are no JSON object',
    how: 'refused',
    why: 'a function call of Gemini holds a JSON object',
  },
  'tool-name': {
    feature: 'a tool name that Gemini refuses',
    how: 'refused',
    why: 'a name begins with a letter or an underscore, goes on with letters, digits, `_`, `.`, `:` or `-`, and has at most 128 characters; rename the tool',
  },
  'tool-strict': {
    feature: 'strict arguments for a single tool',
    how: 'left-out',
    why: 'Gemini has no such switch for one tool; the schema itself is sent',
  },
  'parallel-calls': {
    feature: 'at most one tool call in an answer',
    how: 'left-out',
    why: 'Gemini has no such switch; an answer may hold several calls',
  },
  'forced-server-tool': {
    feature: "being forced to use one of the provider's own tools",
    how: 'left-out',
    why: 'Gemini decides itself when it searches, fetches or runs code',
  },
  'forced-without-tools': {
    feature: 'a forced tool call without any tool of that name',
    how: 'refused',
    why: 'Gemini can only be made to call a function that the request declares',
  },
  'server-tool': {
    feature: "a tool that another provider's servers run",
    how: 'refused',
    why: 'Gemini has no such tool; take it out of the request or choose a model of that provider',
  },
  'tool-search': {
    feature: 'searching for deferred tools',
    how: 'left-out',
    why: 'every tool is declared in full, so there is nothing left to search for',
  },
  'server-tool-with-functions': {
    feature: "the provider's own tools together with functions",
    how: 'left-out',
    why: 'models before Gemini 3 (and Vertex AI) take either search, fetch and code execution or functions; an agent lives by its functions, and the provider’s own tools are an offer that it can do without',
  },
  'search-domains': {
    feature: 'a web search limited to domains',
    how: 'refused',
    why: 'Google Search takes no list of allowed or blocked domains; leave the list out',
  },
  'server-tool-options': {
    feature: "options of the provider's own tools",
    how: 'left-out',
    why: 'Gemini runs its tools its own way: no number of uses, no location of the user',
  },
  'server-tool-blocks': {
    feature: "what another provider's own tools did earlier",
    how: 'left-out',
    why: 'those blocks can be read by their maker only; what the model said about them stays',
  },
  'foreign-block': {
    feature: 'a block that only its own dialect knows',
    how: 'refused',
    why: 'Gemini has nothing like it; send its content as text',
  },
  'block-as-text': {
    feature: 'search results, summaries and tool references given as blocks',
    how: 'as-text',
    why: 'Gemini has no such blocks; their text is what a model reads',
  },
  'redacted-thinking': {
    feature: 'encrypted thinking of another provider',
    how: 'left-out',
    why: 'it can be read by its maker only',
  },
  'foreign-signature': {
    feature: 'a thinking signature of another family of models',
    how: 'left-out',
    why: 'Gemini would refuse it; the text of the thought is sent',
  },
  'placeholder-signature': {
    feature: 'a tool call of the current turn whose signature nobody has',
    how: 'left-out',
    why: "Gemini 3 demands one, so Google's documented stand-in takes its place",
  },
  citations: {
    feature: 'citations in earlier answers',
    how: 'left-out',
    why: 'a part of a Gemini history has no place for them; the text stays',
  },
  'document-title': {
    feature: 'the title of a document',
    how: 'as-text',
    why: 'Gemini has no place for it, so it stands before the document',
  },
  'text-document': {
    feature: 'a text document',
    how: 'as-text',
    why: 'its text is what a model reads',
  },
  'media-url': {
    feature: 'media at a public address',
    how: 'as-text',
    why: 'the address is handed to Gemini, which fetches it; its type is guessed from the path, and the gateway never fetches it',
  },
  'media-address': {
    feature: 'media at an address that is not https',
    how: 'refused',
    why: 'Gemini fetches from public https addresses only; send the data itself',
  },
  'media-type': {
    feature: 'media data without a type',
    how: 'refused',
    why: 'Gemini must be told the type of what it is sent',
  },
  'media-file': {
    feature: "a file kept by another provider's Files API",
    how: 'refused',
    why: 'Gemini cannot read it there; send the data itself',
  },
  'code-language': {
    feature: 'code that is not Python, or a result in words of its own',
    how: 'as-text',
    why: 'Gemini knows Python and its own three outcomes',
  },
  'stop-sequences': {
    feature: 'more than five stop sequences',
    how: 'refused',
    why: 'Gemini takes at most five; leave some out',
  },
  'output-tokens': {
    feature: 'more output tokens than the model has',
    how: 'left-out',
    why: "the number is lowered to the model's own limit, which the answer could not pass anyway",
  },
  'thinking-off': {
    feature: 'no thinking, from a model that always thinks',
    how: 'left-out',
    why: 'the model is asked for the least it can do',
  },
  'thinking-budget': {
    feature: 'a number of thinking tokens that the model does not take',
    how: 'left-out',
    why: 'the nearest number, or the nearest level where the model knows levels only, is sent',
  },
  'thinking-effort': {
    feature: 'a degree of effort that the model does not know',
    how: 'left-out',
    why: 'the nearest level, or a number of tokens where the model knows numbers only, is sent',
  },
  'no-thinking': {
    feature: 'thinking from a model without it',
    how: 'left-out',
    why: 'the model answers all the same',
  },
  candidates: {
    feature: 'several answers to one request',
    how: 'refused',
    why: "the answers of one stream could not be told apart in the caller's dialect; send the request several times",
  },
  'json-with-functions': {
    feature: 'JSON output together with functions',
    how: 'refused',
    why: 'models before Gemini 3 take either; ask in two requests or choose a Gemini 3 model',
  },
  'output-name': {
    feature: 'the name and strictness of an output schema',
    how: 'left-out',
    why: 'Gemini has no place for them and always keeps to the schema',
  },
  user: {
    feature: "the caller's own id of a user",
    how: 'left-out',
    why: 'it is for the statistics of another provider',
  },
  'provider-options': {
    feature: 'options that only steer caching, storing, billing or statistics of another provider',
    how: 'left-out',
    why: 'they do not change what is asked',
  },
  'provider-features': {
    feature: 'an option of another provider that changes the answer',
    how: 'refused',
    why: 'Gemini has nothing like it; leave it out of the request',
  },
  'unknown-options': {
    feature: 'an option that the gateway does not know',
    how: 'left-out',
    why: "Gemini refuses what it does not know; the caller's journal names it",
  },
} as const satisfies Readonly<Record<string, Loss>>;

export type GeminiLossName = keyof typeof rows;

export const GEMINI_LOSSES: readonly (Loss & { readonly name: string })[] = Object.entries(rows).map(([name, row]) => ({
  name,
  ...row,
}));

export function geminiLoss(name: GeminiLossName): Loss {
  return rows[name];
}
