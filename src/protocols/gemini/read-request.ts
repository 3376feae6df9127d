/**
 * Reads a Gemini request. Only what the gateway itself relies on is checked: everything else is for the API to judge, and unknown fields pass.
 * No credential may get into `passHeaders`.
 */

import type { Framing, Problem, ReadResult, RequestInput } from '../../model/request.ts';
import { sessionHintOf } from '../client-headers.ts';
import { readJsonBody } from '../json/read-body.ts';
import { isObject, type JsonObject } from './shapes.ts';

const sessionHeaders = ['x-session-id', 'session-id', 'x-session-affinity'] as const;

export function readGeminiRequest(input: RequestInput): ReadResult {
  const model = readModel(input.pathModel);
  if (model === undefined) return bad('the path names no model: /v1beta/models/{model}:generateContent');
  const body = readJsonBody(input.body);
  if ('problem' in body) return body;
  const { json } = body;
  const fault = input.operation === 'generate' ? findGenerateFault(json) : findCountFault(json);
  if (fault !== undefined) return bad(fault);
  const sessionHint = sessionHintOf(sessionHeaders.map((name) => input.headers[name]));
  return {
    request: {
      protocol: 'gemini',
      operation: input.operation,
      model,
      framing: readFraming(input),
      body: input.body,
      json,
      passHeaders: readPassHeaders(input.headers),
      ...(sessionHint === undefined ? {} : { sessionHint }),
    },
  };
}

function bad(message: string): { problem: Problem } {
  return { problem: { kind: 'bad-request', message } };
}

function readModel(pathModel: string | undefined): string | undefined {
  if (pathModel === undefined) return undefined;
  let model = pathModel;
  try {
    model = decodeURIComponent(pathModel);
  } catch {
    // Not percent-encoded, so it is a name as it stands.
  }
  if (model.startsWith('models/')) model = model.slice('models/'.length);
  return model === '' ? undefined : model;
}

function readFraming(input: RequestInput): Framing {
  if (input.pathMethod !== 'streamGenerateContent') return 'json';
  const alt = input.query.get('alt') ?? input.query.get('$alt');
  return alt === 'sse' ? 'sse' : 'json-array';
}

/** The types of the fields that are read or edited here; the API takes a single object where it means a list. */
const fieldKinds: readonly (readonly [field: string, other: string, kind: 'object' | 'list'])[] = [
  ['contents', 'contents', 'list'],
  ['tools', 'tools', 'list'],
  ['generationConfig', 'generation_config', 'object'],
  ['systemInstruction', 'system_instruction', 'object'],
];

function findGenerateFault(json: JsonObject): string | undefined {
  if (json.contents === undefined || json.contents === null) return '`contents` is not specified';
  if (Array.isArray(json.contents) && json.contents.length === 0) return '`contents` is empty';
  return findTypeFault(json, '');
}

function findCountFault(json: JsonObject): string | undefined {
  const nested = json.generateContentRequest ?? json.generate_content_request;
  if (nested !== undefined && nested !== null) {
    return isObject(nested)
      ? findTypeFault(nested, 'generateContentRequest.')
      : '`generateContentRequest` must be an object';
  }
  if (json.contents === undefined || json.contents === null) {
    return '`contents` or `generateContentRequest` must be specified';
  }
  return findTypeFault(json, '');
}

function findTypeFault(json: JsonObject, prefix: string): string | undefined {
  for (const [field, other, kind] of fieldKinds) {
    for (const name of field === other ? [field] : [field, other]) {
      const value = json[name];
      if (value === undefined || value === null || isObject(value)) continue;
      if (kind === 'object') return `\`${prefix}${name}\` must be an object`;
      if (!Array.isArray(value)) return `\`${prefix}${name}\` must be an array`;
      const wrong = value.findIndex((element) => !isObject(element));
      if (wrong >= 0) return `\`${prefix}${name}[${wrong}]\` must be an object`;
    }
  }
  return undefined;
}

/** Whose request it is, or where it goes, is the gateway's to say. */
const heldBack = /^x-goog-(api-key|user-project|authenticated-user-|iam-|iap-|request-params)/;

function readPassHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const passed: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (name === 'x-server-timeout' || (name.startsWith('x-goog-') && !heldBack.test(name))) passed[name] = value;
  }
  return passed;
}
