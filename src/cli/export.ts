/**
 * `export`: the journal of the running gateway into a file, or to stdout. The file appears under its name only when it is whole, and only its owner may read it:
 * it holds what people asked and were told.
 */

import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { type AdminClient, AdminFault, type AdminFlags, adminClient } from './admin-client.ts';
import type { TerminalIo } from './io.ts';
import { readSince } from './since.ts';

export const EXPORT_FORMATS = ['har', 'jsonl', 'csv'] as const;

export interface ExportFlags extends AdminFlags {
  readonly format: (typeof EXPORT_FORMATS)[number];
  readonly since?: string;
}

const STDOUT = '-';

/** `now`: milliseconds since the epoch. */
export async function exportJournal(file: string, flags: ExportFlags, io: TerminalIo, now: number): Promise<number> {
  const query = new URLSearchParams({ format: flags.format });
  if (flags.since !== undefined) {
    const since = readSince(flags.since, now);
    if ('problem' in since) {
      io.err(since.problem);
      return 2;
    }
    query.set('since', String(since.ms));
  }
  const client = adminClient({ flags, env: io.env });
  if ('errors' in client) {
    for (const line of client.errors) io.err(line);
    return 2;
  }
  return writeExport(client, `/api/requests/export?${query}`, file, io);
}

export async function writeExport(client: AdminClient, path: string, file: string, io: TerminalIo): Promise<number> {
  try {
    const bytes = await client.stream(path, io.signal);
    if (file === STDOUT) await toStdout(bytes, io);
    else await toFile(bytes, file);
    return 0;
  } catch (error) {
    if (io.signal.aborted) return 0;
    const why = error instanceof Error ? error.message : String(error);
    io.err(`antigravity-tools: ${error instanceof AdminFault ? why : `the export is not whole: ${why}`}`);
    return 1;
  }
}

async function toStdout(bytes: AsyncIterable<Uint8Array>, io: TerminalIo): Promise<void> {
  for await (const piece of bytes) {
    await io.write(piece);
    if (io.signal.aborted) return;
  }
}

const OPEN_FAULTS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such directory',
  ENOTDIR: 'there is no such directory',
  EACCES: 'you may not write there',
  EROFS: 'you may not write there',
};

async function toFile(bytes: AsyncIterable<Uint8Array>, file: string): Promise<void> {
  const part = `${file}.part`;
  const handle = await open(part, 'w', 0o600).catch((error: NodeJS.ErrnoException) => {
    throw new AdminFault('refused', `${file} cannot be written: ${OPEN_FAULTS[error.code ?? ''] ?? error.message}`);
  });
  try {
    await writeAll(bytes, handle);
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

async function writeAll(bytes: AsyncIterable<Uint8Array>, handle: FileHandle): Promise<void> {
  try {
    for await (const piece of bytes) {
      for (let at = 0; at < piece.length; ) at += (await handle.write(piece, at)).bytesWritten;
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}
