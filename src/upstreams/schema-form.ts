/**
 * How a Gemini upstream wants schemas of tools and answers: as the client's own JSON Schema where it is accepted, else as the smaller subset.
 * Which is learnt from the refusal, once for each account and model, within the same attempt.
 */

import { Refusal } from '../model/failure.ts';
import type { UpstreamAnswer, UpstreamAttempt } from '../model/ports.ts';
import type { Protocol } from '../model/request.ts';
import { refusesJsonSchema } from './gemini/classify.ts';
import { type CapabilitiesOf, inNativeDialect } from './native-request.ts';

/** Accounts and models whose refusal is remembered; the oldest is asked again. */
export const schemaFormsMax = 1_000;

export interface SchemaForms {
  /** Translates where that is needed, and sends. */
  open(
    asked: UpstreamAttempt,
    native: Protocol,
    send: (attempt: UpstreamAttempt) => Promise<UpstreamAnswer>,
  ): Promise<UpstreamAnswer>;
}

export function createSchemaForms(capabilitiesOf: CapabilitiesOf): SchemaForms {
  const subsetOnly = new Set<string>();
  return {
    async open(asked, native, send) {
      const key = `${asked.account.email}\n${asked.model}`;
      if (subsetOnly.has(key)) return send(inNativeDialect(asked, native, capabilitiesOf, { usesJsonSchema: false }));
      const attempt = inNativeDialect(asked, native, capabilitiesOf);
      const isOwn = attempt === asked;
      try {
        return await send(attempt);
      } catch (error) {
        // What the client wrote in the upstream's own dialect is not ours to rewrite.
        if (isOwn || !(error instanceof Refusal) || !refusesJsonSchema(error.failure)) throw error;
        if (subsetOnly.size >= schemaFormsMax) subsetOnly.delete(subsetOnly.values().next().value as string);
        subsetOnly.add(key);
        return send(inNativeDialect(asked, native, capabilitiesOf, { usesJsonSchema: false }));
      }
    },
  };
}
