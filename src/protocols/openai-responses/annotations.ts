/** Sources between the Responses dialect's annotations and our citations. */

import type { Citation } from '../../model/conversation.ts';
import { countOf, filledString, type JsonObject } from '../json/shapes.ts';
import { present } from './shapes.ts';

export function readAnnotation(wire: JsonObject): Citation {
  const members = {
    url: filledString(wire.url),
    title: filledString(wire.title) ?? filledString(wire.filename),
    start: countOf(wire.start_index),
    end: countOf(wire.end_index),
  };
  return { ...(present(members) as Citation), wire };
}

/** Undefined when there is no address: the dialect's other annotations name files of OpenAI's own. */
export function writeAnnotation(citation: Citation, text: string): JsonObject | undefined {
  if (citation.url === undefined) return undefined;
  return {
    type: 'url_citation',
    start_index: citation.start ?? 0,
    end_index: citation.end ?? text.length,
    url: citation.url,
    title: citation.title ?? '',
  };
}
