/** What the writer of a foreign answer is told, here always the same. */

import type { ForeignOptions } from '../../src/model/ports.ts';

export const foreignOptions: ForeignOptions = {
  answerId: 'bench',
  model: 'gemini-bench',
  createdSeconds: 1_790_000_000,
  request: {
    protocol: 'anthropic',
    operation: 'generate',
    model: 'claude-bench',
    framing: 'sse',
    body: new Uint8Array(0),
    json: {},
    passHeaders: {},
  },
};
