/**
 * Whether and how an attempt goes on from what the client has been shown. Pure: it reads the ledger, the configuration and what the model can do.
 */

import type { HealingConfig } from '../model/config.ts';
import type { Protocol } from '../model/request.ts';
import type { Shown } from '../model/shown.ts';
import { shownText } from './join.ts';
import type { Ledger } from './ledger.ts';
import { type ResumeWay, resumePoint } from './remedies/resume.ts';
import { isRecord } from './remedies/shapes.ts';

export interface Resumption {
  readonly shown: Shown;
  /** What the upstream is told was said; empty when nothing but thoughts was shown. */
  readonly said: string;
  readonly repeats: string;
  readonly way: ResumeWay;
}

/** Undefined while the client has seen nothing. */
export function resumptionOf(ledger: Ledger, way: ResumeWay): Resumption | undefined {
  if (ledger.isEmpty) return undefined;
  const shown = ledger.shown();
  return { shown, ...resumePoint(shownText(shown)), way };
}

/** Why an answer that has been shown in part cannot be gone on with; undefined when it can, or when nothing was shown. */
export function finality(
  ledger: Ledger,
  healing: Pick<HealingConfig, 'resume'>,
  json: Readonly<Record<string, unknown>>,
): string | undefined {
  if (ledger.isEmpty) return undefined;
  if (!healing.resume) return 'content had already reached the client, and resuming is turned off';
  if (ledger.isFull) return 'more had reached the client than is kept to go on from';
  if (answersWanted(json) > 1) return 'several answers were asked for at once: none of them can be gone on with alone';
  const { blocks, stopped } = ledger.shown();
  if (stopped) return 'the answer had already said why it stopped';
  const kinds = new Set(blocks.map(({ kind }) => kind));
  if (kinds.has('tool-call')) return 'a tool call had already reached the client, and must not come a second time';
  if (blocks.some(({ kind, ended }) => kind === 'server-tool' && !ended)) {
    return 'a tool of the provider was at work, and half of its call had already reached the client';
  }
  const whole = (['media', 'code', 'other'] as const).find((kind) => kinds.has(kind));
  if (whole) return `a block of ${whole} had already reached the client, and must not come a second time`;
  return undefined;
}

/** `prefill` where the model goes on from a begun answer; a Claude that thinks refuses one. */
export function wayFor(
  model: { readonly native: Protocol; readonly prefills: boolean; readonly asksInWords: boolean },
  request: { readonly protocol: Protocol; readonly json: Readonly<Record<string, unknown>> },
): ResumeWay {
  const { native, prefills, asksInWords } = model;
  if (asksInWords || !prefills) return 'ask';
  if (native === 'gemini') return 'prefill';
  if (native !== 'anthropic' || request.protocol !== 'anthropic') return 'ask';
  const { thinking } = request.json;
  const type = isRecord(thinking) && 'type' in thinking ? thinking.type : 'disabled';
  return type === 'disabled' ? 'prefill' : 'ask';
}

function answersWanted({ n, generationConfig }: Readonly<Record<string, unknown>>): number {
  const count = n ?? (isRecord(generationConfig) ? generationConfig.candidateCount : undefined);
  return typeof count === 'number' ? count : 1;
}
