/**
 * Between the HTML of a text block and the rich text editor. Liquid may stand in words and in attributes;
 * an HTML parser would spoil it, so it is cut out before and put back afterwards, as the server does.
 */
import { LIQUID } from '../../../parts/merge-tags/model';

const OPEN = '\uE000';
const CLOSE = '\uE001';
const MARK = /\uE000(\d+)\uE001/g;

/** HTML for the editor: Liquid in words becomes `<span data-liquid="…">`. */
export function toEditor(html: string): string {
  const pieces: string[] = [];
  const marked = html.replace(LIQUID, (liquid) => `${OPEN}${pieces.push(liquid) - 1}${CLOSE}`);
  const body = new DOMParser().parseFromString(marked, 'text/html').body;
  const back = (text: string) => text.replace(MARK, (_, n: string) => pieces[Number(n)] ?? '');
  for (const element of body.querySelectorAll('*')) {
    for (const attribute of [...element.attributes]) attribute.value = back(attribute.value);
  }
  for (const text of textsOf(body)) {
    const parts = text.data.split(MARK);
    if (parts.length === 1) continue;
    text.replaceWith(
      ...parts.map((part, n) => (n % 2 === 0 ? part : liquidSpan(pieces[Number(part)] ?? ''))),
    );
  }
  return body.innerHTML;
}

function textsOf(root: Element): Text[] {
  const walker = root.ownerDocument.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const texts: Text[] = [];
  while (walker.nextNode() !== null) texts.push(walker.currentNode as Text);
  return texts;
}

function liquidSpan(source: string): HTMLSpanElement {
  const span = document.createElement('span');
  span.setAttribute('data-liquid', source);
  return span;
}

/** HTML of the editor as the server wants it: Liquid as it was written, not as entities. */
export function fromEditor(html: string): string {
  const body = new DOMParser().parseFromString(html, 'text/html').body;
  const pieces: string[] = [];
  for (const span of body.querySelectorAll('span[data-liquid]')) {
    span.replaceWith(`${OPEN}${pieces.push(span.getAttribute('data-liquid') ?? '') - 1}${CLOSE}`);
  }
  for (const paragraph of body.querySelectorAll('li > p:first-child')) unwrap(paragraph);
  return body.innerHTML
    .replace(LIQUID, (liquid) => withoutEntities(liquid))
    .replace(MARK, (_, n: string) => pieces[Number(n)] ?? '');
}

/** The editor puts paragraphs into list items; mail does without, for they would stand too far apart. */
function unwrap(paragraph: Element): void {
  const style = paragraph.getAttribute('style');
  if (style !== null) paragraph.parentElement?.setAttribute('style', style);
  paragraph.replaceWith(...paragraph.childNodes);
}

function withoutEntities(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&nbsp;', ' ')
    .replaceAll('&amp;', '&');
}
