/**
 * Which line of models a signature belongs to, and which model would refuse it. Everything is read from the model's name; a name that says
 * nothing is `unknown`, and the unknown is never held back.
 */

import { modelFamilyOf } from '../model/model-family.ts';
import { sealPrefix, sealPrefixBase64 } from '../model/signature-words.ts';

/** As `modelFamilyOf`, for the makers whose signatures are kept here: OpenAI's are not, so its models are `unknown`. */
export function familyOf(model: string): string {
  const family = modelFamilyOf(model);
  return family === 'openai' ? 'unknown' : family;
}

/** The family that a sealed signature names; undefined for a native one. Its first bytes tell: a signature may be tens of kilobytes long. */
export function sealedFamilyOf(signature: string): string | undefined {
  const head = signature.startsWith(sealPrefixBase64)
    ? Buffer.from(signature.slice(0, SEALED_HEAD_CHARS), 'base64').toString('latin1')
    : signature.slice(0, SEALED_HEAD_CHARS);
  if (!head.startsWith(sealPrefix)) return undefined;
  const family = head.slice(sealPrefix.length).split('.', 1)[0];
  // Redacted thinking of Claude has a name of its own in there.
  return family?.replace(/-redacted$/, '');
}

const SEALED_HEAD_CHARS = 128;

/** Whether this model would answer a signature of this family with an error. */
export function refuses(targetModel: string, family: string): boolean {
  const target = familyOf(targetModel);
  return acceptance[temperOf(target)][relationOf(target, family)].refuses;
}

/** Whether this model insists on a signature on the first function call of each step of the current turn. */
export function demandsSignature(targetModel: string): boolean {
  return temperOf(familyOf(targetModel)) === 'gemini-strict';
}

type Temper = 'claude' | 'gemini-tolerant' | 'gemini-strict' | 'unknown';
type Relation = 'own' | 'line-unstated' | 'other-line' | 'foreign' | 'unknown';
interface Acceptance {
  readonly refuses: boolean;
  readonly why: string;
}

const origin = { refuses: false, why: 'nobody knows where it comes from: the model itself is the judge' };
const passes = (why: string): Acceptance => ({ refuses: false, why });
const fails = (why: string): Acceptance => ({ refuses: true, why });

const acceptance: Readonly<Record<Temper, Readonly<Record<Relation, Acceptance>>>> = {
  claude: {
    own: passes('any Claude model reads the blocks of any other, or drops them without a word'),
    'line-unstated': passes('Claude has one line only'),
    'other-line': passes('Claude has one line only'),
    foreign: fails('Claude answers what it did not sign with 400 Invalid `signature`'),
    unknown: origin,
  },
  'gemini-tolerant': {
    own: passes('its own'),
    'line-unstated': passes('a Gemini 2 model tolerates what it cannot read'),
    'other-line': passes('a Gemini 2 model tolerates what it cannot read'),
    foreign: fails('of no use to it, and a part without a signature is as welcome'),
    unknown: origin,
  },
  'gemini-strict': {
    own: passes('its own'),
    'line-unstated': passes('an alias may well stand for this very line'),
    'other-line': fails('Gemini 3 and later answer another line with 400 Corrupted thought signature'),
    foreign: fails('Gemini 3 and later answer what Gemini did not sign with 400 Thought signature is not valid'),
    unknown: origin,
  },
  unknown: {
    own: origin,
    'line-unstated': origin,
    'other-line': origin,
    foreign: passes('nothing is known of this model, so nothing is kept from it'),
    unknown: origin,
  },
};

const newestTolerantMajor = 2;

function temperOf(family: string): Temper {
  if (family === 'claude' || family === 'unknown') return family;
  const major = Number(/^gemini-(\d+)$/.exec(family)?.[1] ?? Number.POSITIVE_INFINITY);
  return major <= newestTolerantMajor ? 'gemini-tolerant' : 'gemini-strict';
}

function relationOf(target: string, family: string): Relation {
  if (family === 'unknown') return 'unknown';
  if (family === target) return 'own';
  if (!family.startsWith('gemini') || !target.startsWith('gemini')) return 'foreign';
  return family === 'gemini' || target === 'gemini' ? 'line-unstated' : 'other-line';
}
