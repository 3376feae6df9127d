/** Maps with a limit: names come from outside, so the oldest entry makes room. A Map keeps the order of insertion; nothing here reads a clock. */

/** Makes this the newest entry. */
export function keepNewest<T>(map: Map<string, T>, name: string, entry: T, sizeMax: number): void {
  map.delete(name);
  map.set(name, entry);
  dropOldest(map, sizeMax);
}

export function dropOldest(map: Map<string, unknown>, sizeMax: number): void {
  const oldest = map.size > sizeMax ? map.keys().next() : undefined;
  if (oldest !== undefined && oldest.done !== true) map.delete(oldest.value);
}
