/**
 * HTML of messages in frames. A `srcdoc` frame inherits the console's content security policy, which lets only
 * style sheets with the nonce of the page in; a message's own would be dropped and it would look unlike what is
 * sent. The nonce lets styles in and nothing else: scripts need `'self'`, and the frames' sandbox forbids them
 * besides.
 */

const STYLE = /<style(?=[\s>])/gi;
const HEAD = /<head(?=[\s>])[^>]*>/i;

/** The HTML with the page's nonce on its style sheets. */
export function withStyleNonce(html: string, nonce = pageNonce()): string {
  if (nonce === '') return html;
  return html.replace(STYLE, `<style nonce="${nonce}"`);
}

/** The HTML with its links opening in a new tab: inside the frame they would lead nowhere. */
export function withLinksOut(html: string): string {
  const base = '<base target="_blank">';
  return HEAD.test(html) ? html.replace(HEAD, `$&${base}`) : base + html;
}

function pageNonce(): string {
  const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
  return /^[\w+/=-]+$/.test(nonce) ? nonce : '';
}
