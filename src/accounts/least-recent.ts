/** A map with a limit: keys come from callers and providers, so what was used least recently is forgotten. It never reads a clock; lifetimes are its users' own. */

/** Makes this the entry that was used most recently: a Map keeps the order of insertion. */
export function keepRecent<Key, Value>(map: Map<Key, Value>, key: Key, value: Value, sizeMax: number): void {
  map.delete(key);
  map.set(key, value);
  const oldest = map.size > sizeMax ? map.keys().next() : undefined;
  if (oldest !== undefined && oldest.done !== true) map.delete(oldest.value);
}
