/** Every recorded request, as a client's, for an upstream of each dialect: a legal request that asks the same, or a 400 that names what stands in the way. */

import { describe, expect, it } from 'vitest';
import type { Loss } from '../../src/model/conversation.ts';
import type { Problem, Protocol } from '../../src/model/request.ts';
import { capabilitiesOf } from '../../src/routing/capabilities.ts';
import { unexcused } from './asked/compare.ts';
import { askedIn } from './asked/read.ts';
import { requestFaults } from './legal/check.ts';
import { protocols } from './pipeline.ts';
import { allRecordings, type Recorded, recordingsAbsent } from './recordings.ts';
import { type Json, objectIn } from './said/json.ts';
import { conversationOf, lossTables, readClientRequest, targetModels, written } from './translation.ts';

interface Asking extends Recorded {
  readonly request: Json;
}

/** Some are for other endpoints (embeddings, counting), and one has no content: the reader of the dialect itself says so. */
function isTaken({ dialect, request }: Asking): boolean {
  return !('problem' in readClientRequest(dialect, request));
}

const recorded = allRecordings().filter((one): one is Asking => one.request !== undefined);
const requests = recorded.filter(isTaken);

/** A refusal is a clear one when a row of the tables says it, or when the request itself was refused by its own provider. */
function unclear(problem: Problem, recorded: Recorded, upstream: Protocol): string[] {
  if (problem.kind !== 'bad-request') return [`a problem of kind ${problem.kind}`];
  const rows = [...lossTables[recorded.dialect], ...lossTables[upstream]].filter(({ how }) => how === 'refused');
  const isNamed = rows.some(({ feature, why }) => problem.message.includes(feature) || problem.message.includes(why));
  const isEmpty = /nobody says anything|no turn with content/.test(problem.message);
  // What its own provider refused as malformed may be refused in any words.
  return isNamed || isEmpty || recorded.httpStatus === 400 ? [] : [`no row of the tables says: ${problem.message}`];
}

/** Writers tell their losses; of what a reader carries as text only its table tells. */
function lossesOfReading({ dialect, request }: Asking): readonly Loss[] {
  const hasTextDocument = /"source":\{[^{}]*"type":"text"/.test(JSON.stringify(request));
  return hasTextDocument
    ? lossTables[dialect].filter(({ feature }) => feature.startsWith('a document given as text'))
    : [];
}

function faultsOf(recorded: Asking, upstream: Protocol, model: string): string[] {
  const { dialect, request } = recorded;
  const read = conversationOf(dialect, request);
  if ('problem' in read) return unclear(read.problem, recorded, upstream);
  const result = written(read.conversation, upstream, model);
  if ('problem' in result) return unclear(result.problem, recorded, upstream);
  // What its own provider refused as malformed need not be legal elsewhere.
  if (recorded.httpStatus === 400) return [];
  const body = objectIn(JSON.parse(new TextDecoder().decode(result.body)));
  const excuses = [...result.losses, ...lossesOfReading(recorded)];
  return [
    ...requestFaults[upstream](body, capabilitiesOf(model)),
    ...unexcused(askedIn[dialect](request), askedIn[upstream](body), excuses),
  ];
}

describe.skipIf(recordingsAbsent)('a recorded request', () => {
  it('is there in number, of every client dialect', () => {
    const counts = protocols.map((protocol) => requests.filter(({ dialect }) => dialect === protocol).length);
    expect(counts.map((count) => count > 40)).toEqual([true, true, true, true]);
    expect(recorded.length - requests.length).toBeLessThan(10);
  });

  for (const upstream of protocols) {
    describe(`for an upstream that speaks ${upstream}`, () => {
      it.for(requests)('asks the same, legally, or is refused by name: $name', (recorded) => {
        for (const model of targetModels[upstream]) {
          expect(faultsOf(recorded, upstream, model).join('\n'), model).toBe('');
        }
      });
    });
  }
});
