/**
 * Tool call ids as Anthropic takes them: letters, digits, `_` and `-`, each only once in a conversation. The same history always gets the same
 * ids, and a longer one begins with those of the shorter: Claude's thinking is bound to what stood before it.
 */

export class ToolIds {
  readonly #used = new Set<string>();
  /** By the client's id: the calls that no result has answered yet, oldest first. */
  readonly #waiting = new Map<string, string[]>();
  readonly #last = new Map<string, string>();

  call(clientId: string): string {
    const id = this.#unused(legal(clientId));
    this.#used.add(id);
    this.#last.set(clientId, id);
    const waiting = this.#waiting.get(clientId);
    if (waiting === undefined) this.#waiting.set(clientId, [id]);
    else waiting.push(id);
    return id;
  }

  /** Of a result without any call before it, only the form is mended: the API says what is missing. */
  result(clientId: string): string {
    return this.#waiting.get(clientId)?.shift() ?? this.#last.get(clientId) ?? legal(clientId);
  }

  #unused(wanted: string): string {
    let id = wanted;
    for (let n = 2; this.#used.has(id); n++) id = `${wanted}_${n}`;
    return id;
  }
}

function legal(id: string): string {
  return id === '' ? 'call' : id.replace(/[^\w-]/g, '_');
}
