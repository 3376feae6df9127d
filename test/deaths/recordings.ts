/**
 * The recorded streams whose upstreams die here: each complete one, with the client that asks for it in any dialect, and the same answer in the words
 * of another provider's dialect for whoever takes over. Data only; nothing is judged here.
 */

import type { Provider } from '../../src/model/config.ts';
import type { ClientRequest, Protocol } from '../../src/model/request.ts';
import { DIALECTS } from '../../src/protocols/dialects.ts';
import { eventsOf, foreignStream, framesOf, optionsFor } from '../contracts/pipeline.ts';
import { allRecordings, type Recorded } from '../contracts/recordings.ts';
import type { Json } from '../contracts/said/json.ts';

export interface Mortal extends Recorded {
  readonly stream: Uint8Array;
  readonly provider: Provider;
  /** Of the stream, blank frames included, as the lab serves them. */
  readonly frames: number;
}

/**
 * An answer that begins anew in its middle is no answer that can be gone on with: its own test is the peek's. Where the ids of items change from event
 * to event, nobody who goes by them reads more than a piece, with or without a death.
 */
const isUnsound = /spliced-message-start|id-rotation/;

/** Old models state a reason to stop in every piece, so that each piece could be the last: what breaks off then is told as an error. */
function statesManyEnds(stream: Uint8Array): boolean {
  return (
    (
      Buffer.from(stream)
        .toString('latin1')
        .match(/"finishReason"/g) ?? []
    ).length > 1
  );
}

export function mortals(): Mortal[] {
  return allRecordings().flatMap((recorded) => {
    const { status, name } = recorded;
    if (recorded.stream === undefined || status !== 'COMPLETE' || isUnsound.test(name)) return [];
    const stream = firstAnswer(recorded.stream, recorded.dialect);
    if (statesManyEnds(stream)) return [];
    return [{ ...recorded, stream, provider: providerOf(name), frames: framesOf([stream]).flat().length }];
  });
}

/** Some recordings of responses hold the answers of a whole conversation, one after the other. */
function firstAnswer(stream: Uint8Array, dialect: Protocol): Uint8Array {
  if (dialect !== 'openai-responses') return stream;
  const text = Buffer.from(stream).toString('latin1');
  const end = /"type":\s*"response\.(completed|incomplete)".*\r?\n\r?\n/.exec(text);
  return end === null ? stream : stream.subarray(0, end.index + end[0].length);
}

function providerOf(name: string): Provider {
  if (name.startsWith('vertex-')) return 'vertex';
  if (name.startsWith('anthropic/')) return 'anthropic';
  return name.startsWith('gemini/') ? 'gemini' : 'openai';
}

const minimal: Readonly<Record<Protocol, Json>> = {
  anthropic: { max_tokens: 4096, messages: [{ role: 'user', content: 'Hello' }] },
  gemini: { contents: [{ role: 'user', parts: [{ text: 'Hello' }] }] },
  'openai-chat': { messages: [{ role: 'user', content: 'Hello' }], stream_options: { include_usage: true } },
  'openai-responses': { input: 'Hello' },
};

/** In its own dialect the recorded request, where its reader takes it; else a small one, that every provider can be asked. */
export function requestFor(recorded: Mortal, client: Protocol, isForAll = false): ClientRequest {
  const isOwn = client === recorded.dialect && recorded.request !== undefined && !isForAll;
  const own = isOwn ? [recorded.request ?? {}] : [];
  for (const json of [...own, minimal[client]]) {
    const { anthropic_version: _version, ...rest } = json;
    const body = client === 'gemini' ? rest : { ...rest, model: recorded.model, stream: true };
    const read = DIALECTS[client].readRequest({
      operation: 'generate',
      body: Buffer.from(JSON.stringify(body)),
      headers: {},
      query: new URLSearchParams({ alt: 'sse' }),
      pathModel: recorded.model,
      pathMethod: 'streamGenerateContent',
    });
    if ('request' in read) return read.request;
  }
  throw new Error(`${client} refuses even a greeting`);
}

const retold = new WeakMap<Mortal, Map<Protocol, Uint8Array>>();

/** The recorded answer in the dialect that an upstream of another provider speaks. */
export function streamIn(recorded: Mortal, spoken: Protocol): Uint8Array {
  const { stream, dialect, model } = recorded;
  if (spoken === dialect) return stream;
  const known = retold.get(recorded) ?? new Map<Protocol, Uint8Array>();
  retold.set(recorded, known);
  // A signature of ours is nothing that an upstream would have made.
  const unsigned = (): ReturnType<typeof eventsOf> =>
    eventsOf(dialect, framesOf([stream])).map((batch) => batch.filter(({ type }) => type !== 'block-signature'));
  const told = known.get(spoken) ?? foreignStream(spoken, unsigned(), optionsFor(spoken, 'sse', model));
  known.set(spoken, told);
  return told;
}
