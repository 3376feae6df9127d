/**
 * Which failure speaks against what: the table that circuits read, stated in `docs/HEALING.md`. A row never blames an account, a place or a model for what the request,
 * the gateway or a named limit did; what it does not blame it leaves as it was.
 */

import type { FailureKind } from '../model/failure.ts';

/**
 * What can have a circuit: a whole account, one model of an account, or one model at a place (a provider at one address), where several
 * accounts fail alike.
 */
export type CircuitScope = 'account' | 'account-model' | 'place-model';

export interface Count {
  readonly against: readonly CircuitScope[];
  readonly why: string;
}

const nobody = (why: string): Count => ({ against: [], why });
const theModel = (why: string): Count => ({ against: ['account-model', 'place-model'], why });

export const COUNTS: Readonly<Record<FailureKind, Count>> = {
  'signature-refused': nobody('the history was refused; the account answers others'),
  'context-too-long': nobody('the prompt is too long wherever it is asked'),
  'request-refused': nobody('the request is at fault'),
  'credential-refused': nobody('a credential does not come back within seconds: the account rests for minutes instead'),
  'permission-refused': nobody('a permission does not come back within seconds: the account rests for minutes instead'),
  'account-exhausted': nobody('credit does not come back within seconds: the account rests for an hour instead'),
  'model-unknown': nobody('the name may be wrong; the model rests on this account'),
  'model-unavailable': nobody('a quota of zero does not change within seconds: the model rests on this account'),
  'rate-limited': nobody('a limit is not sickness: it is a rest, and its time is known or guessed'),
  'quota-exhausted': nobody('a limit is not sickness: it is a rest until the quota returns'),
  'capacity-limited': nobody('a limit of shared capacity comes and goes with each request'),
  'server-error': theModel('the provider failed at answering for this model'),
  overloaded: theModel('the provider says that it cannot take more for this model'),
  silent: theModel('a model that does not speak holds every request for as long as the clocks allow'),
  unreachable: {
    against: ['account', 'place-model'],
    why: 'no model of this account can be asked when its address does not answer',
  },
  ended: theModel('the upstream accepts and then drops what it was asked'),
  empty: nobody('the same prompt is often answered with nothing by every account: that is a refusal of the prompt'),
  'stream-error': theModel('the provider failed after it had accepted'),
  garbage: {
    against: ['account-model'],
    why: 'what does not speak the dialect is this account’s own address, or what stands before it',
  },
  'malformed-answer': nobody('the model wrote a bad call for this prompt; it is there and answers'),
  cut: theModel('answers that break cost a client more than those that never begin'),
  stalled: theModel('answers that fall silent cost a client more than those that never begin'),
  contradiction: nobody('it answers; it only did not go on with what another had begun'),
  limit: nobody('a limit of the gateway was passed, by the size of one answer'),
};
