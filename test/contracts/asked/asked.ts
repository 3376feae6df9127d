/** What a request asks, in words that belong to no dialect: every reader of `asked/` fills this, from a client's request or from what the gateway wrote. */

export interface Words {
  readonly role: 'system' | 'user' | 'model';
  readonly text: string;
}

export interface AskedCall {
  readonly name: string;
  readonly input: unknown;
  /** What the tool gave back: JSON where it was JSON, else text; undefined when there is none. */
  readonly result?: unknown;
}

export interface AskedTool {
  readonly name: string;
  readonly description: string;
  /** The names of its arguments, sorted. */
  readonly members: readonly string[];
}

export interface Asked {
  readonly words: readonly Words[];
  readonly calls: readonly AskedCall[];
  /** Base64 data, addresses and file ids, sorted. */
  readonly media: readonly string[];
  readonly tools: readonly AskedTool[];
  /** `auto`, `any`, `none` or the names of the demanded tools. */
  readonly choice: string;
  readonly limit?: number;
  readonly stops: readonly string[];
  /** Temperature and kin, by their names in `samplingNames`. */
  readonly sampling: Readonly<Record<string, number>>;
  /** `json`, or the sorted names of the members of an answer's schema. */
  readonly output?: string;
}

export const samplingNames = ['temperature', 'topP', 'topK', 'seed', 'presencePenalty', 'frequencyPenalty'] as const;

interface GrowingCall {
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
  result?: unknown;
}

/** Collects what is asked, turn by turn. */
export class Asking {
  readonly #words: Words[] = [];
  readonly #calls: GrowingCall[] = [];
  readonly #media: string[] = [];
  readonly tools: AskedTool[] = [];
  choice = 'auto';
  limit: number | undefined;
  stops: readonly string[] = [];
  sampling: Readonly<Record<string, number>> = {};
  output: string | undefined;

  say(role: Words['role'], text: string): void {
    if (text.trim() !== '') this.#words.push({ role, text });
  }

  show(media: string): void {
    if (media !== '') this.#media.push(media);
  }

  call(id: string, name: string, input: unknown): void {
    this.#calls.push({ id, name, input });
  }

  /** To the call of that id; without one, to the first of that name that has no result. */
  answer(id: string, name: string, result: unknown): void {
    const call =
      id === ''
        ? this.#calls.find((each) => each.name === name && each.result === undefined)
        : this.#calls.findLast((each) => each.id === id);
    if (call !== undefined) call.result = plainResult(result);
  }

  offer(name: string, description: string, schema: unknown): void {
    this.tools.push({ name, description, members: membersOf(schema) });
  }

  asked(): Asked {
    const { tools, choice, limit, stops, sampling, output } = this;
    return {
      words: this.#words,
      calls: this.#calls.map(({ name, input, result }) => ({ name, input, ...(result !== undefined && { result }) })),
      media: this.#media.toSorted(),
      tools,
      choice,
      stops,
      sampling,
      ...(limit !== undefined && { limit }),
      ...(output !== undefined && { output }),
    };
  }
}

/** The names of an object's members, as any of the dialects describes them. */
export function membersOf(schema: unknown): readonly string[] {
  const properties = (schema as { properties?: object } | undefined)?.properties;
  return Object.keys(properties ?? {}).toSorted();
}

/** Gemini puts a text into an object of one member; other dialects put an object into a text. */
function plainResult(result: unknown): unknown {
  if (typeof result === 'string') {
    try {
      const json: unknown = JSON.parse(result);
      return typeof json === 'object' && json !== null ? plainResult(json) : String(json);
    } catch {
      return result.trim();
    }
  }
  if (typeof result !== 'object' || result === null) return String(result);
  if (Array.isArray(result)) return result;
  const [[name, value] = ['', undefined], more] = Object.entries(result);
  return more === undefined && /^(output|result|error|content|return_value)$/.test(name) ? plainResult(value) : result;
}
