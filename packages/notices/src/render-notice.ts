import { html, type Markup } from './markup.ts';
import type { NoticeData } from './notice-data.ts';
import { templates, type NoticeContent, type NoticeKind } from './templates.ts';

export interface Brand {
  productName: string;
  publicUrl: string;
}

export interface RenderedNotice {
  subject: string;
  text: string;
  html: string;
}

export const noticeKinds = Object.keys(templates) as NoticeKind[];

const isNoticeKind = (kind: string): kind is NoticeKind => Object.hasOwn(templates, kind);

/**
 * Writes the mail for one fact: a subject, plain text, and the same as HTML. Both say the same.
 *
 * @throws when the kind has no template or the fact lacks what its template needs.
 */
export function renderNotice(
  kind: string,
  data: NoticeData,
  recipient: { name: string | null },
  brand: Brand,
): RenderedNotice {
  if (!isNoticeKind(kind)) throw new Error(`There is no template for the fact "${kind}".`);
  const content = templates[kind](data);
  const greeting = recipient.name === null ? 'Hello,' : `Hello ${recipient.name},`;
  return {
    // A header is one line; what people wrote must not start another.
    subject: content.subject.replace(/[\r\n]+/g, ' '),
    text: asText(content, greeting, brand),
    html: asHtml(content, greeting, brand).html,
  };
}

function asText(content: NoticeContent, greeting: string, brand: Brand): string {
  const width = Math.max(0, ...content.rows.map(([label]) => label.length));
  const rows = content.rows.map(([label, value]) => `${`${label}:`.padEnd(width + 2)}${value}`);
  return [greeting, '', ...content.sentences, '', ...rows, ...(rows.length > 0 ? [''] : [])]
    .concat(`${brand.productName}: ${brand.publicUrl}`)
    .join('\n');
}

const STYLE = `
  :root { color-scheme: light dark; }
  body { margin: 0; padding: 24px; font: 16px/1.5 system-ui, sans-serif; background: #f4f5f7; color: #1b1f24; }
  main { max-width: 560px; margin: 0 auto; padding: 24px; border-radius: 12px; background: #ffffff; }
  table { width: 100%; border-collapse: collapse; margin: 16px 0; }
  th { text-align: left; font-weight: 500; color: #57606a; padding: 6px 16px 6px 0; white-space: nowrap; vertical-align: top; }
  td { padding: 6px 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
  footer { color: #57606a; font-size: 14px; }
  @media (prefers-color-scheme: dark) {
    body { background: #0f1216; color: #e6e9ed; }
    main { background: #191d23; }
    th, footer { color: #9aa4af; }
    a { color: #8ab4ff; }
  }`;

function asHtml(content: NoticeContent, greeting: string, brand: Brand): Markup {
  const style: Markup = { html: STYLE };
  const rows = content.rows.map(
    ([label, value]) =>
      html`<tr>
        <th scope="row">${label}</th>
        <td>${value}</td>
      </tr>`,
  );
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${content.subject}</title>
        <style>
          ${style}
        </style>
      </head>
      <body>
        <main>
          <p>${greeting}</p>
          ${content.sentences.map((sentence) => html`<p>${sentence}</p>`)}
          ${
            rows.length === 0
              ? ''
              : html`<table>
                  ${rows}
                </table>`
          }
          <footer><a href="${brand.publicUrl}">${brand.productName}</a></footer>
        </main>
      </body>
    </html>`;
}
