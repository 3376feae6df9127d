/** What is lost while a conversation is written for Claude, and the first thing that cannot be written at all. */

import type { Loss } from '../../model/conversation.ts';
import type { Problem } from '../../model/request.ts';
import { type AnthropicWrittenLoss, anthropicWrittenLosses } from './losses.ts';

export class LossNotes {
  readonly #losses = new Set<Loss>();
  readonly #model: string;
  #problem: Problem | undefined;

  constructor(model: string) {
    this.#model = model;
  }

  note(name: AnthropicWrittenLoss): void {
    this.#losses.add(anthropicWrittenLosses[name]);
  }

  /** `detail` names what in the request it is about; never content. */
  refuse(name: AnthropicWrittenLoss, detail?: string): void {
    const { feature, why } = anthropicWrittenLosses[name];
    const subject = detail === undefined ? feature : `${detail}: ${feature}`;
    this.reject(`${this.#model} cannot be asked for this (${subject}): ${why}`);
  }

  reject(message: string): void {
    this.#problem ??= { kind: 'bad-request', message };
  }

  get problem(): Problem | undefined {
    return this.#problem;
  }

  get losses(): readonly Loss[] {
    return [...this.#losses];
  }
}
