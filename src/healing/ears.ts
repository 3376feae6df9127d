/**
 * What takes an attempt's answer: frames as they are, or events retold, streamed or collected; or, for a client that has been shown the beginning,
 * events joined to that. And who hears it beside the client. Decides by what was shown and what the upstream speaks, and by nothing else.
 */

import type { StreamEvent } from '../model/events.ts';
import type { AnswerListener, ForeignOptions, ForeignWriter, Lease, SignatureHarvest } from '../model/ports.ts';
import type { Protocol } from '../model/request.ts';
import type { Shown } from '../model/shown.ts';
import { createGrammar } from './grammar.ts';
import { createHoldGate } from './hold.ts';
import { createJoiner, nextIndexOf } from './join.ts';
import {
  createEventReceiver,
  createFoldReceiver,
  createForeignFoldReceiver,
  createFrameReceiver,
  createResumedReceiver,
  type Receiver,
  type Stage,
} from './receiver.ts';
import type { Resumption } from './resumption.ts';
import type { Walk } from './walk.ts';

export interface Ears {
  readonly receiver: Receiver;
  /** Hears the answer from the upstream's own events. */
  readonly harvest: SignatureHarvest;
  /** What writes events to the client when this attempt is shown. */
  readonly voice: ForeignWriter | undefined;
}

export interface EarsOrder {
  readonly harvest: SignatureHarvest;
  readonly resumption: Resumption | undefined;
  /** The first of a resumed attempt's words has gone to the client. */
  readonly resumed: () => void;
}

export function earsFor(walk: Walk, lease: Lease, order: EarsOrder): Ears {
  const { harvest, resumption } = order;
  const { exchange, stream, writer, sent } = walk;
  const { request, dialect, sink } = exchange;
  const { adapter } = lease;
  const native = adapter.native(request.protocol, walk.course.mappedModel);
  if (stream && resumption) return resumedEars(walk, resumption, order, native);
  const outlet = { sink, sent };
  const stage = (): Stage => stageOf(walk, native);
  if (native === request.protocol) {
    const receiver =
      stream && writer
        ? createFrameReceiver(stage(), writer, () => adapter.readEvents(native))
        : createFoldReceiver(outlet, dialect.fold());
    return { receiver, harvest, voice: undefined };
  }
  const options = optionsOf(walk);
  if (!dialect.foreignWriter || !dialect.foreignFold)
    throw new Error(`${dialect.protocol} cannot retell another dialect`);
  const listener = exchange.listen?.(options);
  if (!stream) {
    const receiver = createForeignFoldReceiver(outlet, dialect.foreignFold(options));
    return { receiver, harvest: hearing(harvest, listener), voice: undefined };
  }
  // Until something is shown every attempt has a writer of its own; the first that shows something keeps the stream.
  const voice = dialect.foreignWriter(request.framing, options);
  return { receiver: createEventReceiver(stage(), voice), harvest: hearing(harvest, listener), voice };
}

function resumedEars(
  walk: Walk,
  { shown, repeats }: Resumption,
  { harvest, resumed }: EarsOrder,
  native: Parameters<typeof createGrammar>[0],
): Ears {
  const { exchange, ledger } = walk;
  const options = optionsOf(walk);
  // An answer that was shown as the upstream's own frames is told on in the same dialect; its keeper is the upstream, not we.
  const isOurs = ledger.written.length === 0;
  walk.voice ??= resumedVoice(walk, options);
  const heard = hearing(harvest, isOurs ? exchange.listen?.(options) : undefined);
  for (const event of retold(shown)) heard.see(event);
  const stage = stageOf(walk, native, shown);
  const receiver = createResumedReceiver(stage, walk.voice, createJoiner(shown, repeats), {
    told: (event) => heard.see(event),
    resumed,
  });
  return { receiver, harvest: { see: () => undefined, keep: () => heard.keep() }, voice: walk.voice };
}

function resumedVoice({ exchange, ledger, stream }: Walk, options: ForeignOptions): ForeignWriter {
  const { dialect, request } = exchange;
  const voice = dialect.resumedWriter?.(request.framing, options, ledger.written);
  if (!voice) throw new Error(`${dialect.protocol} cannot go on after a broken stream`);
  // As in every writer: the start that was made early is there already.
  if (stream?.openedEarly) voice.start();
  return voice;
}

function stageOf(walk: Walk, native: Parameters<typeof createGrammar>[0], shown?: Shown): Stage {
  const { stream, ledger, doors, exchange } = walk;
  if (!stream) throw new Error('only a streaming client has a stage');
  const firstIndex = shown ? nextIndexOf(shown) : 0;
  const { protocol } = exchange.request;
  const isRetold = shown !== undefined || native !== protocol;
  const open = shown?.blocks.filter(({ ended }) => !ended).map(({ index }) => index) ?? [];
  return {
    stream,
    ledger,
    gate: createHoldGate(doors.healing.hold, { tellsCallsWhole: isRetold && TELLS_CALLS_WHOLE.has(protocol) }),
    grammar: createGrammar(native, { firstIndex, open }),
  };
}

/** Clients' dialects in which a retold call is one piece: a Gemini part has no way to be gone on with. */
const TELLS_CALLS_WHOLE: ReadonlySet<Protocol> = new Set(['gemini']);

function optionsOf(walk: Walk): ForeignOptions {
  const { exchange, course, doors } = walk;
  const createdSeconds = Math.floor(doors.world.now() / 1000);
  const { id: answerId, request } = exchange;
  return { answerId, model: course.mappedModel, createdSeconds, request, signer: () => course.mappedModel };
}

/** What was shown, for those who hear the whole answer. Without signatures: another model may have made them. */
function retold(shown: Shown): StreamEvent[] {
  return shown.blocks.flatMap(({ index, kind, text, ended }): StreamEvent[] => {
    if (kind !== 'text' && kind !== 'thinking') return [];
    return [
      { type: 'block-start', index, kind, says: false },
      { type: 'block-delta', index, kind, text },
      ...(ended ? [{ type: 'block-end' as const, index }] : []),
    ];
  });
}

/** The harvest of signatures, and whoever else listens. */
function hearing(harvest: SignatureHarvest, listener: AnswerListener | undefined): SignatureHarvest {
  if (!listener) return harvest;
  return {
    see(event) {
      harvest.see(event);
      listener.see(event);
    },
    keep() {
      listener.keep();
      return harvest.keep();
    },
  };
}
