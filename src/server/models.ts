/** Model lists in the caller's dialect: the upstreams' own entries where they have one, and the names of the configuration. Pure. */

import type { PlainAnswer, Protocol } from '../model/request.ts';

export interface ListedModel {
  readonly id: string;
  /** The upstream's own entry, when the caller's dialect is the upstream's. */
  readonly wire?: Readonly<Record<string, unknown>>;
}

export function modelList(protocol: Protocol, models: readonly ListedModel[]): PlainAnswer {
  if (protocol === 'anthropic') {
    const data = models.map(anthropicEntry);
    return json({ data, has_more: false, first_id: models[0]?.id ?? null, last_id: models.at(-1)?.id ?? null });
  }
  if (protocol === 'gemini') return json({ models: models.map(geminiEntry) });
  return json({ object: 'list', data: models.map(openaiEntry) });
}

export function singleModel(protocol: Protocol, model: ListedModel): PlainAnswer {
  if (protocol === 'anthropic') return json(anthropicEntry(model));
  return json(protocol === 'gemini' ? geminiEntry(model) : openaiEntry(model));
}

/** The API itself says the epoch where a model's date is not known. */
const unknownDate = '1970-01-01T00:00:00Z';

function anthropicEntry({ id, wire }: ListedModel): unknown {
  return wire ?? { type: 'model', id, display_name: id, created_at: unknownDate };
}

function geminiEntry({ id, wire }: ListedModel): unknown {
  const supportedGenerationMethods = ['generateContent', 'streamGenerateContent', 'countTokens'];
  return wire ?? { name: `models/${id}`, displayName: id, supportedGenerationMethods };
}

function openaiEntry({ id, wire }: ListedModel): unknown {
  return wire ?? { id, object: 'model', created: 0, owned_by: 'antigravity-tools' };
}

function json(document: unknown): PlainAnswer {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify(document)) };
}
