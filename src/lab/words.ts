/** The lab's own prose: what an answer, a thought and an argument are made of. Every text follows from its seed, and no sentence of an answer stands twice. */

import { between, createChance, pick } from './seed.ts';
import type { Chance } from './step.ts';

const SENTENCES: readonly string[] = [
  'The harbour light at Brønnøysund turns once every twelve seconds, whatever the weather does.',
  'In Kyōto (京都) the rain keeps to the north side of the river until noon.',
  'A café in Besançon still writes its tide tables by hand, though the sea is far away.',
  'Señora Ibáñez counts the swallows each spring and has never been wrong by more than three.',
  'The weather ship reported “fair, then uncertain”, which is how most answers begin.',
  'Überall liegt Schnee, nur auf dem Bahnsteig von Zürich nicht.',
  'A letter that arrives whole is worth more than two that arrive in pieces.',
  'The old tram in Łódź rings its bell twice: once for the stop and once for luck.',
  '灯台は静かに回り続ける, as the keeper likes to say when the fog comes in.',
  'Nobody in Reykjavík trusts a forecast that fits on a single line.',
  'The lighthouse log has one rule: what was not seen is not written down.',
  'At Þingvellir the path divides, and both halves come back to the same bench.',
  'Coffee in Malmö costs 42 kronor; the view of the bridge is included.',
  'The ferry waits four minutes for latecomers and not a second more.',
  'Ein Faden, der reißt, lässt sich knüpfen, wenn man beide Enden noch hat.',
  'Every knot in the rope has a name, and the best of them can be untied.',
  'Le vent tourne à l’ouest; les bateaux le savaient déjà hier.',
  'A good map shows where it stops knowing.',
  'The clock in Plzeň is seven minutes slow and the whole town has agreed to it.',
  'Οι γλάροι ξέρουν τον δρόμο, so the pilot simply follows the gulls.',
  'Three bells mean dinner, four mean fog, and five have never been heard.',
  'The bridge at Ålesund hums in a north wind, always on the same note.',
  '雨がやんだら出発します, says the sign, and everyone waits.',
  'What is promised in the morning is delivered by evening, or an honest note is left instead.',
];
const THOUGHTS: readonly string[] = [
  'The question is short, so the answer should be too.',
  'I should check what was said before and not repeat it.',
  'Two ways lead there; the plainer one is better.',
  'Nothing here needs a guess.',
  'The naïve reading and the careful one agree.',
  'I will keep the names as they were written: Łódź, Kyōto, Besançon.',
  'One more look at the wording, then I answer.',
];
const SAMPLES: readonly string[] = ['Brønnøysund', 'notes/été.md', 'Łódź', '京都', 'north pier', 'Ålesund "old town"'];
const DEFAULT_SENTENCES_MIN = 3;
const DEFAULT_SENTENCES_MAX = 5;
const TOPIC_QUOTED_CHARS_MAX = 60;

/** The text of an answer: a few sentences, or exactly `words` words. */
export function composeAnswer(topic: string, seed: string, words?: number): string {
  const chance = createChance(`answer ${seed}`);
  const opening = topic === '' ? 'A note from the lab.' : `On “${shorten(topic)}”, a note from the lab.`;
  if (words === 0) return '';
  if (words !== undefined) return exactly(words, opening, chance);
  const count = between(DEFAULT_SENTENCES_MIN, DEFAULT_SENTENCES_MAX, chance);
  return [opening, ...shuffled(SENTENCES, chance).slice(0, count)].join(' ');
}

export function composeThought(seed: string, words?: number): string {
  const chance = createChance(`thought ${seed}`);
  const thoughts = shuffled(THOUGHTS, chance);
  if (words !== undefined && words > 0) return exactly(words, thoughts[0]!, chance);
  return thoughts.slice(0, between(2, 4, chance)).join(' ');
}

export function sampleArgument(chance: Chance, chars?: number): string {
  if (chars === undefined) return pick(SAMPLES, chance);
  let text = '';
  while (text.length < chars) text += `${pick(SENTENCES, chance)}\n`;
  return text.slice(0, boundary(text, chars));
}

/** Cuts a text into pieces that join to it: some words each, or exactly `pieces` of them. */
export function cutText(text: string, chance: Chance, pieces?: number): string[] {
  if (text === '') return [];
  if (pieces !== undefined && pieces > 0) return evenPieces(text, Math.min(pieces, text.length));
  const cut: string[] = [];
  let at = 0;
  while (at < text.length) {
    let to = Math.min(text.length, at + between(2, 28, chance));
    if (chance() < 0.8 && to < text.length) {
      const space = text.indexOf(' ', to);
      to = space === -1 ? text.length : space;
    }
    to = boundary(text, to);
    cut.push(text.slice(at, to));
    at = to;
  }
  return cut;
}

/** The same place, or one further when it would part a surrogate pair. */
export function boundary(text: string, at: number): number {
  const unit = text.charCodeAt(at - 1);
  return unit >= 0xd800 && unit <= 0xdbff && at < text.length ? at + 1 : at;
}

function evenPieces(text: string, pieces: number): string[] {
  const cut: string[] = [];
  for (let at = 0; at < pieces; at += 1) {
    const from = boundary(text, Math.floor((at * text.length) / pieces));
    cut.push(text.slice(from, boundary(text, Math.floor(((at + 1) * text.length) / pieces))));
  }
  return cut;
}

function exactly(words: number, opening: string, chance: Chance): string {
  const list = opening.split(' ');
  let order: string[] = [];
  for (let round = 1; list.length < words; round += 1) {
    if (order.length === 0) order = shuffled(SENTENCES, chance);
    const sentence = order.pop()!;
    list.push(`(${round})`, ...sentence.split(' '));
  }
  return list.slice(0, words).join(' ');
}

function shuffled(list: readonly string[], chance: Chance): string[] {
  const copy = [...list];
  for (let at = copy.length - 1; at > 0; at -= 1) {
    const other = Math.floor(chance() * (at + 1));
    [copy[at], copy[other]] = [copy[other]!, copy[at]!];
  }
  return copy;
}

function shorten(topic: string): string {
  return topic.length <= TOPIC_QUOTED_CHARS_MAX
    ? topic
    : `${topic.slice(0, boundary(topic, TOPIC_QUOTED_CHARS_MAX - 1))}…`;
}
