/** The lists of models that the lab says it has, in each dialect, and the answers that are no generation at all. */

import { unknownOpenaiModel } from './openai-checks.ts';
import { badRequest, refuse, wholeAnswer } from './refusals.ts';
import { makerOf, readBody } from './route.ts';
import type { Chance, Json, LabCall, LabRoute, LabStep } from './step.ts';

export const CLAUDE_MODELS: readonly string[] = [
  'claude-opus-4-8',
  'claude-opus-4-5',
  'claude-sonnet-5',
  'claude-sonnet-4-6',
  'claude-sonnet-4-5',
  'claude-haiku-4-5',
];
export const GEMINI_MODELS: readonly string[] = [
  'gemini-3.1-pro-preview',
  'gemini-3-flash-preview',
  'gemini-3-flash',
  'gemini-2.5-pro',
  'gemini-2.5-flash',
];
export const OPENAI_MODELS: readonly string[] = [
  'gpt-5.5',
  'gpt-5.4',
  'gpt-5-mini',
  'gpt-4.1',
  'gpt-4o',
  'o4-mini',
  'deepseek-reasoner',
  'qwen3-coder',
];
/** What an access token of the lab begins with; the rest names the account it was issued to. */
export const TOKEN_PREFIX = 'lab-token.';
const TOKEN_SECONDS = 3599;
const CLAUDE_INPUT_TOKENS = 200_000;
const GEMINI_INPUT_TOKENS = 1_048_576;
const OUTPUT_TOKENS = 65_536;
const OPENAI_CREATED_SECONDS = 1_767_225_600;
const JSON_HEADERS = { 'content-type': 'application/json' };
const TOKEN_PATTERN = /^[\w@.+-]{1,200}$/;

export function planModels(route: LabRoute, chance: Chance): LabStep[] {
  if (route.operation === 'model') return planModel(route, chance);
  if (makerOf(route) === 'openai') return json({ object: 'list', data: OPENAI_MODELS.map(openaiModel) });
  if (route.dialect === 'gemini') return json({ models: GEMINI_MODELS.map(geminiModel) });
  const data = CLAUDE_MODELS.map(claudeModel);
  return json({ data, has_more: false, first_id: CLAUDE_MODELS[0], last_id: CLAUDE_MODELS.at(-1) });
}

/** Issues an access token; the account stands in it, so that later calls can be told apart. */
export function planToken(call: LabCall): LabStep[] {
  const account = grantee(Buffer.from(call.body).toString('utf8'));
  return json({ access_token: `${TOKEN_PREFIX}${account}`, expires_in: TOKEN_SECONDS, token_type: 'Bearer' });
}

export function planHello(): LabStep[] {
  return json({ lab: 'antigravity-tools' });
}

export function planUnknown(route: LabRoute, call: LabCall, chance: Chance): LabStep[] {
  const maker = makerOf(route);
  if (maker === 'openai') {
    const unknown = `Unknown request URL: ${call.method} ${call.path}. Please check the URL for typos, or see the docs at https://platform.openai.com/docs/api-reference/.`;
    return refuse(route, { ...badRequest(route, unknown), status: 404, reason: 'unknown_url' }, chance);
  }
  const google = maker === 'google';
  const message = google ? 'Requested entity was not found.' : `Not found: ${call.method} ${call.path}`;
  return refuse(route, { status: 404, code: google ? 'NOT_FOUND' : 'not_found_error', message }, chance);
}

function planModel(route: LabRoute, chance: Chance): LabStep[] {
  if (makerOf(route) === 'openai') {
    return OPENAI_MODELS.includes(route.model)
      ? json(openaiModel(route.model))
      : refuse(route, unknownOpenaiModel(route), chance);
  }
  const list = route.dialect === 'gemini' ? GEMINI_MODELS : CLAUDE_MODELS;
  if (list.includes(route.model))
    return json(route.dialect === 'gemini' ? geminiModel(route.model) : claudeModel(route.model));
  const google = route.dialect === 'gemini';
  const message = google ? `Model is not found: models/${route.model} for api version v1beta` : `model: ${route.model}`;
  return refuse(route, { status: 404, code: google ? 'NOT_FOUND' : 'not_found_error', message }, chance);
}

function json(value: unknown): LabStep[] {
  return wholeAnswer(200, JSON_HEADERS, JSON.stringify(value));
}

function claudeModel(id: string): Json {
  const display = id.replace(/^claude-/, 'Claude ').replaceAll('-', ' ');
  return {
    type: 'model',
    id,
    display_name: display,
    created_at: '2026-01-01T00:00:00Z',
    max_input_tokens: CLAUDE_INPUT_TOKENS,
    max_tokens: OUTPUT_TOKENS,
  };
}

function openaiModel(id: string): Json {
  return { id, object: 'model', created: OPENAI_CREATED_SECONDS, owned_by: 'system' };
}

function geminiModel(id: string): Json {
  return {
    name: `models/${id}`,
    version: '001',
    displayName: id.replaceAll('-', ' '),
    description: 'A model of the lab.',
    inputTokenLimit: GEMINI_INPUT_TOKENS,
    outputTokenLimit: OUTPUT_TOKENS,
    supportedGenerationMethods: ['generateContent', 'countTokens'],
    thinking: true,
  };
}

/** Whom a token request is for: the issuer of its JWT, else its refresh token or client. */
function grantee(body: string): string {
  const fields = body.trimStart().startsWith('{')
    ? readBody(Buffer.from(body))
    : Object.fromEntries(new URLSearchParams(body));
  const assertion = fields?.assertion;
  const issuer = typeof assertion === 'string' ? claims(assertion)?.iss : undefined;
  for (const candidate of [issuer, fields?.refresh_token, fields?.client_id]) {
    if (typeof candidate === 'string' && TOKEN_PATTERN.test(candidate)) return candidate;
  }
  return 'somebody';
}

function claims(assertion: string): Json | undefined {
  return readBody(Buffer.from(assertion.split('.')[1] ?? '', 'base64url'));
}
