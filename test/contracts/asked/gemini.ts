/** Reads what a Gemini request asks, by the test's own hand. Both spellings of a member are legal on the wire. */

import { countIn, isObject, type Json, objectIn, objectsIn, stated, textIn } from '../said/json.ts';
import { type Asked, Asking, membersOf } from './asked.ts';

export function askedOfGemini(sent: Json): Asked {
  const body = camel(sent) as Json;
  const asking = new Asking();
  const system = body.systemInstruction;
  for (const { text } of partsOf(system)) asking.say('system', textIn(text));
  for (const content of listOf(body.contents)) {
    const role = content.role === 'model' ? 'model' : 'user';
    for (const part of partsOf(content)) read(part, role, asking);
  }
  for (const tool of listOf(body.tools)) {
    for (const declared of listOf(tool.functionDeclarations)) {
      asking.offer(
        textIn(declared.name),
        textIn(declared.description),
        declared.parametersJsonSchema ?? declared.parameters,
      );
    }
  }
  const calling = objectIn(objectIn(body.toolConfig).functionCallingConfig);
  asking.choice = choiceOf(calling);
  const config = objectIn(body.generationConfig);
  asking.limit = countIn(config.maxOutputTokens);
  asking.stops = (config.stopSequences as string[] | undefined) ?? [];
  const { temperature, topP, topK, seed, presencePenalty, frequencyPenalty } = config;
  const sampling = { temperature, topP, topK, seed, presencePenalty, frequencyPenalty };
  asking.sampling = stated(Object.fromEntries(Object.entries(sampling).map(([name, value]) => [name, countIn(value)])));
  const schema = config.responseJsonSchema ?? config.responseSchema;
  if (schema !== undefined) asking.output = membersOf(schema).join();
  else if (config.responseMimeType === 'application/json') asking.output = 'json';
  return asking.asked();
}

function choiceOf(calling: Json): string {
  const mode = textIn(calling.mode).toUpperCase();
  const names = Array.isArray(calling.allowedFunctionNames) ? calling.allowedFunctionNames.map(String) : [];
  if (mode === 'ANY') return names.length > 0 ? names.toSorted().join() : 'any';
  return mode === 'NONE' ? 'none' : 'auto';
}

/** A single object may stand where a list is meant, and a bare text where a part is. */
function listOf(value: unknown): readonly Json[] {
  return isObject(value) ? [value] : objectsIn(value);
}

function partsOf(content: unknown): readonly Json[] {
  if (typeof content === 'string') return [{ text: content }];
  return listOf(objectIn(content).parts);
}

function read(part: Json, role: 'user' | 'model', asking: Asking): void {
  const { functionCall: call, functionResponse: response, inlineData, fileData } = part;
  if (isObject(call)) asking.call(textIn(call.id), textIn(call.name), call.args ?? {});
  else if (isObject(response)) {
    for (const inner of listOf(response.parts)) read(inner, role, asking);
    asking.answer(textIn(response.id), textIn(response.name), response.response);
  } else if (isObject(inlineData)) asking.show(textIn(inlineData.data));
  else if (isObject(fileData)) asking.show(textIn(fileData.fileUri));
  else if (part.thought !== true) asking.say(role, textIn(part.text));
}

/** Of the members of the dialect alone: what a caller names stays as it is. */
function camel(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camel);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      const renamed = name.replace(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase());
      return [renamed, /^(args|response|properties)$/.test(renamed) ? inner : camel(inner)];
    }),
  );
}
