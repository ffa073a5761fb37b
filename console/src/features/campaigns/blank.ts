/** Emails in code to begin with, each with what marketing mail must have. Pure. */
import type { Schema } from '../../api/client';

type Body = Schema<'Body'>;

/** Words in the reader's language; the author replaces them. */
export interface BlankWords {
  heading: string;
  text: string;
  unsubscribe: string;
}

export function blankMjml({ heading, text, unsubscribe }: BlankWords): Body {
  const source = `<mjml>
  <mj-body>
    <mj-section>
      <mj-column>
        <mj-text font-size="24px">${heading}</mj-text>
        <mj-text>${text}</mj-text>
      </mj-column>
    </mj-section>
    <mj-section>
      <mj-column>
        <mj-text font-size="12px" color="#6b7280">
          {{ store.name }}, {{ store.postal_address }}<br />
          <a href="{{ links.unsubscribe }}">${unsubscribe}</a>
        </mj-text>
      </mj-column>
    </mj-section>
  </mj-body>
</mjml>
`;
  return { format: 'mjml', source };
}

export function blankHtml({ heading, text, unsubscribe }: BlankWords): Body {
  const source = `<!doctype html>
<html>
  <body>
    <h1>${heading}</h1>
    <p>${text}</p>
    <p>
      {{ store.name }}, {{ store.postal_address }}<br>
      <a href="{{ links.unsubscribe }}">${unsubscribe}</a>
    </p>
  </body>
</html>
`;
  return { format: 'html', source };
}
