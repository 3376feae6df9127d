/** What the Gemini API and Vertex refuse, with their own sentences: shape, roles, pairing of calls, thought signatures. Pure. */

import { object, objects } from './ask.ts';
import type { LabRefusal } from './refusals.ts';
import { isObject } from './route.ts';
import { callText, checkSignature, SIGNATURE_PLACEHOLDERS } from './signature.ts';
import type { Json, LabRoute } from './step.ts';
import { demandsSignatures, isGemini } from './traits.ts';

interface Content {
  readonly role: unknown;
  readonly parts: readonly Json[];
}
type Check = (route: LabRoute, body: Json, contents: readonly Content[]) => string | undefined;

const CHECKS: readonly Check[] = [checkShape, checkConfig, checkTurns, checkSignatures];
const MORE = 'https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/gemini';
const SIGNATURES_DOC = 'https://ai.google.dev/gemini-api/docs/thought-signatures';
const SIGNATURES_DOC_VERTEX = 'https://docs.cloud.google.com/vertex-ai/generative-ai/docs/thought-signatures';

export function checkGemini(route: LabRoute, body: Json | undefined): LabRefusal | undefined {
  if (body === undefined)
    return invalid('Invalid JSON payload received. Unexpected end of string. Expected an object.');
  if (!isGemini(route.model)) return unknownModel(route);
  const inner = isObject(body.generateContentRequest) ? body.generateContentRequest : body;
  const contents = objects(inner.contents).map((content) => ({ role: content.role, parts: objects(content.parts) }));
  for (const check of CHECKS) {
    const sentence = check(route, inner, contents);
    if (sentence !== undefined) return invalid(sentence);
  }
  return undefined;
}

function invalid(message: string): LabRefusal {
  return { status: 400, code: 'INVALID_ARGUMENT', message };
}

function unknownModel(route: LabRoute): LabRefusal {
  const vertex = `Publisher Model \`projects/lab/locations/global/publishers/google/models/${route.model}\` not found.`;
  const gemini = `models/${route.model} is not found for API version v1beta, or is not supported for generateContent. Call ListModels to see the list of available models and their supported methods.`;
  return { status: 404, code: 'NOT_FOUND', message: route.dialect === 'gemini' ? gemini : vertex };
}

function checkShape(route: LabRoute, _body: Json, contents: readonly Content[]): string | undefined {
  if (contents.length === 0) {
    return route.dialect === 'gemini'
      ? '* GenerateContentRequest.contents: contents is not specified\n'
      : `Unable to submit request because at least one contents field is required. Learn more: ${MORE}`;
  }
  for (const [at, content] of contents.entries()) {
    const named =
      content.role === 'user' || content.role === 'model' || (content.role === undefined && contents.length === 1);
    if (!named && content.role !== 'function') return 'Please use a valid role: user, model.';
    if (content.parts.length === 0) {
      return route.dialect === 'gemini'
        ? `* GenerateContentRequest.contents[${at}].parts: contents.parts must not be empty.\n`
        : `Unable to submit request because it must include at least one parts field, which describes the prompt input. Learn more: ${MORE}`;
    }
  }
  return undefined;
}

function checkConfig(_route: LabRoute, body: Json): string | undefined {
  const thinking = object(object(body.generationConfig).thinkingConfig);
  return thinking.thinkingLevel !== undefined && thinking.thinkingBudget !== undefined
    ? 'You can only set only one of thinking budget and thinking level.'
    : undefined;
}

function checkTurns(_route: LabRoute, _body: Json, contents: readonly Content[]): string | undefined {
  for (const [at, content] of contents.entries()) {
    const calls = countOf(content, 'functionCall');
    if (content.role !== 'model' || calls === 0) continue;
    if (at === 0 || contents[at - 1]?.role === 'model') {
      return 'Please ensure that function call turn comes immediately after a user turn or after a function response turn.';
    }
    const answers = contents[at + 1];
    if (answers !== undefined && countOf(answers, 'functionResponse') !== calls) {
      return 'Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.';
    }
  }
  return undefined;
}

function countOf(content: Content, key: string): number {
  return content.parts.filter((part) => part[key] !== undefined).length;
}

function checkSignatures(route: LabRoute, _body: Json, contents: readonly Content[]): string | undefined {
  if (!demandsSignatures(route.model)) return undefined;
  const turn = contents.findLastIndex(
    (content) => content.role !== 'model' && content.parts.some((part) => part.functionResponse === undefined),
  );
  for (const [at, content] of contents.entries()) {
    for (const part of content.parts) {
      if (part.thoughtSignature !== undefined && !acceptable(part, at > turn)) return invalidSentence(route);
    }
    const first = content.role === 'model' ? content.parts.find((part) => isObject(part.functionCall)) : undefined;
    if (at > turn && first && typeof first.thoughtSignature !== 'string') return missingSentence(route, first, at);
  }
  return undefined;
}

/** Genuine in every turn; in the current one it must also belong to the call it stands on. */
function acceptable(part: Json, current: boolean): boolean {
  if (SIGNATURE_PLACEHOLDERS.has(String(part.thoughtSignature))) return true;
  const call = isObject(part.functionCall) ? part.functionCall : undefined;
  const signed = call && current ? callText(String(call.name), call.args ?? {}) : undefined;
  return checkSignature('gemini', part.thoughtSignature, signed);
}

function invalidSentence(route: LabRoute): string {
  return route.dialect === 'gemini'
    ? 'Corrupted thought signature.'
    : `Unable to submit request because Thought signature is not valid.. Learn more: ${MORE}`;
}

function missingSentence(route: LabRoute, part: Json, at: number): string {
  const name = `default_api:${String(object(part.functionCall).name)}`;
  return route.dialect === 'gemini'
    ? `Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly, and missing thought_signature may lead to degraded model performance. Additional data, function call \`${name}\` , position ${at + 1}. Please refer to ${SIGNATURES_DOC} for more details.`
    : `Unable to submit request because function call \`${name}\` in the ${at + 1}. content block is missing a \`thought_signature\`. Learn more: ${SIGNATURES_DOC_VERTEX}`;
}
