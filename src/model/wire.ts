/** What travels on the wire, in the smallest words: a frame of an event stream, a stage that turns one thing into another, an edit of a JSON text. */

/** One server-sent event as it stood on the wire. The `raw` bytes of all frames of a stream, joined, are the stream. */
export interface Frame {
  readonly raw: Uint8Array;
  /** The `event:` field; empty when there was none. */
  readonly event: string;
  /** The `data:` lines joined by a line feed, decoded when first read; empty when there was none. */
  readonly data: string;
  /** `event` = has a data field; `comment` = nothing but comments, blank lines or id/retry fields; `bare` = text that is no server-sent event at all (a JSON or HTML body). */
  readonly shape: 'event' | 'comment' | 'bare';
  /** False for the last frame of a body that ended without the blank line. */
  readonly terminated: boolean;
}

/** The only kind of stage: synchronous, arrays in, arrays out, so that every way to cut a stream can be tried. */
export interface Machine<In, Out> {
  push(input: In, out: Out[]): void;
  end(out: Out[]): void;
}

/**
 * One change of a JSON text that leaves every other byte as the sender wrote it.
 * `set` replaces the value at `path`, or adds the last member to an existing object; `remove` takes a member or an element away;
 * `append` adds an element to the array at `path`; `before` puts an element before the array element at `path`.
 */
export type JsonEdit =
  | { readonly op: 'set' | 'append' | 'before'; readonly path: JsonPath; readonly json: string }
  | { readonly op: 'remove'; readonly path: JsonPath };

export type JsonPath = readonly (string | number)[];
