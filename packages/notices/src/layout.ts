import { html, type Markup } from './markup.ts';
import type { NoticeContent } from './notice-content.ts';

export interface Brand {
  productName: string;
  /** Where people find their wallet. */
  publicUrl: string;
}

/** Why somebody got a mail, and how to get no more of them; receipts cannot be stopped. */
export interface Footer {
  reason: string;
  unsubscribeUrl: string | undefined;
}

/**
 * Mail programs differ in what they drop: some every <style>, some all that is not a table. So the
 * light colours stand inline on tables, and the sheet only adds the dark ones and small screens.
 */
const SHEET: Markup = {
  html: `
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (prefers-color-scheme: dark) {
  .page { background: #0f1216 !important; }
  .card { background: #191d23 !important; border-color: #2b323b !important; }
  .ink, .ink td { color: #e6e9ed !important; }
  .dim, .rows th { color: #9aa4af !important; }
  .rows th, .rows td { border-color: #2b323b !important; }
  .button { background: #7ab0ff !important; color: #0b1420 !important; }
}
@media (max-width: 480px) {
  .page > tbody > tr > td { padding: 12px 8px !important; }
  .card > tbody > tr > td { padding: 24px 20px !important; }
}`,
};

const FONT: Markup = {
  html: "font-family: system-ui, -apple-system, 'Segoe UI', Roboto, Arial, sans-serif;",
};

/** A notice as a whole HTML document: one column, no pictures, nothing that loads from elsewhere. */
export function layOut(
  content: NoticeContent,
  greeting: string,
  brand: Brand,
  { reason, unsubscribeUrl }: Footer,
): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        <title>${content.subject}</title>
        <style>
          ${SHEET}
        </style>
      </head>
      <body class="page" style="margin: 0; padding: 0; background: #f3f4f6;">
        <table
          class="page"
          role="presentation"
          width="100%"
          cellpadding="0"
          cellspacing="0"
          style="background: #f3f4f6;"
        >
          <tr>
            <td align="center" style="padding: 32px 16px;">
              ${card(content, greeting, brand)}
              <p
                class="dim"
                style="margin: 16px 0 0; color: #57606a; font-size: 13px; line-height: 20px; ${FONT}"
              >
                ${reason}${stopLink(unsubscribeUrl)}
              </p>
            </td>
          </tr>
        </table>
      </body>
    </html> `.html;
}

const stopLink = (url: string | undefined): Markup =>
  url === undefined ? html`` : html` <a href="${url}">Stop mail like this</a>`;

function card(content: NoticeContent, greeting: string, brand: Brand): Markup {
  return html`<table
    class="card"
    role="presentation"
    width="100%"
    cellpadding="0"
    cellspacing="0"
    style="max-width: 560px; background: #ffffff; border: 1px solid #e2e5e9; border-radius: 12px;"
  >
    <tr>
      <td
        class="ink"
        align="left"
        style="padding: 32px; color: #1b1f24; font-size: 16px; line-height: 24px; ${FONT}"
      >
        <p
          class="dim"
          style="margin: 0 0 20px; color: #57606a; font-size: 13px; font-weight: 600; letter-spacing: 0.04em;"
        >
          ${brand.productName}
        </p>
        <h1 style="margin: 0 0 16px; font-size: 22px; line-height: 28px; font-weight: 650;">
          ${content.subject}
        </h1>
        <p style="margin: 0 0 12px;">${greeting}</p>
        ${content.sentences.map((sentence) => html`<p style="margin: 0 0 12px;">${sentence}</p> `)}${table(content.rows)}
        <p style="margin: 24px 0 0;">
          <a
            class="button"
            href="${brand.publicUrl}"
            style="display: inline-block; padding: 10px 18px; border-radius: 8px; background: #1f5fd1; color: #ffffff; font-weight: 600; text-decoration: none;"
            >Open ${brand.productName}</a
          >
        </p>
      </td>
    </tr>
  </table>`;
}

/** Figures line up on the right; what people wrote reads from the left. */
const PROSE_LENGTH_MIN = 40;

function table(rows: NoticeContent['rows']): Markup {
  if (rows.length === 0) return html``;
  const cell = 'padding: 9px 0; border-top: 1px solid #e2e5e9; vertical-align: top;';
  return html`<table
    class="rows"
    width="100%"
    cellpadding="0"
    cellspacing="0"
    style="margin: 20px 0 0; font-size: 15px; line-height: 22px;"
  >
    ${rows.map(
      ([label, value]) =>
        html`<tr>
          <th
            scope="row"
            align="left"
            style="${cell} padding-right: 16px; color: #57606a; font-weight: 500; white-space: nowrap;"
          >
            ${label}
          </th>
          <td
            align="${value.length > PROSE_LENGTH_MIN ? 'left' : 'right'}"
            style="${cell} overflow-wrap: anywhere; word-break: break-word; font-variant-numeric: tabular-nums;"
          >
            ${value}
          </td>
        </tr> `,
    )}
  </table>`;
}
