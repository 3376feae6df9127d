/**
 * What cannot be said between the Chat Completions dialect and the others, and what is done then: one row each, for the readers and writers of
 * this folder and for the documentation. Nothing is ever put into a prompt that the client or the model did not say.
 */

import type { Loss } from '../../model/conversation.ts';

export type ChatLossName = keyof typeof rows;

export function chatLoss(name: ChatLossName): Loss {
  return rows[name];
}

interface Row extends Loss {
  /** A Chat Completions request for another dialect · another dialect's request for a Chat Completions server · another dialect's answer for a client of this one. */
  readonly side: 'request-read' | 'request-written' | 'answer-written';
}

const rows = {
  logprobs: {
    side: 'request-read',
    feature: 'logprobs and top_logprobs',
    how: 'refused',
    why: 'no other dialect states them token by token; leave them out, or ask a model behind an OpenAI-compatible account',
  },
  'logit-bias': {
    side: 'request-read',
    feature: 'logit_bias',
    how: 'refused',
    why: 'its token ids mean nothing to another model; leave it out, or ask a model behind an OpenAI-compatible account',
  },
  'spoken-answer': {
    side: 'request-read',
    feature: 'an answer as sound (modalities, audio)',
    how: 'refused',
    why: 'no other dialect streams one; ask for text, or ask a model behind an OpenAI-compatible account',
  },
  'kept-sound': {
    side: 'request-read',
    feature: 'a spoken answer in the history that only its id stands for',
    how: 'refused',
    why: 'OpenAI keeps it and no other provider can hear it; send what was said as text',
  },
  'local-file': {
    side: 'request-read',
    feature: 'an address that is neither https nor data',
    how: 'refused',
    why: 'a path on a machine is never read by the gateway; send the content as a data: URL, or an https address',
  },
  'image-detail': {
    side: 'request-read',
    feature: 'detail of an image',
    how: 'left-out',
    why: 'other providers choose the resolution by themselves',
  },
  'speaker-name': {
    side: 'request-read',
    feature: 'name of a message',
    how: 'left-out',
    why: 'other dialects have one user and one model; who speaks can be said in the text',
  },
  'custom-tool': {
    side: 'request-read',
    feature: 'custom tools that take free text',
    how: 'as-text',
    why: 'the model is shown a function with one text, `input`; its calls come back in the custom form, but a grammar is a description then, not enforced',
  },
  'service-options': {
    side: 'request-read',
    feature: 'store, metadata, service_tier, prediction, verbosity, prompt_cache_key and members nobody knows yet',
    how: 'left-out',
    why: 'they say how the provider is to serve the request, not what is asked',
  },
  candidates: {
    side: 'request-written',
    feature: 'more than one answer to a request',
    how: 'refused',
    why: 'answers of another dialect are carried one at a time; send the request several times',
  },
  'count-tokens': {
    side: 'request-written',
    feature: 'counting tokens',
    how: 'refused',
    why: 'an OpenAI-compatible server has no endpoint for it',
  },
  'prefill-refused': {
    side: 'request-written',
    feature: 'a model turn at the end, to be continued',
    how: 'refused',
    why: 'this model does not continue one; the conversation must end with a user turn',
  },
  'stop-sequences': {
    side: 'request-written',
    feature: 'more than 4 stop sequences',
    how: 'refused',
    why: 'the dialect takes 4; send fewer',
  },
  'forced-tool': {
    side: 'request-written',
    feature: 'a tool call that is demanded (any, a named tool)',
    how: 'refused',
    why: 'this model decides by itself; tool choice auto or none is accepted',
  },
  'server-tool-only': {
    side: 'request-written',
    feature: 'a tool that another provider runs itself, demanded or alone',
    how: 'refused',
    why: 'an OpenAI-compatible server has none like it, and the answer would be made up; offer a function instead',
  },
  'server-tool': {
    side: 'request-written',
    feature: 'tools that another provider runs itself, beside others',
    how: 'left-out',
    why: 'an OpenAI-compatible server has none like them; the model works with the other tools',
  },
  'provider-state': {
    side: 'request-written',
    feature:
      'content that another provider keeps or computes (cached content, stored responses, containers, MCP servers)',
    how: 'refused',
    why: 'nobody else can read it; send the content itself',
  },
  'other-output': {
    side: 'request-written',
    feature: 'an answer other than text (images, sound)',
    how: 'refused',
    why: 'the dialect streams text and tool calls; ask a model of the client’s own dialect',
  },
  'media-type': {
    side: 'request-written',
    feature: 'media other than images, PDF, text, WAV and MP3',
    how: 'refused',
    why: 'the dialect has no part for it',
  },
  'media-source': {
    side: 'request-written',
    feature: 'a file that another provider keeps, or the address of a document',
    how: 'refused',
    why: 'an OpenAI-compatible server cannot fetch it; the file can be sent inline',
  },
  'model-media': {
    side: 'request-written',
    feature: 'images and files in a model turn',
    how: 'left-out',
    why: 'the dialect takes media only from the user',
  },
  'system-media': {
    side: 'request-written',
    feature: 'anything but text in the system instruction',
    how: 'refused',
    why: 'the dialect takes only text there; it can be sent in a user turn',
  },
  'result-media': {
    side: 'request-written',
    feature: 'images and files in the result of a tool',
    how: 'as-text',
    why: 'the result holds text only: they stand in a user message right after the results',
  },
  'result-error': {
    side: 'request-written',
    feature: 'the mark that a tool failed',
    how: 'left-out',
    why: 'the dialect has no such mark; the text of the result says what went wrong',
  },
  'text-document': {
    side: 'request-written',
    feature: 'a document of plain text',
    how: 'as-text',
    why: 'it stands as text, its title before it',
  },
  'joined-text': {
    side: 'request-written',
    feature: 'the borders between texts of a system instruction, a tool result or a model turn',
    how: 'left-out',
    why: 'many servers take only one string there: texts are joined by an empty line, the pieces of a model turn without one',
  },
  'part-order': {
    side: 'request-written',
    feature: 'the order of text and tool calls in a model turn',
    how: 'left-out',
    why: 'the dialect has one text and a list of calls, without an order between them',
  },
  thoughts: {
    side: 'request-written',
    feature: 'earlier thoughts of a model',
    how: 'left-out',
    why: 'the dialect has no place for them; only models that demand the thoughts of the running tool loop get them back as reasoning_content',
  },
  signatures: {
    side: 'request-written',
    feature: 'signatures of another family of models',
    how: 'left-out',
    why: 'they mean nothing to the model',
  },
  citations: {
    side: 'request-written',
    feature: 'citations in the history',
    how: 'left-out',
    why: 'the dialect takes none back; the text is kept',
  },
  code: {
    side: 'request-written',
    feature: 'code that another provider ran, and its result',
    how: 'as-text',
    why: 'the dialect has no block for it; it stands as fenced text',
  },
  'other-part': {
    side: 'request-written',
    feature: 'uses and results of another provider’s own tools in the history',
    how: 'left-out',
    why: 'they are readable to that provider alone; what the model said about them is kept',
  },
  'search-result': {
    side: 'request-written',
    feature: 'search results and summaries that the client put into the history',
    how: 'as-text',
    why: 'the dialect has no block for them; their title, source and text are kept',
  },
  'call-id': {
    side: 'request-written',
    feature: 'tool call ids longer than 40 characters',
    how: 'left-out',
    why: 'OpenAI refuses them: a digest of the id stands in its place, on the call and on its result',
  },
  'max-tokens': {
    side: 'request-written',
    feature: 'a limit of the answer above the model’s maximum',
    how: 'left-out',
    why: 'it would be refused: the maximum is asked for',
  },
  sampling: {
    side: 'request-written',
    feature: 'temperature, top_p and penalties, of a model that refuses them',
    how: 'left-out',
    why: 'this model refuses them',
  },
  'top-k': { side: 'request-written', feature: 'top_k', how: 'left-out', why: 'OpenAI refuses the member' },
  'thinking-none': {
    side: 'request-written',
    feature: 'thinking, of a model without it or without a setting for it',
    how: 'left-out',
    why: 'the model thinks as it always does',
  },
  'thinking-always': {
    side: 'request-written',
    feature: 'thinking turned off, of a model that always thinks',
    how: 'left-out',
    why: 'it would be refused: the least effort is asked for',
  },
  'thinking-budget': {
    side: 'request-written',
    feature: 'a thinking budget in tokens',
    how: 'left-out',
    why: 'the dialect takes an effort: the nearest is asked for',
  },
  rest: {
    side: 'request-written',
    feature: 'members of the client’s dialect that say how its own provider is to serve the request',
    how: 'left-out',
    why: 'the dialect has no such member, and OpenAI refuses what it does not know',
  },
  'answer-media': {
    side: 'answer-written',
    feature: 'images in an answer',
    how: 'as-text',
    why: 'the dialect has no part for them; they stand in `images`, as other gateways of this dialect write them',
  },
  'answer-code': {
    side: 'answer-written',
    feature: 'code that the provider ran, and its result',
    how: 'as-text',
    why: 'the dialect has no part for it; it stands as fenced text',
  },
  'answer-thoughts': {
    side: 'answer-written',
    feature: 'thoughts',
    how: 'as-text',
    why: 'they stand in `reasoning_content`, with their signatures in `reasoning_details`: a client that sends these back keeps them',
  },
  'answer-server-tool': {
    side: 'answer-written',
    feature: 'uses and results of the provider’s own tools, and blocks nobody knows',
    how: 'left-out',
    why: 'a client of this dialect could not read them; what the model says about them is kept',
  },
  'answer-stop': {
    side: 'answer-written',
    feature: 'reasons to stop that the dialect has no word for (a stop sequence, a pause, a full context)',
    how: 'left-out',
    why: 'the nearest of stop and length is told',
  },
} as const satisfies Record<string, Row>;

export const CHAT_LOSSES: readonly Row[] = Object.values(rows);
