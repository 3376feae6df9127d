/** What the turns of the SDKs have alike: the module from where it was installed, and one tool that reads the note in the home. */

import { appendFileSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Stay, Turn } from './client.ts';

export const toolOf = {
  name: 'read_note',
  description: 'Reads the note.',
  schema: { type: 'object' as const, properties: { command: { type: 'string' } }, required: ['command'] },
};

export interface Loaded<Module> extends Stay {
  readonly module: Module;
  /** Runs the tool; what it returns is its result. */
  readonly tool: (input: unknown) => string;
}

export async function sdkTurn<Module>(
  stay: Stay,
  names: readonly string[],
  talk: (loaded: Loaded<Module>) => Promise<string>,
): Promise<Turn> {
  try {
    const modules = await Promise.all(names.map((name) => load(stay.folder, name)));
    const module = Object.fromEntries(modules.flatMap((each) => Object.entries(each as object))) as Module;
    const tool = (input: unknown): string => {
      const { command } = input as { command?: unknown };
      if (typeof command !== 'string') throw new Error(`the tool was called with ${JSON.stringify(input)}`);
      appendFileSync(join(stay.home, 'ran.txt'), 'ran\n');
      return readFileSync(join(stay.home, 'note.txt'), 'utf8');
    };
    return { exit: 0, text: await talk({ ...stay, module, tool }), aside: '' };
  } catch (error) {
    return { exit: 1, text: '', aside: error instanceof Error ? String(error.stack) : String(error) };
  }
}

/** As a program in that folder would find it. */
function load(folder: string, name: string): Promise<unknown> {
  const here = createRequire(join(folder, 'package.json'));
  return import(pathToFileURL(here.resolve(name)).href);
}
