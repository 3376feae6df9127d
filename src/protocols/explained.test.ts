import { expect, it } from 'vitest';
import { explained } from './explained.ts';

const command = ' - explain it: antigravity-tools explain 01ID';
const body = '{"error":{"type":"overloaded_error","message":"Overloaded"}}';

it('ends the message and the provider’s own error document with the command', () => {
  expect(explained({ kind: 'overloaded', message: 'it is overloaded', body }, '01ID')).toEqual({
    kind: 'overloaded',
    message: `it is overloaded${command}`,
    body: `{"error":{"type":"overloaded_error","message":"Overloaded${command}"}}`,
  });
});

it.each(['bad-request', 'context-too-long'] as const)(
  'leaves the provider’s own bytes of a %s as they came',
  (kind) => {
    expect(explained({ kind, message: 'm', body }, '01ID')).toEqual({ kind, message: `m${command}`, body });
  },
);
