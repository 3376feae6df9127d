/**
 * Puts the signatures of a complete answer into the layers, each dialect in its own way. Only what was signed is kept, under the names by which
 * a later walk over the history will ask for it.
 */

import { thinkingContent } from './anthropic.ts';
import type { Provenance, SignatureCache, ThinkingBlock } from './cache.ts';
import { callDigestOfText } from './digest.ts';
import type { GeminiTurn } from './gemini-history.ts';
import type { HarvestedBlock } from './harvest.ts';

export interface Keeping {
  readonly cache: SignatureCache;
  readonly caller: string;
  /** Absent: nothing can be kept under what was said, only under ids. */
  readonly session: string | undefined;
  readonly provenance: Provenance;
}

export function keepAnthropic(blocks: readonly HarvestedBlock[], keeping: Keeping): void {
  const { cache, caller, session, provenance } = keeping;
  let thinking: ThinkingBlock[] = [];
  let isWhole = true;
  let before = 0;
  for (const block of blocks) {
    const isRedacted = block.kind === 'redacted-thinking';
    if (isRedacted || block.kind === 'thinking') {
      if (block.signature === '') {
        isWhole = false;
        continue;
      }
      const text = isRedacted ? '' : block.text;
      cache.putProvenance(block.signature, provenance);
      if (text !== '' && session !== undefined) {
        cache.putContent(session, thinkingContent(text), { signature: block.signature, ...provenance });
      }
      thinking.push({ type: isRedacted ? 'redacted_thinking' : 'thinking', text, signature: block.signature, before });
      continue;
    }
    before++;
    if (block.kind !== 'tool-call') continue;
    if (thinking.length > 0 && isWhole && block.id !== '') {
      const { name } = block;
      const call = callDigestOfText(name, block.text);
      cache.putCall(caller, block.id, { call, name, session: session ?? '', thinking, ...provenance });
    }
    // A later call of the same answer has only the thinking since this one.
    thinking = [];
    isWhole = true;
    before = 0;
  }
}

export function keepGemini(blocks: readonly HarvestedBlock[], turn: GeminiTurn, keeping: Keeping): void {
  const { cache, caller, session, provenance } = keeping;
  for (const block of blocks) {
    const isCall = block.kind === 'tool-call';
    const call = isCall ? callDigestOfText(block.name, block.text) : '';
    // Asked for every call, signed or not: equal calls are told apart by their order.
    const content = isCall ? turn.callKey(call) : turn.textKey(block.text);
    const { signature } = block;
    if (signature === '') continue;
    cache.putProvenance(signature, provenance);
    if (isCall && block.id !== '') {
      cache.putCall(caller, block.id, { call, name: block.name, session: session ?? '', signature, ...provenance });
    }
    if (session !== undefined && (isCall || (block.kind === 'text' && block.text !== ''))) {
      cache.putContent(session, content, { signature, ...provenance });
    }
  }
}
