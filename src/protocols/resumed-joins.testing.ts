/**
 * Puts another answer onto what was shown, as who resumes does: without its start, its block indexes counted on, its first text in the open text, the counts
 * of both together.
 */

import type { StreamEvent, Usage } from '../model/events.ts';

export function joinedOnto(shown: readonly StreamEvent[], added: readonly StreamEvent[]): StreamEvent[] {
  const starts = shown.filter((event) => event.type === 'block-start');
  const ended = new Set(shown.flatMap((event) => (event.type === 'block-end' ? event.index : [])));
  const open = starts.findLast(({ index }) => !ended.has(index));
  const next = Math.max(-1, ...shown.flatMap((event) => ('index' in event ? (event.index ?? -1) : -1))) + 1;
  const first = added.find((event) => event.type === 'block-start');
  const goesOn = open?.kind === 'text' && first?.kind === 'text';
  const before = usageIn(shown);
  const events: StreamEvent[] = [];
  if (open !== undefined && !goesOn) events.push({ type: 'block-end', index: open.index });
  for (const event of added) {
    if (event.type === 'message-start' || (goesOn && event === first)) continue;
    const index = 'index' in event ? event.index : undefined;
    if (event.type === 'usage') events.push({ type: 'usage', usage: sum(before, event.usage) });
    else if (index === undefined) events.push(event);
    else if (goesOn && index === first.index) events.push({ ...event, index: open.index } as StreamEvent);
    else events.push({ ...event, index: next + index } as StreamEvent);
  }
  return events;
}

function usageIn(events: readonly StreamEvent[]): Usage {
  let usage: Usage = {};
  for (const event of events) if (event.type === 'usage') usage = { ...usage, ...event.usage };
  return usage;
}

function sum(one: Usage, other: Usage): Usage {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]) as Set<keyof Usage>;
  return Object.fromEntries([...names].map((name) => [name, (one[name] ?? 0) + (other[name] ?? 0)]));
}
