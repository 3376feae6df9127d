/** Finds in a request to an upstream the signatures that the lab gave with its thinking and its tool calls; stand-ins do not count. */

import type { LabCallRecord } from '../../src/lab/record.ts';
import { checkSignature } from '../../src/lab/signature.ts';

export function carriesSignature(call: Pick<LabCallRecord, 'body'> | undefined): boolean {
  if (call === undefined) return false;
  const found: string[] = [];
  JSON.parse(Buffer.from(call.body).toString('utf8'), (key, value: unknown) => {
    if (typeof value === 'string' && (key === 'signature' || key === 'thoughtSignature')) found.push(value);
    return value;
  });
  return found.some((text) => checkSignature('claude', text) || checkSignature('gemini', text));
}
