/** What the pieces of the request writer share: the target, the losses so far, and the first reason to refuse. A refusal is told, never thrown. */

import type { Capabilities, Loss } from '../../model/conversation.ts';
import type { Operation, Problem } from '../../model/request.ts';
import { type GeminiLossName, geminiLoss } from './losses.ts';
import type { JsonObject } from './shapes.ts';

export interface GeminiTarget {
  readonly model: string;
  readonly stream: boolean;
  readonly capabilities: Capabilities;
  readonly operation: Operation;
  /** False where JSON Schema was refused: tools and output are then described in Google's own subset. */
  readonly usesJsonSchema?: boolean;
  /** Vertex AI lacks a few members of the Gemini API. */
  readonly provider?: 'gemini' | 'vertex';
}

/** One of Gemini's contents in the making. */
export interface Content {
  readonly role: 'user' | 'model';
  readonly parts: JsonObject[];
}

export class Draft {
  readonly target: GeminiTarget;
  readonly #losses = new Set<GeminiLossName>();
  #problem: Problem | undefined;

  constructor(target: GeminiTarget) {
    this.target = target;
  }

  get problem(): Problem | undefined {
    return this.#problem;
  }

  get losses(): readonly Loss[] {
    return [...this.#losses].map(geminiLoss);
  }

  lose(name: GeminiLossName): void {
    this.#losses.add(name);
  }

  /** Only the first refusal is told. `what` names the very thing. */
  refuse(name: GeminiLossName, what?: string): void {
    const { feature, why } = geminiLoss(name);
    const named = what === undefined ? feature : `${feature} (${what})`;
    this.#problem ??= { kind: 'bad-request', message: `${this.target.model} cannot be asked for ${named}: ${why}` };
  }
}
