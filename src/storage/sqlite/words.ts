/**
 * Names that repeat from row to row (models, accounts, paths, …) are kept once; a row holds their numbers. A number is never given to another word, so
 * that what a thread remembers of it stays true.
 */

import type { DatabaseSync } from 'node:sqlite';
import { WORD_COLUMNS } from './schema.ts';

/** Remembered by each thread; above it everything is read anew. */
const REMEMBERED_MAX = 20_000;

const known = new WeakMap<DatabaseSync, Map<string, number>>();
const texts = new WeakMap<DatabaseSync, Map<number, string>>();

/** The number of a word, which is written down when it is new. Inside a transaction. */
export function wordId(database: DatabaseSync, text: string): number {
  const remembered = remember(known, database);
  const before = remembered.get(text);
  if (before !== undefined) return before;
  const find = database.prepare('SELECT id FROM words WHERE text = ?');
  const found = find.get(text) ?? writeWord(database, text);
  const id = Number(found?.id);
  remembered.set(text, id);
  return id;
}

/** undefined for a word that no row can hold. */
export function knownWordId(database: DatabaseSync, text: string): number | undefined {
  const found = database.prepare('SELECT id FROM words WHERE text = ?').get(text);
  return found === undefined ? undefined : Number(found.id);
}

export function wordText(database: DatabaseSync, id: number): string {
  const remembered = remember(texts, database);
  const before = remembered.get(id);
  if (before !== undefined) return before;
  const text = String(database.prepare('SELECT text FROM words WHERE id = ?').get(id)?.text ?? '');
  remembered.set(id, text);
  return text;
}

/** Numbers of the words in which a text occurs, letter case ignored. */
export function wordsWith(database: DatabaseSync, text: string): number[] {
  const found = database.prepare('SELECT id FROM words WHERE instr(low, ?) > 0').all(text.toLowerCase());
  return found.map((row) => Number(row.id));
}

/** What was remembered of a transaction that has been undone is not true. */
export function forgetWords(database: DatabaseSync): void {
  known.delete(database);
}

/** Deletes those that no row holds any more. Inside a transaction. */
export function dropUnusedWords(database: DatabaseSync, ids: Iterable<number>): void {
  const used = WORD_COLUMNS.map((column) => `EXISTS (SELECT 1 FROM requests WHERE ${column} = :id)`).join(' OR ');
  const drop = database.prepare(`DELETE FROM words WHERE id = :id AND NOT (${used})`);
  let dropped = 0;
  for (const id of ids) dropped += Number(drop.run({ id }).changes);
  if (dropped === 0) return;
  forgetWords(database);
  texts.delete(database);
}

/** Inside a transaction. Their numbers stay used. */
export function dropAllWords(database: DatabaseSync): void {
  database.exec('DELETE FROM words');
  forgetWords(database);
  texts.delete(database);
}

function writeWord(database: DatabaseSync, text: string) {
  return database.prepare('INSERT INTO words (text, low) VALUES (?, ?) RETURNING id').get(text, text.toLowerCase());
}

function remember<Key, Value>(memory: WeakMap<DatabaseSync, Map<Key, Value>>, database: DatabaseSync): Map<Key, Value> {
  const before = memory.get(database);
  if (before !== undefined && before.size < REMEMBERED_MAX) return before;
  const fresh = new Map<Key, Value>();
  memory.set(database, fresh);
  return fresh;
}
