/** What the routes of the admin API say in the same words: answers in JSON, who is let in, and errors. Never a path, and nothing that only one route says. */

import { errorSchema } from './api-schemas.ts';

/** An answer in JSON, for the description. */
export const json = <T>(schema: T, description: string) => ({
  description,
  content: { 'application/json': { schema } },
});
export const refusal = (description: string) => json(errorSchema, description);

export const byKey = [{ adminKey: [] }];
export const byKeyOrSession = [...byKey, { session: [] }];

export const NO_KEY = refusal('The admin key is missing or wrong');
export const NO_KEY_OR_SESSION = refusal('The admin key or the session is missing or wrong');
export const BAD_PARAMETER = refusal('A parameter cannot be read; the message names it');
export const NO_REQUEST = refusal('No request has this id');
export const JOURNAL_UNREADABLE = refusal('The journal cannot be read now');

/** An error as every path of the API tells it. */
export function problem(message: string) {
  return { error: { message } };
}
