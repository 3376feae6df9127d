/** The line that stands in a kept body where bytes were left out: who cuts a body writes it, who exports or replays one looks for it. */

/** The first group is the number of bytes that are missing. */
export const BODY_GAP = /\n\[?… (\d+) bytes not kept …\]?\n/;
