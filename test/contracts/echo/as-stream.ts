/** A recorded document of an API as the stream that the same API would have sent: whole parts in few events. */

import type { Protocol } from '../../../src/model/request.ts';
import { type Json, objectIn, objectsIn, textIn } from '../said/json.ts';

export function streamOfDocument(dialect: Protocol, document: Json): Uint8Array {
  const events: Json[] =
    dialect === 'anthropic' ? anthropicEvents(document) : dialect === 'gemini' ? [document] : responsesEvents(document);
  return new TextEncoder().encode(
    events
      .map((event) => `${event.type === undefined ? '' : `event: ${event.type}\n`}data: ${JSON.stringify(event)}\n\n`)
      .join(''),
  );
}

function anthropicEvents(message: Json): Json[] {
  const { content, stop_reason: reason, stop_sequence: sequence, usage } = message;
  return [
    { type: 'message_start', message: { ...message, content: [], stop_reason: null, stop_sequence: null } },
    ...objectsIn(content).flatMap((block, index) => blockEvents(block, index)),
    { type: 'message_delta', delta: { stop_reason: reason, stop_sequence: sequence }, usage },
    { type: 'message_stop' },
  ];
}

function blockEvents(block: Json, index: number): Json[] {
  const { type, text, thinking, signature, input } = block;
  const delta = (fields: Json): Json => ({ type: 'content_block_delta', index, delta: fields });
  const events: Json[] = [];
  let start: Json = block;
  if (type === 'text') {
    start = { type, text: '' };
    events.push(delta({ type: 'text_delta', text }));
  } else if (type === 'thinking') {
    start = { type, thinking: '', signature: '' };
    if (textIn(thinking) !== '') events.push(delta({ type: 'thinking_delta', thinking }));
    if (textIn(signature) !== '') events.push(delta({ type: 'signature_delta', signature }));
  } else if (type === 'tool_use') {
    start = { ...block, input: {} };
    events.push(delta({ type: 'input_json_delta', partial_json: JSON.stringify(objectIn(input)) }));
  }
  return [
    { type: 'content_block_start', index, content_block: start },
    ...events,
    { type: 'content_block_stop', index },
  ];
}

function responsesEvents(response: Json): Json[] {
  return [
    { type: 'response.created', response: { ...response, output: [], status: 'in_progress' } },
    { type: `response.${textIn(response.status)}`, response },
  ];
}
