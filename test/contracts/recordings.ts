/** The recorded exchanges, which stay outside the project: data to test with, never copied in. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Protocol } from '../../src/model/request.ts';
import { type Json, objectIn, textIn } from './said/json.ts';

const folder = process.env.FIXTURES_DIR ?? '../shared/fixtures';
export const recordingsAbsent = !existsSync(join(folder, 'anthropic'));

/** Which dialect the recordings of a folder are in. */
export const dialectOfFolder = {
  anthropic: 'anthropic',
  'vertex-claude': 'anthropic',
  gemini: 'gemini',
  'vertex-gemini': 'gemini',
  'openai-chat': 'openai-chat',
  'gemini-openai-compat': 'openai-chat',
  'openai-responses': 'openai-responses',
} as const satisfies Record<string, Protocol>;

export interface Recorded {
  /** Folder and case. */
  readonly name: string;
  readonly dialect: Protocol;
  readonly model: string;
  /** How the recording ends: COMPLETE, ERRORED, NO-FINISH, JSON-OK, … */
  readonly status: string;
  readonly httpStatus: number;
  readonly request?: Json;
  readonly stream?: Uint8Array;
  readonly document?: Json;
  /** Turns of one conversation share a group. */
  readonly conversation?: { readonly group: string; readonly turn: number };
}

export function allRecordings(): Recorded[] {
  if (recordingsAbsent) return [];
  return Object.entries(dialectOfFolder).flatMap(([place, dialect]) =>
    readdirSync(join(folder, place))
      .filter((name) => existsSync(join(folder, place, name, 'meta.json')))
      .map((name) => read(`${place}/${name}`, dialect)),
  );
}

function read(name: string, dialect: Protocol): Recorded {
  const meta = jsonAt(name, 'meta.json');
  const { conversation } = meta;
  const about = objectIn(conversation);
  const named = textIn(meta.model);
  return {
    name,
    dialect,
    model: isModelOf(dialect, named) ? named : usualModel[dialect],
    status: textIn(objectIn(meta.verify).status),
    httpStatus: Number(meta.status),
    ...(has(name, 'request.json') && { request: jsonAt(name, 'request.json') }),
    ...(has(name, 'response.sse') && { stream: readFileSync(join(folder, name, 'response.sse')) }),
    ...(has(name, 'response.json') && { document: jsonAt(name, 'response.json') }),
    ...(conversation !== undefined && {
      conversation: { group: textIn(about.group), turn: Number(about.turn) },
    }),
  };
}

/** For recordings that do not say which model answered. */
export const usualModel: Readonly<Record<Protocol, string>> = {
  anthropic: 'claude-sonnet-4-5',
  gemini: 'gemini-2.5-flash',
  'openai-chat': 'gpt-4o',
  'openai-responses': 'gpt-5.4',
};

const ownNames: Readonly<Record<Protocol, RegExp>> = {
  anthropic: /claude/,
  gemini: /^gemini-[\w.-]+$/,
  'openai-chat': /^[\w.-]+$/,
  'openai-responses': /^[\w.-]+$/,
};

function isModelOf(dialect: Protocol, name: string): boolean {
  return ownNames[dialect].test(name);
}

function has(name: string, file: string): boolean {
  return existsSync(join(folder, name, file));
}

function jsonAt(name: string, file: string): Json {
  return objectIn(JSON.parse(readFileSync(join(folder, name, file), 'utf8')));
}
