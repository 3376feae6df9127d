/** A small client of the demo: sends a request as any client would and reads the answer as it streams. It knows nothing of the gateway's insides. */

import type { SceneRequest } from './demo-scenes.ts';

export interface Heard {
  readonly status: number;
  readonly account: string;
  readonly requestId: string;
  readonly text: string;
  /** The answer ended as its dialect says a whole answer ends. */
  readonly whole: boolean;
  readonly error?: string;
  readonly tookMs: number;
}

interface Ear {
  text: string;
  whole: boolean;
  error: string | undefined;
}

export async function ask(
  url: string,
  request: SceneRequest,
  elapsed: () => number,
  hear: (words: string) => void,
): Promise<Heard> {
  const startedMs = elapsed();
  const response = await fetch(url + request.path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...request.headers },
    body: request.body,
  });
  const ear: Ear = { text: '', whole: false, error: undefined };
  const listen = (document: unknown): void => {
    const before = ear.text.length;
    listenTo(document, ear);
    if (ear.text.length > before) hear(ear.text.slice(before));
  };
  if (response.headers.get('content-type')?.startsWith('text/event-stream') && response.body) {
    for await (const document of documents(response.body)) listen(document);
  } else {
    listen(await response.json());
  }
  return {
    status: response.status,
    account: response.headers.get('x-account-email') ?? 'none',
    requestId: response.headers.get('x-request-id') ?? '',
    text: ear.text,
    whole: ear.whole && ear.error === undefined,
    ...(ear.error === undefined ? {} : { error: ear.error }),
    tookMs: elapsed() - startedMs,
  };
}

async function* documents(body: ReadableStream<Uint8Array>): AsyncGenerator<unknown> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of body) {
    rest += decoder.decode(bytes, { stream: true });
    const frames = rest.split(/\r?\n\r?\n/);
    rest = frames.pop() ?? '';
    for (const frame of frames) {
      const data = /^data: ?(.*)$/m.exec(frame)?.[1];
      if (data !== undefined) yield JSON.parse(data);
    }
  }
}

interface AnyDocument {
  readonly type?: string;
  readonly error?: { readonly message?: string };
  readonly delta?: { readonly text?: string };
  readonly content?: readonly { readonly type?: string; readonly text?: string }[];
  readonly stop_reason?: string;
  readonly candidates?: readonly {
    readonly content?: { readonly parts?: readonly { readonly text?: string; readonly thought?: boolean }[] };
    readonly finishReason?: string;
  }[];
}

function listenTo(document: unknown, ear: Ear): void {
  const { type, error, delta, content, candidates, stop_reason: stopReason } = document as AnyDocument;
  if (error) ear.error = error.message ?? 'unknown';
  ear.text += delta?.text ?? '';
  if (type === 'message_stop') ear.whole = true;
  if (type === 'message') {
    for (const block of content ?? []) if (block.type === 'text') ear.text += block.text ?? '';
    ear.whole = stopReason != null;
  }
  for (const candidate of candidates ?? []) {
    for (const part of candidate.content?.parts ?? []) if (!part.thought) ear.text += part.text ?? '';
    ear.whole = candidate.finishReason !== undefined;
  }
}
