/**
 * Walks a Gemini history: gives each call and each text back the signature it came with, and takes away what the target would refuse, with the
 * documented stand-in where the model insists on one. A part never gets another part's signature; a parallel call that had none gets none.
 */

import { placeholderSignature, placeholderSignatures } from '../model/signature-words.ts';
import type { JsonEdit } from '../model/wire.ts';
import type { Known } from './cache.ts';
import { signatureDigest, textOf } from './digest.ts';
import { demandsSignature, refuses } from './family.ts';
import { type GeminiPart, readGeminiHistory } from './gemini-history.ts';
import type { Lookups, Restoration, Trace } from './walk.ts';
import { isSameCall } from './walk.ts';

export function restoreGemini(json: Record<string, unknown>, model: string, lookups: Lookups): Restoration {
  const history = readGeminiHistory(json);
  const removedParts = new Map<number, number>();
  const edits: JsonEdit[] = [];
  const restored: string[] = [];
  let degraded = 0;
  for (const part of history.parts) {
    const verdict = judge(part, model, lookups);
    if (verdict.is === 'leave') continue;
    if (verdict.is === 'restore') {
      if (isSentElsewhere(verdict.signature, part, history.parts)) continue;
      edits.push(sign(part, verdict.signature));
      restored.push(verdict.signature);
      continue;
    }
    const changes = degrade(part, model);
    if (changes.length === 0) continue;
    degraded++;
    edits.push(...changes);
    if (changes.some((edit) => edit.path.length === partPathLength)) {
      removedParts.set(part.content, (removedParts.get(part.content) ?? 0) + 1);
    }
  }
  for (const [content, removed] of removedParts) {
    if (removed === history.sizes.get(content)) edits.push({ op: 'remove', path: ['contents', content] });
  }
  return { edits, restored, degraded };
}

/** Every part of the history that a refusal may have been about. Stand-ins sign nothing and are left out. */
export function traceGemini(json: Record<string, unknown>): readonly Trace[] {
  return readGeminiHistory(json).parts.flatMap((part): Trace[] => {
    const callIds = part.id === '' ? [] : [part.id];
    if (part.signature !== '') {
      return placeholderSignatures.has(part.signature)
        ? []
        : [{ signature: part.signature, content: part.key, callIds }];
    }
    return part.isFirstCall && part.isCurrentTurn ? [{ content: part.key, callIds }] : [];
  });
}

/** contents, its place, parts, its place. */
const partPathLength = 4;

type Verdict = { readonly is: 'leave' | 'degrade' } | { readonly is: 'restore'; readonly signature: string };

function judge(part: GeminiPart, model: string, lookups: Lookups): Verdict {
  if (part.signature !== '') {
    if (placeholderSignatures.has(part.signature)) return { is: 'leave' };
    const family = lookups.familyOf(part.signature);
    const isBad = lookups.refused(part.signature) || (family !== undefined && refuses(model, family));
    return { is: isBad ? 'degrade' : 'leave' };
  }
  const known = knownSignature(part, lookups);
  if (known !== undefined) {
    return refuses(model, known.family) ? { is: 'degrade' } : { is: 'restore', signature: known.signature };
  }
  return { is: part.kind === 'call' && lookups.unsignedRefused(part.key) ? 'degrade' : 'leave' };
}

function knownSignature(part: GeminiPart, lookups: Lookups): Pick<Known, 'signature' | 'family'> | undefined {
  if (part.kind === 'call' && part.id !== '') {
    const known = lookups.call(part.id);
    if (known?.signature !== undefined && isSameCall(known, part.name, part.call, lookups)) {
      return { signature: known.signature, family: known.family };
    }
  }
  const isNamed = part.kind === 'call' || (part.kind === 'text' && textOf(part.part.text) !== '');
  return isNamed ? lookups.content(part.key) : undefined;
}

/** Some clients put a signature on a neighbour of the part it came with. To send it twice would be worse. */
function isSentElsewhere(signature: string, part: GeminiPart, parts: readonly GeminiPart[]): boolean {
  const fingerprint = signatureDigest(signature);
  return parts.some(
    (other) =>
      other.content === part.content && other.signature !== '' && signatureDigest(other.signature) === fingerprint,
  );
}

function sign(part: GeminiPart, signature: string): JsonEdit {
  const spelling = part.part.function_call === undefined ? 'thoughtSignature' : 'thought_signature';
  const member = part.signatureMembers[0] ?? spelling;
  return { op: 'set', path: [...pathOf(part), member], json: JSON.stringify(signature) };
}

/** What is left of a part without its signature. Nothing at all for an unsigned part that no stand-in is due for. */
function degrade(part: GeminiPart, model: string): readonly JsonEdit[] {
  const removals = part.signatureMembers.map((member): JsonEdit => ({ op: 'remove', path: [...pathOf(part), member] }));
  if (part.kind === 'call') {
    if (!part.isFirstCall || !part.isCurrentTurn || !demandsSignature(model)) return removals;
    return [...removals.slice(1), sign(part, placeholderSignature)];
  }
  const says = part.kind === 'other' ? hasSubstance(part) : textOf(part.part.text).trim() !== '';
  if (!says) return [{ op: 'remove', path: pathOf(part) }];
  return part.kind === 'thought' ? [...removals, { op: 'remove', path: [...pathOf(part), 'thought'] }] : removals;
}

/** Whether anything but signatures and flags stands in it. The API refuses a part without data. */
function hasSubstance(part: GeminiPart): boolean {
  return Object.keys(part.part).some((member) => member !== 'thought' && !part.signatureMembers.includes(member));
}

function pathOf(part: GeminiPart): readonly (string | number)[] {
  return ['contents', part.content, 'parts', part.at];
}
