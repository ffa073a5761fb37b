/**
 * What the server says in English, in the language of the screen. The server's sentences are gathered from its
 * sources (`docs/api/sentences.json`); each language but English has a translation of every one. A sentence with
 * values is found by its template; what is put in stays as it is, unless it is a sentence or a known word itself.
 * What is not known stays English: it is better read in English than lost.
 */

/** The translations of one language: whole sentences by their English template, and words put into them. */
export interface Sentences {
  sentences: Record<string, string>;
  /** What conditions say of a contact, likewise; the first template that fits counts. */
  reasons: Record<string, string>;
  words: Record<string, string>;
}

interface Template {
  shape: RegExp;
  translation: string;
}

const HOLE = /\{(\d)\}/g;
const BOUNDARY = /(?<=[.?!]) (?=[\p{Lu}“{])/u;

let present: Sentences | undefined;
let templates: Template[] = [];
let reasons: Template[] = [];

/** Takes the translations of the language of the screen; none for English. */
export function setSentences(sentences: Sentences | undefined): void {
  present = sentences;
  templates = sentences === undefined ? [] : compiled(sentences.sentences);
  reasons = sentences === undefined ? [] : withHoles(sentences.reasons);
}

/** Those with more words of their own come first: they say more certainly what a sentence is. */
function compiled(sentences: Record<string, string>): Template[] {
  const own = (english: string) => english.replace(HOLE, '').length;
  const longestFirst = Object.entries(sentences).sort(([a], [b]) => own(b) - own(a));
  return withHoles(Object.fromEntries(longestFirst));
}

function withHoles(texts: Record<string, string>): Template[] {
  return Object.entries(texts)
    .filter(([english]) => english.search(HOLE) >= 0)
    .map(([english, translation]) => ({ shape: shapeOf(english), translation }));
}

function shapeOf(english: string): RegExp {
  const literal = english.split(/\{\d\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${literal.join('(.*?)')}$`, 's');
}

/** The sentence in the language of the screen, or `undefined` if it is not known there. */
export function knownSentence(english: string): string | undefined {
  if (present === undefined) return undefined;
  return whole(present, english) ?? inParts(present, english);
}

/** The sentence in the language of the screen, or as the server said it. */
export function serverSentence(english: string): string {
  return knownSentence(english) ?? english;
}

/** What a condition found out about a contact, in the language of the screen, or as the server said it. */
export function serverReason(english: string): string {
  return present === undefined ? english : (knownReason(present, english) ?? english);
}

function knownReason(all: Sentences, english: string): string | undefined {
  return all.words[english] ?? listed(all, english) ?? filled(all.reasons, reasons, english, serverReason);
}

/** Several of them, such as all that is known of a consent. */
function listed(all: Sentences, english: string): string | undefined {
  const parts = english.split(' and ');
  if (parts.length < 2) return undefined;
  const said = parts.map((part) => knownReason(all, part));
  return said.every((part) => part !== undefined) ? said.join('，') : undefined;
}

function whole({ sentences }: Sentences, english: string): string | undefined {
  return filled(sentences, templates, english, shownValue);
}

function filled(
  exact: Record<string, string>,
  shapes: Template[],
  english: string,
  show: (value: string) => string,
): string | undefined {
  const known = exact[english];
  if (known !== undefined) return known;
  for (const { shape, translation } of shapes) {
    const values = shape.exec(english)?.slice(1);
    if (values !== undefined)
      return translation.replace(HOLE, (_, n: string) => show(values[Number(n)] ?? ''));
  }
  return undefined;
}

function shownValue(value: string): string {
  return present?.words[value] ?? knownSentence(value) ?? value;
}

/** Two sentences that the server put one after another. */
function inParts(all: Sentences, english: string): string | undefined {
  const parts = english.split(BOUNDARY);
  if (parts.length < 2) return undefined;
  const said = parts.map((part) => whole(all, part));
  return said.every((part) => part !== undefined) ? said.join('') : undefined;
}
