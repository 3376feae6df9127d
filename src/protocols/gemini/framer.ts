/**
 * Cuts a Gemini stream into frames and leaves out a last chunk that comes a second time. Its words and calls come together with the reason to stop,
 * and nothing after it says that the answer is over, so that only the repetition itself can be seen. It must never drop a chunk that differs.
 */

import type { Frame, Machine } from '../../model/wire.ts';
import { createFramer } from '../sse/framer.ts';

export function createGeminiFramer(): Machine<Uint8Array, Frame> {
  const framer = createFramer();
  /** The last chunk, when it gives a reason to stop. */
  let ending: Frame | undefined;
  const pass = (frames: readonly Frame[], out: Frame[]): void => {
    for (const frame of frames) {
      if (frame.shape === 'event') {
        if (ending !== undefined && frame.data === ending.data) continue;
        ending = frame.data.includes('"finishReason"') ? frame : undefined;
      }
      out.push(frame);
    }
  };
  return {
    push(bytes, out) {
      const frames: Frame[] = [];
      framer.push(bytes, frames);
      pass(frames, out);
    },
    end(out) {
      const frames: Frame[] = [];
      framer.end(frames);
      pass(frames, out);
    },
  };
}
