/** A count of tokens for when nobody can count: an estimate by characters, always said to be one. It is never used where an upstream has a counter. */

/** Latin letters are about four to a token, other scripts about three to two. */
const asciiPerToken = 4;
const otherPerToken = 1.5;
/** What providers charge for a picture of common size. */
const mediaTokens = 1_500;
const perMemberTokens = 0.5;

export function estimateTokens(json: unknown): number {
  return Math.ceil(weigh(json));
}

function weigh(value: unknown): number {
  if (typeof value === 'string') return weighText(value);
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + weigh(item), 0);
  if (typeof value !== 'object' || value === null) return 0.5;
  let sum = 0;
  for (const [key, member] of Object.entries(value)) {
    sum += isMedia(key, member) ? mediaTokens : weigh(member) + perMemberTokens;
  }
  return sum;
}

/** Base64 is no text: it is paid for as a picture, not by its letters. */
function isMedia(key: string, value: unknown): boolean {
  if (typeof value !== 'string') return false;
  return (
    (key === 'data' && value.length > 200 && /^[A-Za-z0-9+/=_-]+$/.test(value.slice(0, 200))) ||
    /^data:[\w/+.-]+;base64,/.test(value)
  );
}

function weighText(text: string): number {
  let ascii = 0;
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) < 128) ascii += 1;
  return ascii / asciiPerToken + (text.length - ascii) / otherPerToken;
}
