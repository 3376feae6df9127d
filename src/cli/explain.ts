/**
 * `explain ID`: the diagnosis of one request, for a terminal. It asks the running gateway; where none runs it reads the journal of the data directory, so
 * that it answers after a crash too. It changes nothing.
 */

import { diagnose, languageOf, openJournal, terminalLanguage, WORDS } from '../archive.ts';
import { dataDirectory } from '../config/overrides.ts';
import type { Diagnosis, Language, Verdict } from '../monitor/views.ts';
import { AdminFault, type AdminFlags, adminClient, refusalOf } from './admin-client.ts';
import type { CommandIo, TerminalIo } from './io.ts';
import { type Paint, paintFor, type Style } from './paint.ts';
import { plainText, wrapped } from './terminal-text.ts';

export interface ExplainFlags extends AdminFlags {
  readonly json?: boolean;
  readonly language?: string;
}
export interface ExplainIo extends Pick<CommandIo, 'out' | 'err' | 'env'> {
  /** Wall clock, milliseconds: waits are told from now on. */
  now(): number;
  /** Whether a person sees the output, and how wide it may be; for a pipe a line is as long as it is. */
  readonly terminal: TerminalIo['terminal'];
}

/** 0 = explained, 1 = it could not be, 2 = wrong usage. */
export async function explain(id: string, flags: ExplainFlags, io: ExplainIo): Promise<0 | 1 | 2> {
  const language = flags.language === undefined ? terminalLanguage(io.env) : languageOf(flags.language);
  if (language === undefined) {
    io.err(`--language is one of ${Object.keys(WORDS).join(', ')}`);
    return 2;
  }
  const asked = await fromGateway(id, flags, io, language);
  const found = 'absent' in asked ? await fromJournal(id, flags, io, language, asked.absent) : asked;
  if ('problem' in found) {
    io.err(`antigravity-tools: ${found.problem}`);
    return 1;
  }
  if (flags.json === true) io.out(JSON.stringify(found.diagnosis, null, 2));
  else {
    const { isTty, columns } = io.terminal;
    const width = isTty ? columns() : Number.POSITIVE_INFINITY;
    for (const line of printed(found.diagnosis, language, { paint: paintFor(io.terminal, io.env), width }))
      io.out(line);
  }
  return 0;
}

type Found = { readonly diagnosis: Diagnosis } | { readonly problem: string };

/** `absent`: why no gateway could be asked. */
async function fromGateway(
  id: string,
  flags: ExplainFlags,
  io: ExplainIo,
  language: Language,
): Promise<Found | { readonly absent: string }> {
  const client = adminClient({ flags, env: io.env });
  if ('errors' in client) return { absent: client.errors.join('; ') };
  try {
    const answer = await client.get<Diagnosis>(
      `/api/requests/${encodeURIComponent(id)}/diagnosis?language=${language}`,
    );
    if (answer.status === 200) return { diagnosis: answer.body };
    return { problem: answer.status === 404 ? unknownId(id, language) : refusalOf(answer) };
  } catch (error) {
    if (!(error instanceof AdminFault)) throw error;
    // Another gateway, or another program, at that address: the journal of this directory is still the right one.
    return { absent: error.message };
  }
}

async function fromJournal(
  id: string,
  flags: ExplainFlags,
  io: ExplainIo,
  language: Language,
  absent: string,
): Promise<Found> {
  const journal = openJournal(dataDirectory(flags, io.env).value);
  if (journal === undefined) return { problem: absent };
  try {
    const record = await journal.query.find(id);
    if (record === undefined) return { problem: unknownId(id, language) };
    return { diagnosis: diagnose(record, language, io.now()) };
  } catch (error) {
    return { problem: `the journal cannot be read: ${error instanceof Error ? error.message : String(error)}` };
  } finally {
    await journal.close();
  }
}

function unknownId(id: string, language: Language): string {
  return WORDS[language].headings['unknown-id'].replace('{id}', JSON.stringify(id.slice(0, 200)));
}

const COLOURS: Readonly<Record<Verdict, Style>> = { fine: 'green', healed: 'green', wait: 'yellow', act: 'red' };
const MARK = '  - ';

interface Sheet {
  readonly paint: Paint;
  /** In columns. */
  readonly width: number;
}

/** What upstreams and clients said may hold the escapes that rule a terminal; nothing of it is printed as it came. */
function printed(diagnosis: Diagnosis, language: Language, { paint, width }: Sheet): string[] {
  const { verdicts, stages, headings } = WORDS[language];
  const { verdict, stage, summary, evidence, advice } = diagnosis;
  const place = stage === 'none' ? '' : ` · ${stages[stage]}`;
  const item = (text: string): string[] =>
    wrapped(plainText(text), width - MARK.length).map((line, at) => (at === 0 ? MARK : ' '.repeat(MARK.length)) + line);
  return [
    `${paint(COLOURS[verdict], verdicts[verdict])}${place}`,
    ...wrapped(plainText(summary), width),
    '',
    paint('bold', headings.evidence),
    ...evidence.flatMap(item),
    '',
    paint('bold', headings.advice),
    ...advice.flatMap(item),
  ];
}
