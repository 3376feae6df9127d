/** Whether generateContent would take a request: its rules about contents, calls, signatures and settings, written without a look at the writer. */

import type { Capabilities } from '../../../src/model/conversation.ts';
import { isObject, type Json, objectIn, objectsIn, textIn } from '../said/json.ts';

export function geminiRequestFaults(body: Json, capabilities: Capabilities): string[] {
  const faults: string[] = [];
  for (const name of Object.keys(body)) if (!members.has(name)) faults.push(`the member ${name}`);
  const system = objectsIn(objectIn(body.systemInstruction).parts);
  if (body.systemInstruction !== undefined && system.length === 0) faults.push('an empty system instruction');
  for (const { text } of system) if (textIn(text) === '') faults.push('a system part without words');
  const contents = objectsIn(body.contents);
  return [
    ...faults,
    ...contentFaults(contents, capabilities),
    ...turnFaults(contents, capabilities),
    ...configFaults(objectIn(body.generationConfig), capabilities),
    ...toolFaults(body),
  ];
}

const members = new Set([
  ...['contents', 'systemInstruction', 'tools', 'toolConfig', 'generationConfig', 'safetySettings', 'cachedContent'],
  ...['labels', 'serviceTier', 'store', 'modelArmorConfig'],
]);

function contentFaults(contents: readonly Json[], capabilities: Capabilities): string[] {
  const faults: string[] = [];
  if (contents.length === 0) faults.push('no contents');
  contents.forEach(({ role, parts }, at) => {
    const all = objectsIn(parts);
    if (role !== 'user' && role !== 'model') faults.push(`the role ${String(role)}`);
    if (all.length === 0) faults.push(`content ${at} has no parts`);
    for (const part of all) faults.push(...partFaults(part, role === 'model', capabilities));
    const calls = all.filter(({ functionCall }) => functionCall !== undefined);
    const next = objectsIn(contents[at + 1]?.parts).filter(({ functionResponse }) => functionResponse !== undefined);
    if (calls.length > 0 && contents[at + 1] !== undefined && next.length !== calls.length) {
      faults.push(`${next.length} responses to ${calls.length} calls`);
    }
    const answers = all.filter(({ functionResponse }) => functionResponse !== undefined);
    const before = objectsIn(contents[at - 1]?.parts).filter(({ functionCall }) => functionCall !== undefined);
    if (answers.length > 0 && before.length !== answers.length) faults.push('responses that follow no calls');
    answers.forEach(({ functionResponse: answer }, n) => {
      const call = objectIn(before[n]?.functionCall);
      if (
        objectIn(answer).name !== call.name &&
        !before.some((one) => objectIn(one.functionCall).name === objectIn(answer).name)
      ) {
        faults.push(`a response of ${String(objectIn(answer).name)} to ${String(call.name)}`);
      }
      if (
        objectIn(answer).id !== undefined &&
        !before.some((one) => objectIn(one.functionCall).id === objectIn(answer).id)
      ) {
        faults.push('a response with an id that no call has');
      }
    });
    if (calls.length > 0 && at > 0 && contents[at - 1]?.role !== 'user') faults.push('calls that follow no user turn');
    if (calls.length > 0 && at === 0) faults.push('calls at the very beginning');
  });
  return faults;
}

const kinds = [
  ...['text', 'inlineData', 'fileData', 'functionCall', 'functionResponse', 'executableCode', 'codeExecutionResult'],
  ...['toolCall', 'toolResponse'],
];
const toolName = /^[A-Za-z_][\w.:-]{0,127}$/;

function partFaults(part: Json, isModel: boolean, { callIds }: Capabilities): string[] {
  const faults: string[] = [];
  const { text, thought, thoughtSignature: signature, functionCall, functionResponse, inlineData } = part;
  const held = kinds.filter((kind) => part[kind] !== undefined);
  const isBareSignature = held.length === 0 && signature !== undefined;
  if (held.length !== 1 && !isBareSignature) faults.push(`a part of ${held.length} kinds`);
  if (text === '' && signature === undefined && thought !== true) faults.push('an empty text');
  if (signature !== undefined && (textIn(signature) === '' || textIn(signature).startsWith('agt1')))
    faults.push('a sealed signature');
  if (signature !== undefined && /^YWd0MS/.test(textIn(signature))) faults.push('a sealed signature in base64');
  if (isObject(functionCall)) {
    if (!isModel) faults.push('a call in a user turn');
    if (!toolName.test(textIn(functionCall.name))) faults.push(`the call name ${String(functionCall.name)}`);
    if (!isObject(functionCall.args)) faults.push('a call without an object of arguments');
    if (functionCall.id !== undefined && !callIds) faults.push('a call id for a model without them');
  }
  if (isObject(functionResponse)) {
    if (isModel) faults.push('a response in a model turn');
    if (!isObject(functionResponse.response)) faults.push('a response that is no object');
    if (functionResponse.id !== undefined && !callIds) faults.push('a response id for a model without them');
  }
  if (isObject(inlineData) && (textIn(inlineData.mimeType) === '' || textIn(inlineData.data) === '')) {
    faults.push('inline data without type or data');
  }
  return faults;
}

