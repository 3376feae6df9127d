/** What the pieces of a request's reader or writer share: the losses so far, and the first reason to refuse. A refusal is told, never thrown. */

import type { Loss } from '../../model/conversation.ts';
import type { Problem } from '../../model/request.ts';
import { type ChatLossName, chatLoss } from './losses.ts';

export class ConversationNotes {
  readonly #subject: string;
  readonly #losses = new Set<ChatLossName>();
  #problem: Problem | undefined;

  /** `subject` begins the sentence of a refusal: who cannot be asked. */
  constructor(subject: string) {
    this.#subject = subject;
  }

  get problem(): Problem | undefined {
    return this.#problem;
  }

  get losses(): readonly Loss[] {
    return [...this.#losses].map(chatLoss);
  }

  lose(name: ChatLossName): void {
    this.#losses.add(name);
  }

  /** Only the first refusal is told. `what` names the place or the very thing, never content. */
  refuse(name: ChatLossName, what?: string): void {
    const { feature, why } = chatLoss(name);
    const named = what === undefined ? feature : `${feature} (${what})`;
    this.reject(`${this.#subject} cannot be asked for ${named}: ${why}.`);
  }

  reject(message: string): void {
    this.#problem ??= { kind: 'bad-request', message };
  }
}
