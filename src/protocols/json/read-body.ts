/** Reads the body of a client's request: a JSON object of bearable depth, or a problem that says what is wrong and where without quoting it. */

import type { Problem } from '../../model/request.ts';
import { exceedsDepth, jsonDepthMax } from './depth.ts';
import { findJsonFault } from './find-fault.ts';

export function readJsonBody(body: Uint8Array): { json: Record<string, unknown> } | { problem: Problem } {
  if (body.length === 0) return bad('the request has no body; a JSON object was expected');
  if (exceedsDepth(body, jsonDepthMax)) return bad(`the body is nested deeper than ${jsonDepthMax} levels`);
  let json: unknown;
  try {
    json = JSON.parse(decoder.decode(body));
  } catch {
    return bad(`the body is not valid JSON${whereInvalid(body)}`);
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    return bad(`the body must be a JSON object, not ${nameOf(json)}`);
  }
  return { json: json as Record<string, unknown> };
}

const decoder = new TextDecoder('utf-8');

function bad(message: string): { problem: Problem } {
  return { problem: { kind: 'bad-request', message } };
}

function whereInvalid(body: Uint8Array): string {
  const fault = findJsonFault(body);
  if (fault < 0) return '';
  if (fault >= body.length) return `: it ends too early, at position ${fault}`;
  let line = 1;
  let lineStart = 0;
  for (let at = body.indexOf(10); at >= 0 && at < fault; at = body.indexOf(10, at + 1)) {
    line++;
    lineStart = at + 1;
  }
  const byte = body[fault]!;
  const found = byte > 32 && byte < 127 ? `unexpected \`${String.fromCharCode(byte)}\`` : `unexpected byte ${byte}`;
  return `: ${found} at position ${fault} (line ${line}, column ${fault - lineStart + 1})`;
}

function nameOf(json: unknown): string {
  if (json === null) return 'null';
  if (Array.isArray(json)) return 'an array';
  return `a ${typeof json}`;
}
