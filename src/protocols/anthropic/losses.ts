/**
 * What cannot be said between the Anthropic dialect and the others, and what is done then: one row each, for the readers and writers of this
 * folder and for the documentation. Nothing is ever put into a prompt that the client or the model did not say.
 */

import type { Loss } from '../../model/conversation.ts';

const leftOut = (feature: string, why: string): Loss => ({ feature, how: 'left-out', why });
const asText = (feature: string, why: string): Loss => ({ feature, how: 'as-text', why });
const refused = (feature: string, why: string): Loss => ({ feature, how: 'refused', why });

/** An Anthropic request on its way to another provider. */
export const anthropicReadLosses = {
  'cache-control': leftOut(
    'cache_control',
    'it says what to cache, not what to answer; other providers cache by themselves',
  ),
  'context-management': leftOut(
    'context_management',
    'it trims a long history on Anthropic’s side; the whole history is sent instead',
  ),
  'provider-state': refused(
    'mcp_servers, container, compaction',
    'the answer depends on a service or state that only Anthropic has',
  ),
  'other-members': leftOut(
    'service_tier, speed, inference_geo, fallbacks, diagnostics and members nobody knows yet',
    'they say how Anthropic is to serve the request, not what is asked',
  ),
  'tool-extras': leftOut(
    'defer_loading, eager_input_streaming, input_examples, allowed_callers of a tool',
    'they say how Anthropic loads and streams the tool; its name, description and schema are kept',
  ),
  'turn-extras': leftOut(
    'output_config and clear_at of a system turn',
    'no other provider takes settings in the middle of a conversation',
  ),
  'text-document': asText(
    'a document given as text or as content blocks',
    'other providers take such a document as plain text; its title and context stand before it',
  ),
  'document-citations': leftOut(
    'citations asked of a document',
    'other providers cannot cite a document that the caller sent',
  ),
  'between-tools': leftOut(
    'thinking between_tools',
    'no other provider can be told where to think; thinking is asked for as a whole',
  ),
} as const;

