/** Small lies about deciding, going on and joining, each as one replacement in one file. Every one of them must be noticed by a test or by the simulation. */

export interface Mutant {
  readonly name: string;
  readonly file: string;
  /** Stands exactly once in the file. */
  readonly find: string;
  readonly replace: string;
}

/** The unit tests that know a file, under `src/healing`. */
export const TESTS_OF: Readonly<Record<string, readonly string[]>> = {
  'src/healing/decide.ts': ['decide.test.ts', 'decide.budget.test.ts'],
  'src/healing/rules.ts': ['decide.test.ts'],
  'src/healing/resumption.ts': ['resumption.test.ts'],
  'src/healing/remedies/resume.ts': ['remedies/resume.test.ts', 'seam.test.ts'],
  'src/healing/ledger.ts': ['join.test.ts', 'resumption.test.ts'],
  'src/healing/hold.ts': ['hold.test.ts'],
  'src/healing/seam.ts': ['seam.test.ts'],
  'src/healing/join.ts': ['join.test.ts'],
};

const decide = mutantsOf('src/healing/decide.ts', [
  ['goes on after what is final', 'if (history.final !== undefined)', 'if (history.final === "")'],
  ['does not look at the deadline', 'if (history.remainingMs <= 0)', 'if (history.remainingMs < -1e9)'],
  ['makes one attempt too many', 'history.attempts >= limits.maxAttempts;', 'history.attempts > limits.maxAttempts;'],
  ['repairs again and again', 'if (history.repaired)', 'if (history.repaired && history.attempts > 90)'],
  [
    'waits longer than the deadline',
    "if (afterMs > history.remainingMs) return giveUp('the deadline would pass during the wait', cooldown);\n  const kind",
    'const kind',
  ],
  [
    'asks the same account although another is free',
    'if (sameProviderHelps ? history.another : history.anotherProvider)',
    'if (false)',
  ],
  ['takes one empty answer for a refusal', 'export const emptyAccountsMin = 2;', 'export const emptyAccountsMin = 1;'],
  [
    'does not ask in words after a refused beginning',
    "const isOurs = history.resumedBy === 'prefill'",
    "const isOurs = history.resumedBy === 'ask'",
  ],
  [
    'doubles every wait',
    "const factor = backoff.kind === 'linear' ? attempts",
    "const factor = backoff.kind === 'linear' ? attempts * 2",
  ],
  [
    'shortens a time that was named',
    'named + Math.floor(named * roll * 0.1)',
    'named - Math.floor(named * roll * 0.1) - 1',
  ],
  ['charges the model that is left for its successor', " && decision.account !== 'next-model'", ''],
  [
    'ends the request where only the budget of one model has ended',
    "retries would only add to the outage';\n  return elsewhere(why, history, cooldown);",
    "retries would only add to the outage';\n  return giveUp(why, cooldown);",
  ],
]);

const rules = mutantsOf('src/healing/rules.ts', [
  ['retries a request that was refused', "next: 'give-up',", "next: 'another',"],
  [
    'waits for a stream that fell silent',
    "nextModel: 'at-once' },\n  contradiction",
    "nextModel: 'after-attempts' },\n  contradiction",
  ],
  [
    'holds a request for minutes',
    'export const namedWaitMsMax = 30 * second;',
    'export const namedWaitMsMax = 300 * second;',
  ],
  ['hammers an account', 'export const repeatWaitMs = second;', 'export const repeatWaitMs = 0;'],
]);

