/**
 * Name patterns of routes and accounts: `*` stands for any run of characters, all else for itself, upper and lower case differ.
 * Never built on a regular expression: the names come from callers.
 */

/** Whether `name` is one of the names that `pattern` stands for. Linear in the length of the name. */
export function matches(pattern: string, name: string): boolean {
  const segments = pattern.split('*');
  const first = segments[0] ?? '';
  if (segments.length === 1) return first === name;
  const last = segments.at(-1) ?? '';
  const end = name.length - last.length;
  // `ab*b` must not take the one b of `ab` for both of its own.
  if (end < first.length || !name.startsWith(first) || !name.endsWith(last)) return false;
  let at = first.length;
  for (const middle of segments.slice(1, -1)) {
    // The leftmost place is the best one: it leaves the most room for the segments that follow.
    const found = name.indexOf(middle, at);
    if (found < 0 || found + middle.length > end) return false;
    at = found + middle.length;
  }
  return true;
}

/** Whether this is a name and not a pattern. */
export function isLiteral(pattern: string): boolean {
  return !pattern.includes('*');
}
