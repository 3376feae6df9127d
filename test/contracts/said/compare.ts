/** Says how an answer in a client's dialect differs from what the upstream said, beyond what the dialect forces on it. */

import { isDeepStrictEqual } from 'node:util';
import type { Protocol } from '../../../src/model/request.ts';
import { type Call, type Counts, type Ending, type Said, Saying, visibleText } from './said.ts';

export function differences(wanted: Said, heard: Said, client: Protocol): string[] {
  return [
    ...textDifferences(wanted, heard, client),
    ...(heard.thinking === wanted.thinking ? [] : [`thinking: ${show(heard.thinking)} for ${show(wanted.thinking)}`]),
    ...callDifferences(wanted.calls, heard.calls, client),
    ...countDifferences(wanted.counts, heard.counts, client),
    ...endingDifferences(wanted.ending, heard.ending, client),
  ];
}

/** Gemini and Responses have parts of their own for code; images have one in both and in Chat Completions as compatible servers speak it. */
const asText: Readonly<Record<Protocol, ReadonlySet<string>>> = {
  anthropic: new Set(['code', 'media']),
  gemini: new Set(),
  'openai-chat': new Set(['code']),
  'openai-responses': new Set(),
};

function textDifferences(wanted: Said, heard: Said, client: Protocol): string[] {
  // Images of a chat message stand in a list of their own.
  if (client === 'openai-chat' && wanted.pieces.some(({ kind }) => kind === 'media')) {
    const isSame = isDeepStrictEqual(imagesOf(heard), imagesOf(wanted));
    return [...(isSame ? [] : ['other images']), ...textDifferences(imageless(wanted), imageless(heard), client)];
  }
  const own = wanted.pieces.filter(({ kind }) => !asText[client].has(kind));
  if (own.length === wanted.pieces.length && visibleText(heard) === visibleText(wanted)) {
    return isDeepStrictEqual(heard.pieces, wanted.pieces) ? [] : ['the same text in other pieces'];
  }
  let rest = visibleText(heard);
  let between = '';
  for (const { kind, text } of wanted.pieces) {
    // Code begins a line: `n` alone stands in many a word.
    const at = kind === 'code' ? rest.indexOf(`\n${text}`) + 1 : rest.indexOf(text);
    if (at < (kind === 'code' ? 1 : 0)) return [`the text lacks ${show(text)}; it goes on with ${show(rest)}`];
    between += `${rest.slice(0, at)}\n`;
    rest = rest.slice(at + text.length);
  }
  const added = `${between}${rest}`.split('\n').filter((line) => line.trim() !== '');
  const strange = added.filter((line) => !isSetting(line, wanted.sources));
  return strange.length === 0 ? [] : [`text that nobody said: ${show(strange.join('\n'))}`];
}

function imagesOf({ pieces }: Said): string[] {
  return pieces.flatMap(({ kind, text }) => (kind === 'media' ? [text] : []));
}

/** What is left, its neighbouring texts joined anew. */
function imageless(said: Said): Said {
  const saying = new Saying();
  for (const { kind, text } of said.pieces) {
    if (kind === 'text') saying.text(text);
    if (kind === 'code') saying.whole(kind, text);
  }
  return { ...said, pieces: saying.said().pieces };
}

/** What may stand around code, an image or a source that has become text. */
function isSetting(line: string, sources: readonly string[]): boolean {
  if (/^`{3,}\w*$/.test(line) || /^\)?!?\[[^\]]*\]\((?:data:[\w/+.-]*;base64,)?$/.test(line) || line === ')')
    return true;
  return sources.some((url) => line.includes(url));
}

function callDifferences(wanted: readonly Call[], heard: readonly Call[], client: Protocol): string[] {
  // Of a call that was cut off in its middle a dialect of whole parts has nothing.
  const due = client === 'gemini' ? wanted.filter(({ isBroken }) => !isBroken) : wanted;
  const plain = (calls: readonly Call[]): unknown => calls.map(({ name, input }) => [name, input]);
  const faults = isDeepStrictEqual(plain(heard), plain(due)) ? [] : [`calls: ${show(heard)} for ${show(due)}`];
  heard.forEach(({ id }, at) => {
    const given = due[at]?.id;
    if (given !== undefined && id !== given) faults.push(`the call id ${id} for ${given}`);
    if (given === undefined && id === undefined && client !== 'gemini') faults.push('a call without an id');
  });
  if (new Set(heard.map(({ id }) => id ?? {})).size !== heard.length) faults.push('two calls with one id');
  return faults;
}

/** Counts that the dialect demands: 0 where nothing was stated. */
const demandedCounts: Readonly<Record<Protocol, readonly (keyof Counts)[]>> = {
  anthropic: ['input', 'output'],
  gemini: [],
  'openai-chat': ['input', 'output'],
  'openai-responses': ['input', 'output', 'cached', 'thoughts'],
};

function countDifferences(wanted: Counts, heard: Counts, client: Protocol): string[] {
  return (['input', 'cached', 'output', 'thoughts'] as const).flatMap((name) => {
    const isSame = (heard[name] ?? 0) === (wanted[name] ?? 0);
    const isInvented =
      wanted[name] === undefined && heard[name] !== undefined && !demandedCounts[client].includes(name);
    return isSame && !isInvented ? [] : [`${name} tokens: ${heard[name]} for ${wanted[name]}`];
  });
}

/** Endings that a dialect has no word for, and the word that it uses then. */
const substitutes: Readonly<Record<Protocol, Partial<Record<Ending, Ending>>>> = {
  anthropic: { other: 'done' },
  gemini: { 'stop-sequence': 'done' },
  'openai-chat': { 'stop-sequence': 'done', other: 'done' },
  'openai-responses': { 'stop-sequence': 'done', other: 'done' },
};

function endingDifferences(wanted: Ending, heard: Ending, client: Protocol): string[] {
  const due = [wanted, substitutes[client][wanted]];
  return due.includes(heard) ? [] : [`it ends as ${heard} for ${wanted}`];
}

function show(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