const resume = [
  ...mutantsOf('src/healing/resumption.ts', [
    ['resumes although it is turned off', 'if (!healing.resume)', 'if (healing.resume === undefined)'],
    ['resumes after a tool call was shown', "if (kinds.has('tool-call'))", "if (kinds.has('media'))"],
    ['resumes an answer that said why it stopped', 'if (stopped)', 'if (stopped && kinds.size > 9)'],
    [
      'begins the answer of a Claude that thinks',
      "return type === 'disabled' ? 'prefill' : 'ask';",
      "return 'prefill';",
    ],
    ['begins the answer of a model that takes none', 'if (asksInWords || !prefills)', 'if (asksInWords)'],
    ['forgets that a model wants to be asked in words', 'if (asksInWords || !prefills)', 'if (!prefills)'],
  ]),
  ...mutantsOf('src/healing/remedies/resume.ts', [
    [
      'tells the whole of what was shown',
      'return { said, repeats: shownText.slice(said.length) };',
      "return { said: shownText, repeats: '' };",
    ],
    ['leaves out the note', "way === 'ask' ? resumeNote : undefined", "way === 'prefill' ? resumeNote : undefined"],
    [
      'leaves white space at the end of a begun answer',
      'shownText.slice(0, last.index)).trimEnd();',
      'shownText.slice(0, last.index));',
    ],
  ]),
  ...mutantsOf('src/healing/ledger.ts', [
    ['forgets the reason to stop', 'this.#stopped = true;', 'this.#stopped = false;'],
    ['forgets what was written as frames', 'for (const frame of this.#unread) this.#machine?.push(frame, events);', ''],
    ['keeps blocks open for ever', 'if (block) block.ended = true;', ''],
  ]),
  ...mutantsOf('src/healing/hold.ts', [
    ['shows a tool call as it comes', "if (hold !== 'live') {", "if (hold === 'safe') {"],
    ['shows the bare start of a call', 'return isCall || isWords ?', 'return isWords ?'],
    ['shows half of a call that is told whole', '} else if (tellsCallsWhole) openCalls.add(event.index);', '}'],
    ['shows thoughts at once under safe', "isOnlyThought ||= hold === 'safe';", 'isOnlyThought ||= false;'],
    ['lets a broken call pass', 'brokenCall ??= isCutShort ? undefined', 'brokenCall ??= !isCutShort ? undefined'],
    ['shows a block before it says anything', '&& bare === undefined;', ';'],
  ]),
];

const joiner = [
  ...mutantsOf('src/healing/seam.ts', [
    [
      'glues a new start whole',
      'if (fresh.startsWith(shown)) return cutOf(shown.length);',
      'if (fresh.startsWith(shown)) return cutOf(0);',
    ],
    [
      'cuts one character too few of an overlap',
      'return expected > 0 && isRow(fresh.slice(0, length), length - expected) ? expected : length;',
      'return length - 1;',
    ],
    [
      'settles before all could be seen',
      'if (fresh.length < shown.length && shown.startsWith(fresh)) return true;',
      '',
    ],
    ['glues a contradiction', 'if (common > overlap && common >=', 'if (common > overlap + 1_000 && common >='],
    [
      'glues a short new start in place of the end that was to be repeated',
      "if (repeats !== '' && !fresh.startsWith(repeats)) return restartCharactersMin;",
      '',
    ],
    [
      'glues words that begin elsewhere',
      "if (overlap === 0 && fresh !== '' && repeats !== '')",
      "if (overlap === 0 && fresh === '')",
    ],
    [
      'believes who begins elsewhere after next to nothing',
      'shown.length - repeats.length >= toldCharactersMin',
      'true',
    ],
    [
      'takes the shortest overlap',
      'let length = longestPossible; length > expected; length -= 1',
      'let length = expected + 1; length <= longestPossible; length += 1',
    ],
  ]),
  ...mutantsOf('src/healing/join.ts', [
    [
      'begins a second message',
      "case 'message-start':\n        return;",
      "case 'message-start':\n        out.push(event);\n        return;",
    ],
    [
      'counts only the last part',
      "sum('outputTokens', outputTokens, outputBefore)",
      "sum('outputTokens', outputTokens)",
    ],
    ['counts every prompt', 'isPromptStated ? promptBefore : prompt', 'isPromptStated ? prompt : promptBefore'],
    ['counts blocks from the start again', 'Math.max(next, index + 1), 0);', '0, 0);'],
    ['leaves the cut thought open', "if (this.#open) out.push({ type: 'block-end', index: this.#open.index });", ''],
    ['forgets what is still to be cut', 'this.#cut -= cut;', 'this.#cut = 0;'],
    ['loses what waited for the seam', 'for (const event of held) this.#tell(event, out);', ''],
    ['leaves a source where it stood', 'start: start + shift', 'start'],
    [
      'splits a text by the thoughts that lead to its rest',
      'if (!isThought(event) || !this.#isAfterWords) return false;',
      'return false;',
    ],
  ]),
];

export const MUTANTS: readonly Mutant[] = [...decide, ...rules, ...resume, ...joiner];

function mutantsOf(file: string, rows: readonly (readonly [name: string, find: string, replace: string])[]): Mutant[] {
  return rows.map(([name, find, replace]) => ({ name, file, find, replace }));
}

/** The text of the file with the mutant in it. Throws when it does not stand there exactly once. */
export function mutated(text: string, { name, file, find, replace }: Mutant): string {
  const parts = text.split(find);
  if (parts.length !== 2)
    throw new Error(`the text of the mutant "${name}" stands ${parts.length - 1} times in ${file}`);
  return parts.join(replace);
}
