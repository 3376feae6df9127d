/** Google's stream grammar, written down independently of the writers: returns what breaks it. For tests only. */

/** `text` is a body of `alt=sse`, or the JSON array that is sent without it. `isOwn`: parts of Google's own tools may stand in it. */
export function checkGeminiStream(text: string, isOwn = false): string[] {
  const members = isOwn ? [...dataMembers, 'toolCall', 'toolResponse'] : dataMembers;
  return text.trimStart().startsWith('[') ? checkArray(text, members) : checkEvents(text, members);
}

type Json = Record<string, unknown>;

function checkArray(text: string, members: readonly string[]): string[] {
  let chunks: unknown;
  try {
    chunks = JSON.parse(text);
  } catch {
    return ['the array is not valid JSON'];
  }
  return checkChunks(chunks as unknown[], members);
}

function checkEvents(text: string, members: readonly string[]): string[] {
  const violations: string[] = [];
  const chunks: unknown[] = [];
  if (text !== '' && !/\r?\n\r?\n$/.test(text)) violations.push('the last event has no blank line');
  for (const event of text.split(/\r\n\r\n|\n\n/)) {
    const line = event.replace(/^\n+/, '');
    if (line === '') continue;
    if (!line.startsWith('data: ') || /[\r\n]/.test(line)) {
      violations.push(`an event that is not one data line: ${line.slice(0, 40)}`);
      continue;
    }
    try {
      chunks.push(JSON.parse(line.slice('data: '.length)));
    } catch {
      violations.push('an event that is no JSON');
    }
  }
  return [...violations, ...checkChunks(chunks, members)];
}

function checkChunks(chunks: readonly unknown[], members: readonly string[]): string[] {
  const violations: string[] = [];
  const ids = new Set<unknown>();
  let finished = false;
  let failed = false;
  chunks.forEach((value, at) => {
    if (!isObject(value)) {
      violations.push(`chunk ${at} is no object`);
      return;
    }
    if (failed) violations.push(`chunk ${at} follows an error`);
    if (isObject(value.error)) {
      failed = true;
      violations.push(...checkError(value.error, at));
      return;
    }
    if (finished) violations.push(`chunk ${at} follows the finish reason`);
    ids.add(value.responseId);
    if (typeof value.modelVersion !== 'string' || value.modelVersion === '')
      violations.push(`chunk ${at}: no modelVersion`);
    if (typeof value.responseId !== 'string' || value.responseId === '') violations.push(`chunk ${at}: no responseId`);
    const candidates = Array.isArray(value.candidates) ? value.candidates : [];
    if (candidates.length !== 1) violations.push(`chunk ${at}: ${candidates.length} candidates`);
    for (const candidate of candidates) {
      violations.push(...checkCandidate(candidate, at, members));
      if (isObject(candidate) && candidate.finishReason !== undefined) finished = true;
    }
    violations.push(...checkUsage(value.usageMetadata, at));
  });
  if (ids.size > 1) violations.push('the responseId changes');
  if (!finished && !failed) violations.push('no finish reason');
  if (finished && failed) violations.push('a finish reason and an error');
  return violations;
}

function checkError(error: Json, at: number): string[] {
  const isWhole =
    typeof error.code === 'number' && typeof error.message === 'string' && typeof error.status === 'string';
  return isWhole ? [] : [`chunk ${at}: an error without code, message and status`];
}

function checkCandidate(candidate: unknown, at: number, members: readonly string[]): string[] {
  if (!isObject(candidate)) return [`chunk ${at}: a candidate that is no object`];
  if (candidate.index !== undefined && candidate.index !== 0) return [`chunk ${at}: a second candidate`];
  if (candidate.content === undefined) {
    return candidate.finishReason === undefined ? [`chunk ${at}: neither content nor finish reason`] : [];
  }
  if (!isObject(candidate.content) || candidate.content.role !== 'model')
    return [`chunk ${at}: content without role model`];
  const parts = candidate.content.parts;
  if (!Array.isArray(parts) || parts.length === 0) return [`chunk ${at}: content without parts`];
  return parts.flatMap((part) => checkPart(part, at, members));
}

const dataMembers = ['text', 'inlineData', 'fileData', 'functionCall', 'executableCode', 'codeExecutionResult'];

