/** Reads what the events of an answer say, to compare it with what was written of them. */

import type { StopKind, StreamEvent, Usage } from '../../../src/model/events.ts';
import { stated } from './json.ts';
import { type Ending, type Said, Saying } from './said.ts';

export function saidInEvents(events: readonly StreamEvent[]): Said {
  const saying = new Saying();
  const calls = new Map<number, { name: string; id: string; input: string }>();
  for (const event of events) {
    if (event.type === 'block-start') {
      const { index, kind, name = '', id = '', argumentsJson = '', code, media } = event;
      if (kind === 'tool-call') calls.set(index, { name, id, input: argumentsJson });
      if (code !== undefined) saying.whole('code', 'code' in code ? code.code : code.output);
      if (media !== undefined) saying.whole('media', media.data ?? media.url ?? '');
    } else if (event.type === 'block-delta') {
      const call = calls.get(event.index);
      if (event.kind === 'text') saying.text(event.text);
      else if (event.kind === 'thinking') saying.thinking += event.text;
      else if (call !== undefined) call.input += event.text;
    } else if (event.type === 'usage') saying.counts = countsOf(event.usage);
    else if (event.type === 'message-end') saying.ending = endings[event.stop];
    else if (event.type === 'citation') saying.sources.push(event.citation.url ?? '');
  }
  for (const { name, id, input } of calls.values()) saying.call(name, id, input);
  return saying.said();
}

const endings: Readonly<Record<StopKind, Ending>> = {
  natural: 'done',
  tool: 'done',
  length: 'length',
  'context-full': 'length',
  refusal: 'refusal',
  'stop-sequence': 'stop-sequence',
  pause: 'other',
  malformed: 'other',
  other: 'other',
};

function countsOf({ inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens, thoughtTokens }: Usage) {
  const input = inputTokens === undefined ? undefined : inputTokens + (cacheReadTokens ?? 0) + (cacheWriteTokens ?? 0);
  return stated({ input, cached: cacheReadTokens, output: outputTokens, thoughts: thoughtTokens });
}