/** Another dialect's request on its way to Claude. */
export const anthropicWrittenLosses = {
  'foreign-thoughts': leftOut(
    'thoughts that Claude did not sign',
    'Claude refuses thinking that it did not sign, and as text it would take them for its own answer',
  ),
  'foreign-signature': leftOut('signatures of another family of models', 'they mean nothing to Claude'),
  'system-turn': asText(
    'a system turn in the middle, for a model without such turns',
    'it stands as text in the user turn at its place',
  ),
  'system-media': refused(
    'anything but text in the system instruction',
    'Claude takes only text there; it can be sent in a user turn',
  ),
  'no-content': refused(
    'a conversation in which nobody says anything',
    'Anthropic demands at least one message with content',
  ),
  'blank-text': leftOut('text of blanks only', 'Anthropic refuses a text block without visible characters'),
  'prefill-refused': refused(
    'a model turn at the end, to be continued',
    'this model does not continue one; the conversation must end with a user turn',
  ),
  'prefill-blanks': leftOut('blanks at the end of a model turn to be continued', 'Anthropic refuses them'),
  'model-media': leftOut('images and files in a model turn', 'Claude takes media only from the user'),
  'media-type': refused(
    'media other than JPEG, PNG, GIF, WebP, PDF and text (audio, video, …)',
    'Claude cannot read it',
  ),
  'media-source': refused(
    'a file or address of another provider',
    'Anthropic cannot fetch it; the file can be sent inline or by an https address',
  ),
  code: asText(
    'code that another provider ran, and its result',
    'Claude has no block for it; it stands as fenced text',
  ),
  'other-part': leftOut(
    'uses and results of another provider’s own tools in the history',
    'they are readable to that provider alone; what the model said about them is kept',
  ),
  'broken-arguments': asText(
    'tool arguments in the history that are no JSON object',
    'Claude takes only an object: the text stands in one, as INVALID_JSON, the form that Anthropic documents for it',
  ),
  'foreign-citations': leftOut(
    'citations in the history that are not Anthropic’s',
    'Anthropic checks them against its own search results; the text is kept',
  ),
  'tool-name': refused(
    'a tool name with characters other than letters, digits, _ and -, or longer than 128',
    'Anthropic refuses it; the tool must be renamed',
  ),
  'tool-strict': leftOut(
    'strict of a tool',
    'Anthropic refuses many schemas under strict that others take; a valid call is then likely, not promised',
  ),
  'server-tool-refused': refused(
    'web fetch and code execution of another provider',
    'Anthropic has them only behind a beta header of its own dialect',
  ),
  'server-tool': leftOut(
    'other tools that another provider runs itself',
    'Anthropic has none like them; the model answers without',
  ),
  'web-search-options': leftOut(
    'options of another provider’s web search',
    'Anthropic’s web search is asked for with its defaults',
  ),
  'forced-tool': refused(
    'a tool call that is demanded (required, any, a named tool)',
    'this model decides by itself; tool choice auto or none is accepted',
  ),
  'unoffered-tools': leftOut(
    'tools outside the allowed names, when several are allowed',
    'Anthropic can demand one named tool or any tool: only the allowed ones are offered',
  ),
  'choice-without-tools': leftOut('tool choice without tools', 'Anthropic refuses it, and it says nothing'),
  candidates: refused('more than one answer to a request', 'Claude gives one; the request can be sent several times'),
  'max-tokens-missing': leftOut(
    'no limit of the answer',
    'Anthropic demands one: the model’s own maximum is asked for, or 8192 where it is not known',
  ),
  'max-tokens': leftOut(
    'a limit of the answer above the model’s maximum',
    'Anthropic refuses it: the maximum is asked for',
  ),
  sampling: leftOut('temperature, top_p, top_k', 'this model refuses them'),
  'sampling-extras': leftOut('seed, presence and frequency penalty', 'Anthropic has none'),
  temperature: leftOut('a temperature above 1', 'Anthropic’s scale ends at 1: that is asked for'),
  'top-p': leftOut(
    'top_p beside a temperature',
    'Claude 4.1 and later refuse the two together: the temperature is kept',
  ),
  'sampling-thinking': leftOut(
    'temperature, top_k, and top_p below 0.95, while thinking',
    'Anthropic refuses them then',
  ),
  'blank-stop': leftOut('a stop sequence of blanks only', 'Anthropic refuses it'),
  'thinking-none': leftOut('thinking, of a model without it', 'the model answers without'),
  'thinking-always': leftOut(
    'thinking turned off, of a model that always thinks',
    'Anthropic refuses it: the least effort is asked for',
  ),
  'thinking-budget': leftOut(
    'a thinking budget in tokens, of a model that takes an effort',
    'the nearest effort is asked for',
  ),
  'thinking-room': leftOut(
    'thinking, when the limit of the answer leaves fewer than 1024 tokens for it',
    'Anthropic refuses a smaller budget',
  ),
  'thinking-forced': leftOut(
    'thinking together with a demanded tool call or a model turn to be continued',
    'Anthropic refuses the two together; the demand is kept',
  ),
  'thinking-lost': leftOut(
    'thinking inside a tool loop whose first thoughts are not there',
    'a model with a thinking budget refuses to go on thinking without them; it thinks again in the next turn',
  ),
  'json-mode': leftOut('JSON output without a schema', 'Anthropic has no such mode; the prompt itself asks for JSON'),
  'schema-limits': asText(
    'limits in an output schema that Anthropic does not enforce (lengths, ranges, patterns, …)',
    'Anthropic refuses them: they stand in the description of their place, as its own SDKs put them',
  ),
  user: leftOut('a user id longer than 256 characters', 'Anthropic refuses it'),
  rest: leftOut(
    'members of the client’s dialect that say how its own provider is to serve the request',
    'Anthropic has no such member and refuses what it does not know',
  ),
} as const;

/** Another provider's answer on its way to an Anthropic client. */
export const anthropicAnswerLosses = {
  'last-signature': leftOut(
    'a signature on the last block of an answer that is no thinking',
    'it would need a thinking block at the very end, and clients take the last block for the answer; Gemini does not demand it',
  ),
  'code-signature': leftOut(
    'signatures on code, images and other blocks that become text',
    'the part they sign does not come back as it was',
  ),
  'answer-media': asText(
    'images and files in an answer',
    'an Anthropic answer has no block for them: a Markdown image or link holds the data',
  ),
  'answer-code': asText(
    'code that the provider ran, and its result',
    'an Anthropic client would take it for a tool of Anthropic: it stands as fenced text',
  ),
  'answer-server-tool': leftOut(
    'uses and results of the provider’s own tools, and blocks nobody knows',
    'an Anthropic client could not read them; what the model says about them is kept',
  ),
  'answer-citations': asText(
    'sources of an answer without a text block to stand on',
    'a list of links ends the answer, unless tool calls do',
  ),
  'answer-stop': leftOut(
    'reasons to stop that Anthropic has no word for',
    'the answer ends with end_turn; the reason stands in the journal',
  ),
} as const;

export type AnthropicWrittenLoss = keyof typeof anthropicWrittenLosses;

/** All of them, for the documentation. */
export const ANTHROPIC_LOSSES: readonly (Loss & { readonly side: string })[] = [
  ...Object.values(anthropicReadLosses).map((row) => ({ ...row, side: 'request from an Anthropic client' })),
  ...Object.values(anthropicWrittenLosses).map((row) => ({ ...row, side: 'request to Claude' })),
  ...Object.values(anthropicAnswerLosses).map((row) => ({ ...row, side: 'answer to an Anthropic client' })),
];
