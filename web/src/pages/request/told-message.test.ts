import { expect, it } from 'vitest';
import { toldMessage } from './told-message.ts';

const told = (body: string, outcome: 'failed' | 'ok' = 'failed') =>
  toldMessage({ outcome, response: { headers: {}, body } });

it('is the message of an error document, with the command behind it', () => {
  const message = 'the credential was refused - explain it: antigravity-tools explain 01M7';
  expect(told(JSON.stringify({ type: 'error', error: { type: 'api_error', message } }))).toBe(message);
});

it('is the message of the last event of a stream, not of its first, nor a text that looks like one', () => {
  const events = [
    { type: 'message_start', message: { id: 'msg_1' } },
    { type: 'content_block_delta', delta: { type: 'text_delta', text: '{"message": "said by the model"}' } },
    { type: 'error', error: { type: 'overloaded_error', message: 'over\n"loaded"' } },
  ];
  expect(told(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''))).toBe('over\n"loaded"');
});

it('is unknown where nothing was kept or nothing failed', () => {
  expect([told(''), told('{"message":"fine"}', 'ok')]).toEqual([undefined, undefined]);
});
