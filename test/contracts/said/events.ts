/** Cuts a stream of server-sent events with nothing of the gateway's own code: what the tests expect must not come from what they test. */

export interface WireEvent {
  /** The `event:` field; empty when there was none. */
  readonly event: string;
  readonly data: string;
}

/** Every event that has data, recorded streams that lack their last blank line included. */
export function wireEvents(bytes: Uint8Array): WireEvent[] {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  return text.split(/\r\n\r\n|\n\n|\r\r/).flatMap((block) => {
    const lines = block.split(/\r\n|\n|\r/);
    const data = lines.filter((line) => line.startsWith('data:')).map((line) => line.slice(5).replace(/^ /, ''));
    if (data.length === 0) return [];
    const named = lines.findLast((line) => line.startsWith('event:'));
    return [{ event: named?.slice(6).trim() ?? '', data: data.join('\n') }];
  });
}
