/**
 * The envelope in which a thinking signature travels through a dialect that is not its maker's: which family of models made it and which part it
 * belongs to, and the original byte for byte. Plain ASCII without blanks, so that any dialect's string field can hold it and several can be joined
 * by a blank. Whatever is no envelope of ours is `undefined`, never a guess: a native signature must pass untouched.
 */

import { modelFamilyOf } from '../model/model-family.ts';
import type { ForeignOptions } from '../model/ports.ts';
import { sealPrefix } from '../model/signature-words.ts';

/** The part a signature belongs to, seen from the one it travels on: that one, the one after it, or the one before it. */
export type SignaturePlace = 'here' | 'next' | 'before';

export interface Sealed {
  /** As the maker wrote it. */
  readonly signature: string;
  /** The line of models that made it: `claude`, `gemini-3`, `unknown`, … */
  readonly family: string;
  readonly place: SignaturePlace;
}

export function seal(signature: string, about: { readonly family: string; readonly place: SignaturePlace }): string {
  const family = about.family.replace(notInFamily, escaped);
  return `${prefix}${family}.${about.place}.${signature.replace(notInSignature, escaped)}`;
}

export function unseal(text: string): Sealed | undefined {
  // Spares every native signature, which may be tens of kilobytes long, the pattern.
  if (!text.startsWith(prefix)) return undefined;
  const [, family, place, signature] = envelope.exec(text) ?? [];
  if (family === undefined || place === undefined || signature === undefined) return undefined;
  return { signature: restored(signature), family: restored(family), place: place as SignaturePlace };
}

/** The line of the model whose signatures are being told: to be asked anew for each, because another model may take the answer over. */
export function familyOfSigner({ signer, model }: Pick<ForeignOptions, 'signer' | 'model'>): string {
  return modelFamilyOf(signer?.() ?? model);
}

/** Whether a signature may be written to this model: only what its own family made. An alias such as `gemini-flash-latest` may stand for any line. */
export function takesSignatureOf(model: string, family: string | undefined): boolean {
  const own = modelFamilyOf(model);
  if (family === own) return true;
  const isGemini = family?.startsWith('gemini') === true && own.startsWith('gemini');
  return isGemini && (family === 'gemini' || own === 'gemini');
}

/** The version stands in the prefix: another layout gets another number, and old histories stay readable. */
const prefix = sealPrefix;
const envelope = /^agt1\.((?:[\w-]|%[0-9a-f]{4})*)\.(here|next|before)\.((?:[!-$&-~]|%[0-9a-f]{4})*)$/;

/** A signature is base64 on every wire known, so nothing of it is escaped; but nothing promises that it stays so. */
const notInSignature = /[^!-$&-~]/g;
const notInFamily = /[^\w-]/g;

/** By code unit, so that even text that is no proper Unicode comes back as it was. */
function escaped(unit: string): string {
  return `%${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function restored(text: string): string {
  return text.replace(/%([0-9a-f]{4})/g, (_whole, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}
