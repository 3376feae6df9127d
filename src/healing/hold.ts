/**
 * What is held back from a streaming client although the upstream has said it: a tool call until the answer says why it stopped, so that no agent runs
 * one that is cut short, under `safe` thinking until something follows it, and the bare start of words or of a call, because an empty block could
 * never be taken back. Under `live` a call goes out from its first argument on. Pure; one for each attempt.
 */

import type { HealingConfig } from '../model/config.ts';
import type { StreamEvent } from '../model/events.ts';
import { answers, isThought } from './content.ts';

export interface HoldGate {
  /** The next events of the answer. Returns whether everything up to here may be shown. */
  see(events: readonly StreamEvent[]): boolean;
  /** The name of a call that was held and whose arguments never became whole, although the answer does not say that it was cut short. */
  readonly brokenCall: string | undefined;
}

/** `tellsCallsWhole`: whoever writes for this client holds a call until its end, and would still have half of one after a death. */
export function createHoldGate(hold: HealingConfig['hold'], { tellsCallsWhole = false } = {}): HoldGate {
  let isInCall = false;
  let isOnlyThought = false;
  let bare: Bare | undefined;
  /** Under `live`, where calls are told whole: those that have not ended. */
  const openCalls = new Set<number>();
  // An end before an answer is no end to be shown: what comes next tells.
  let isAnswered = false;
  let isUnansweredEnd = false;
  const calls = new Map<number, HeldCall>();
  let brokenCall: string | undefined;

  const see = (event: StreamEvent): void => {
    if (isInCall) note(calls, event);
    bare = bareAfter(bare, event);
    if (event.type === 'block-end') openCalls.delete(event.index);
    if (event.type === 'message-end') {
      openCalls.clear();
      const isCutShort = event.stop === 'length' || event.stop === 'context-full';
      brokenCall ??= isCutShort ? undefined : [...calls.values()].find(isBroken)?.name;
      isInCall = false;
      isOnlyThought = false;
      isUnansweredEnd = !isAnswered;
    } else if (event.type === 'message-complete') {
      isUnansweredEnd = false;
    } else if (isThought(event)) {
      isOnlyThought ||= hold === 'safe';
    } else if (answers(event)) {
      isAnswered = true;
      isUnansweredEnd = false;
      isOnlyThought = false;
      if (event.type !== 'block-start' || event.kind !== 'tool-call') return;
      if (hold !== 'live') {
        isInCall = true;
        note(calls, event);
      } else if (tellsCallsWhole) openCalls.add(event.index);
    }
  };

  return {
    see(events) {
      for (const event of events) see(event);
      return !isInCall && openCalls.size === 0 && !isOnlyThought && !isUnansweredEnd && bare === undefined;
    },
    get brokenCall() {
      return brokenCall;
    },
  };
}

/** The block of words or the call that has begun and says nothing yet. */
interface Bare {
  readonly index: number;
  readonly isCall: boolean;
}

function bareAfter(bare: Bare | undefined, event: StreamEvent): Bare | undefined {
  switch (event.type) {
    case 'block-start': {
      const isCall = event.kind === 'tool-call';
      const isWords = !event.says && (event.kind === 'text' || event.kind === 'thinking');
      return isCall || isWords ? { index: event.index, isCall } : undefined;
    }
    case 'block-delta':
      return event.kind === 'other' || event.text === '' ? bare : undefined;
    case 'block-signature':
      // That of a call stands on the call itself.
      return event.index === bare?.index && !bare.isCall ? undefined : bare;
    case 'block-end':
      return event.index === bare?.index ? undefined : bare;
    case 'message-end':
    case 'message-complete':
      return undefined;
    default:
      return bare;
  }
}

interface HeldCall {
  readonly name: string;
  readonly pieces: string[];
}

function note(calls: Map<number, HeldCall>, event: StreamEvent): void {
  if (event.type === 'block-start' && event.kind === 'tool-call') {
    calls.set(event.index, { name: event.name ?? '', pieces: [event.argumentsJson ?? ''] });
  } else if (event.type === 'block-delta' && event.kind === 'tool-arguments') {
    calls.get(event.index)?.pieces.push(event.text);
  }
}

/** Only what begins as an object can be a broken one: some tools take free text. */
function isBroken({ pieces }: HeldCall): boolean {
  const text = pieces.join('').trim();
  if (!text.startsWith('{')) return false;
  try {
    JSON.parse(text);
    return false;
  } catch {
    return true;
  }
}
