/** What the tests of the configuration look at: every fault and warning as a person reads it. */

import { describeIssue } from './issue.ts';
import { parseConfig } from './load.ts';

export function errorsOf(text: string, file = 'c.yaml') {
  const result = parseConfig(text, file);
  return 'errors' in result ? result.errors.map(describeIssue) : [];
}
export function warningsOf(text: string) {
  const result = parseConfig(text, 'c.yaml');
  return 'errors' in result
    ? result.errors.map((issue) => `ERROR ${describeIssue(issue)}`)
    : result.warnings.map(describeIssue);
}
export function account(...lines: string[]): string {
  return ['accounts:', '  - email: a@b.c', ...lines.map((line) => `    ${line}`)].join('\n');
}
export const gemini = ['provider: gemini', 'credential: env:A'];
