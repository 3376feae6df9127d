/**
 * The signatures of conversations, as the rest of the house sees them: restores what a client lost, collects what an answer brings, remembers what
 * was refused. What it answers is a function of the request and of the memory alone; it never changes a request and never waits.
 */

import type {
  RestorePlan,
  SignatureHarvest,
  SignatureKeeper,
  SignatureSession,
  SignatureTarget,
  StateStore,
  World,
} from '../model/ports.ts';
import type { ClientRequest } from '../model/request.ts';
import { restoreAnthropic, traceAnthropic } from './anthropic.ts';
import { createSignatureCache, type SignatureCache } from './cache.ts';
import { familyOf, sealedFamilyOf } from './family.ts';
import { restoreGemini, traceGemini } from './gemini.ts';
import { readGeminiHistory } from './gemini-history.ts';
import { createAnswerCollector, type HarvestedAnswer } from './harvest.ts';
import { keepAnthropic, keepGemini } from './keep.ts';
import { answerCall } from './opening.ts';
import { identifySession, type SessionIdentity } from './session.ts';
import type { Lookups, Restoration, Trace } from './walk.ts';

export function createSignatureKeeper(deps: { readonly state: StateStore; readonly world: World }): SignatureKeeper {
  const cache = createSignatureCache(deps.state, deps.world);
  return {
    session(request, caller) {
      cache.refresh();
      return openSession(request, caller, cache);
    },
  };
}

function openSession(request: ClientRequest, caller: string, cache: SignatureCache): SignatureSession {
  const identity = identifySession(request, caller);
  const lookups = lookupsOf(cache, caller, identity.key);
  const restored = new Set<string>();
  return {
    ...(identity.key === undefined ? {} : { key: identity.key }),
    restore(target) {
      const restoration = restore(request, target, lookups);
      for (const signature of restoration.restored) restored.add(signature);
      return planOf(restoration);
    },
    harvest: (target) => openHarvest(request, caller, identity, target, cache),
    refuse() {
      // What we put back ourselves was refused with the rest.
      for (const signature of restored) cache.refuse(signature);
      for (const trace of traces(request, cache)) refuseTrace(trace, caller, identity.key, cache);
    },
  };
}

function restore(request: ClientRequest, target: SignatureTarget, lookups: Lookups): Restoration {
  if (request.protocol === 'anthropic') return restoreAnthropic(request.json, target.model, lookups);
  if (request.protocol === 'gemini') return restoreGemini(request.json, target.model, lookups);
  return { edits: [], restored: [], degraded: 0 };
}

function planOf({ edits, restored, degraded }: Restoration): RestorePlan {
  return { edits, restored: restored.length, degraded };
}

function openHarvest(
  request: ClientRequest,
  caller: string,
  identity: SessionIdentity,
  target: SignatureTarget,
  cache: SignatureCache,
): SignatureHarvest {
  const collector = createAnswerCollector();
  return {
    see: collector.see,
    keep() {
      const answer = collector.answer();
      if (answer === undefined) return identity.key;
      const session = identity.keyAfter({
        texts: answer.blocks.flatMap((block) => (block.kind === 'text' ? [block.text] : [])),
        calls: answer.blocks.flatMap((block) =>
          block.kind === 'tool-call' ? [answerCall(request.protocol, block.name, block.id, block.text)] : [],
        ),
      });
      const keeping = { cache, caller, session, provenance: provenanceOf(answer, target) };
      if (request.protocol === 'anthropic') keepAnthropic(answer.blocks, keeping);
      if (request.protocol === 'gemini') keepGemini(answer.blocks, readGeminiHistory(request.json).turn, keeping);
      return session;
    },
  };
}

/** The upstream's own word for its model is the better one (an alias may stand for anything), when it says something to us. */
function provenanceOf(answer: HarvestedAnswer, target: SignatureTarget) {
  const stated = familyOf(answer.model);
  const family = stated === 'unknown' ? familyOf(target.model) : stated;
  return { family, account: target.accountEmail, model: answer.model === '' ? target.model : answer.model };
}

function lookupsOf(cache: SignatureCache, caller: string, session: string | undefined): Lookups {
  return {
    refused: cache.refused,
    familyOf: (signature) => sealedFamilyOf(signature) ?? cache.provenance(signature)?.family,
    call: (id) => (id === '' ? undefined : cache.call(caller, id)),
    content: (content) => (session === undefined ? undefined : cache.content(session, content)),
    unsignedRefused: (content) => session !== undefined && cache.unsignedRefused(session, content),
    isOwnSession: (other) => session !== undefined && other === session,
  };
}

function traces(request: ClientRequest, cache: SignatureCache): readonly Trace[] {
  const isKnown = (signature: string): boolean => cache.provenance(signature) !== undefined;
  if (request.protocol === 'anthropic') return traceAnthropic(request.json, isKnown);
  return request.protocol === 'gemini' ? traceGemini(request.json) : [];
}

function refuseTrace(trace: Trace, caller: string, session: string | undefined, cache: SignatureCache): void {
  if (trace.signature !== undefined) cache.refuse(trace.signature);
  else if (session !== undefined) cache.refuseUnsigned(session, trace.content);
  if (session !== undefined) cache.dropContent(session, trace.content);
  for (const id of trace.callIds) cache.dropCall(caller, id);
}