function checkPart(part: unknown, at: number, members: readonly string[]): string[] {
  if (!isObject(part)) return [`chunk ${at}: a part that is no object`];
  const violations: string[] = [];
  const data = members.filter((name) => part[name] !== undefined);
  if (data.length !== 1) violations.push(`chunk ${at}: a part of ${data.join('+') || 'nothing'}`);
  const unknown = Object.keys(part).find((name) => ![...members, 'thought', 'thoughtSignature'].includes(name));
  if (unknown !== undefined) violations.push(`chunk ${at}: an unknown member ${unknown}`);
  const call = part.functionCall;
  if (call !== undefined) {
    if (!isObject(call) || typeof call.name !== 'string' || call.name === '')
      violations.push(`chunk ${at}: a call without a name`);
    else if (!isObject(call.args)) violations.push(`chunk ${at}: a call without whole arguments`);
  }
  const signature = part.thoughtSignature;
  if (signature !== undefined && !(typeof signature === 'string' && isBase64(signature))) {
    violations.push(`chunk ${at}: a signature that is no base64`);
  }
  return violations;
}

function checkUsage(usage: unknown, at: number): string[] {
  if (usage === undefined) return [];
  if (!isObject(usage)) return [`chunk ${at}: usage that is no object`];
  const wrong = Object.entries(usage).filter(([, count]) => !Number.isInteger(count) || (count as number) < 0);
  const violations = wrong.map(([name]) => `chunk ${at}: ${name} is no count`);
  const count = (name: string): number => (typeof usage[name] === 'number' ? usage[name] : 0);
  const sum = count('promptTokenCount') + count('candidatesTokenCount') + count('thoughtsTokenCount');
  if (usage.totalTokenCount !== undefined && usage.totalTokenCount !== sum)
    violations.push(`chunk ${at}: a total that is no sum`);
  if (count('cachedContentTokenCount') > count('promptTokenCount'))
    violations.push(`chunk ${at}: more cached than prompted`);
  return violations;
}

function isBase64(text: string): boolean {
  return /^[A-Za-z0-9+/_-]+={0,2}$/.test(text);
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The rules of Google's request that a writer must keep, whatever it was given. */
export function checkGeminiRequest(body: unknown): string[] {
  if (!isObject(body)) return ['no object'];
  const violations: string[] = [];
  const contents = Array.isArray(body.contents) ? (body.contents as Json[]) : [];
  if (contents.length === 0) violations.push('no contents');
  contents.forEach((content, at) => {
    const parts = Array.isArray(content.parts) ? (content.parts as Json[]) : [];
    if (content.role !== 'user' && content.role !== 'model') violations.push(`contents[${at}]: role`);
    if (content.role === contents[at - 1]?.role) violations.push(`contents[${at}]: the same role again`);
    if (parts.length === 0) violations.push(`contents[${at}]: no parts`);
    for (const part of parts) {
      if (part.text === '' && part.thoughtSignature === undefined) violations.push(`contents[${at}]: an empty text`);
    }
    const calls = parts.filter((part) => isObject(part.functionCall)).map((part) => (part.functionCall as Json).name);
    const next = (contents[at + 1]?.parts ?? []) as Json[];
    const answers = next.flatMap((part) => (isObject(part.functionResponse) ? [part.functionResponse.name] : []));
    if (calls.length > 0 && contents[at + 1] !== undefined && String(answers) !== String(calls)) {
      violations.push(`contents[${at}]: calls of ${calls} are answered by ${answers}`);
    }
    if (content.role === 'user' && at === 0 && parts.some((part) => part.functionResponse !== undefined)) {
      violations.push('a response before any call');
    }
  });
  return [...violations, ...checkGenerationConfig(body.generationConfig), ...checkDeclarations(body)];
}

function checkGenerationConfig(config: unknown): string[] {
  if (!isObject(config)) return [];
  const thinking = isObject(config.thinkingConfig) ? config.thinkingConfig : {};
  const both = thinking.thinkingBudget !== undefined && thinking.thinkingLevel !== undefined;
  const stops = Array.isArray(config.stopSequences) ? config.stopSequences.length : 0;
  return [...(both ? ['budget and level'] : []), ...(stops > 5 ? ['too many stop sequences'] : [])];
}

function checkDeclarations(body: Json): string[] {
  const tools = Array.isArray(body.tools) ? (body.tools as Json[]) : [];
  const declarations = tools.flatMap((tool) => (tool.functionDeclarations ?? []) as Json[]);
  const illegal = declarations.filter(({ name }) => !/^[A-Za-z_][\w.:-]{0,127}$/.test(String(name)));
  const both = declarations.filter((each) => each.parameters !== undefined && each.parametersJsonSchema !== undefined);
  const config = isObject(body.toolConfig) ? body.toolConfig.functionCallingConfig : undefined;
  return [
    ...illegal.map(({ name }) => `an illegal name ${name}`),
    ...both.map(({ name }) => `two schemas of ${name}`),
    ...(config !== undefined && declarations.length === 0 ? ['a calling mode without functions'] : []),
  ];
}
