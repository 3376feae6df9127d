/** What the vault refuses. Its message is a sentence for people and holds no secret. */

export class VaultError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'VaultError';
  }
}