/** The first call of each step of the current turn must be signed. The turn begins at the last user content with something else than responses. */
function turnFaults(contents: readonly Json[], { demandsSignature }: Capabilities): string[] {
  if (!demandsSignature) return [];
  const begins = contents.findLastIndex(
    ({ role, parts }) =>
      role === 'user' && objectsIn(parts).some(({ functionResponse }) => functionResponse === undefined),
  );
  return contents.slice(begins + 1).flatMap(({ role, parts }) => {
    const first = objectsIn(parts).find(({ functionCall }) => functionCall !== undefined);
    const isUnsigned = role === 'model' && first !== undefined && textIn(first.thoughtSignature) === '';
    return isUnsigned ? ['an unsigned call in the current turn'] : [];
  });
}

const configMembers = new Set([
  ...['temperature', 'topP', 'topK', 'seed', 'presencePenalty', 'frequencyPenalty', 'maxOutputTokens', 'stopSequences'],
  ...[
    'candidateCount',
    'responseMimeType',
    'responseSchema',
    'responseJsonSchema',
    'thinkingConfig',
    'responseModalities',
  ],
  ...['responseLogprobs', 'logprobs', 'mediaResolution', 'speechConfig', 'imageConfig', 'audioTimestamp'],
]);

function configFaults(config: Json, capabilities: Capabilities): string[] {
  const faults: string[] = [];
  for (const name of Object.keys(config)) if (!configMembers.has(name)) faults.push(`generationConfig.${name}`);
  if (Array.isArray(config.stopSequences) && config.stopSequences.length > 5)
    faults.push('more than five stop sequences');
  if (Number(config.maxOutputTokens ?? 1) < 1) faults.push('no room for output');
  if (Number(config.maxOutputTokens ?? 0) > (capabilities.maxOutputTokens ?? Infinity)) faults.push('too much output');
  const isJson = config.responseMimeType === 'application/json';
  if ((config.responseSchema ?? config.responseJsonSchema) !== undefined && !isJson)
    faults.push('a schema for plain text');
  const { thinkingBudget: budget, thinkingLevel: level } = objectIn(config.thinkingConfig);
  if (config.thinkingConfig !== undefined && capabilities.thinking === 'none')
    faults.push('thinking for a model without it');
  if (level !== undefined && capabilities.thinking !== 'level') faults.push('a level for a model that takes a budget');
  if (level !== undefined && !(capabilities.levels ?? []).includes(textIn(level).toLowerCase()))
    faults.push(`the level ${String(level)}`);
  if (budget !== undefined && capabilities.thinking !== 'budget')
    faults.push('a budget for a model that takes a level');
  const isZero = budget === 0 && capabilities.canTurnOff;
  const isInside =
    Number(budget) >= (capabilities.budgetTokensMin ?? 0) && Number(budget) <= (capabilities.budgetTokensMax ?? 0);
  if (budget !== undefined && budget !== -1 && !isZero && !isInside) faults.push(`a budget of ${String(budget)}`);
  return faults;
}

function toolFaults(body: Json): string[] {
  const faults: string[] = [];
  const declared = objectsIn(body.tools).flatMap((tool) => objectsIn(tool.functionDeclarations));
  for (const tool of declared) {
    if (!toolName.test(textIn(tool.name))) faults.push(`the tool name ${String(tool.name)}`);
    if (tool.parameters !== undefined && tool.parametersJsonSchema !== undefined)
      faults.push('two schemas of one tool');
  }
  const names = declared.map(({ name }) => name);
  if (new Set(names).size !== names.length) faults.push('two tools of one name');
  const { mode, allowedFunctionNames: allowed } = objectIn(objectIn(body.toolConfig).functionCallingConfig);
  if (mode !== undefined && !/^(AUTO|ANY|NONE|VALIDATED)$/.test(textIn(mode))) faults.push(`the mode ${String(mode)}`);
  if (allowed !== undefined && mode !== 'ANY' && mode !== 'VALIDATED') faults.push('allowed names without ANY');
  if (mode === 'ANY' && declared.length === 0) faults.push('ANY without a function');
  for (const name of Array.isArray(allowed) ? allowed : [])
    if (!names.includes(name)) faults.push(`allows ${String(name)}`);
  return faults;
}
