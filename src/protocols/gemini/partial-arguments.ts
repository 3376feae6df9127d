/**
 * The arguments of one call as they stream (`functionCall.partialArgs`): a JSON path and a value each, strings in pieces. Nothing is guessed: a
 * path that cannot be followed is refused, because a call without one of its arguments is another call.
 */

import { jsonDepthMax } from '../json/depth.ts';
import { stringifyLossless } from '../json/lossless.ts';
import { isObject, type JsonObject, textOf } from './shapes.ts';

export class PartialArguments {
  readonly #root: Container = emptyObject();
  #isEmpty = true;

  /** Whole members, as a call that goes on may also state them. */
  merge(members: JsonObject): void {
    for (const [name, value] of Object.entries(members)) this.#root[name] = value;
    this.#isEmpty = false;
  }

  /** Returns false when the piece has no place in what is there so far. */
  place(piece: unknown): boolean {
    if (!isObject(piece)) return false;
    const steps = stepsOf(textOf(piece.jsonPath) ?? '');
    const last = steps?.at(-1);
    if (steps === undefined || last === undefined) return false;
    const holder = this.#holderOf(steps);
    if (holder === undefined || !fits(holder, last)) return false;
    const value = statedIn(piece);
    if (value === undefined) return true;
    const before = holder[last];
    holder[last] = typeof before === 'string' && typeof value === 'string' ? before + value : value;
    this.#isEmpty = false;
    return true;
  }

  /** JSON text; undefined when no argument was stated. */
  get text(): string | undefined {
    return this.#isEmpty ? undefined : stringifyLossless(this.#root);
  }

  #holderOf(steps: readonly Step[]): Container | undefined {
    let at = this.#root;
    for (const [depth, step] of steps.slice(0, -1).entries()) {
      if (!fits(at, step)) return undefined;
      const next = at[step] ?? (typeof steps[depth + 1] === 'number' ? [] : emptyObject());
      if (typeof next !== 'object' || next === null) return undefined;
      at[step] = next;
      at = next as Container;
    }
    return at;
  }
}

type Step = string | number;
type Container = Record<Step, unknown>;

/** Without a prototype, so that no name means anything but itself. */
function emptyObject(): Container {
  return Object.create(null) as Container;
}

/** Lists grow one by one, so that no path can ask for more room than the answer itself takes. */
function fits(holder: Container, step: Step): boolean {
  return Array.isArray(holder) ? typeof step === 'number' && step <= holder.length : typeof step === 'string';
}

const stepPattern = /\.([^.[\]]+)|\[(\d{1,9})\]|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]/gy;

/** The names and places after `$`; undefined for a path of another form. */
function stepsOf(path: string): Step[] | undefined {
  if (!path.startsWith('$')) return undefined;
  const steps: Step[] = [];
  let at = 1;
  while (at < path.length && steps.length < jsonDepthMax) {
    stepPattern.lastIndex = at;
    const match = stepPattern.exec(path);
    if (match === null) return undefined;
    const [all, name, place, single, double] = match;
    const quoted = single ?? double;
    steps.push(name ?? (quoted === undefined ? Number(place) : quoted.replace(/\\(.)/g, '$1')));
    at += all.length;
  }
  return at < path.length ? undefined : steps;
}

/** Undefined when the piece states no value. */
function statedIn(piece: JsonObject): unknown {
  if (piece.stringValue !== undefined) return piece.stringValue;
  if (piece.numberValue !== undefined) return piece.numberValue;
  if (piece.boolValue !== undefined) return piece.boolValue;
  return piece.nullValue === undefined ? undefined : null;
}
