import type { Response } from 'express';
import { html, type Html } from './html.ts';

export interface Page {
  title: string;
  status?: number;
  content: Html;
  /** Seconds after which the browser loads the page again; for pages that wait for something. */
  refreshSeconds?: number;
}

/** A whole page; it needs no script and loads nothing from elsewhere. */
function renderPage({ title, content, refreshSeconds }: Page): string {
  const refresh =
    refreshSeconds === undefined
      ? html``
      : html`<meta http-equiv="refresh" content="${refreshSeconds}" />`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        ${refresh}
        <title>${title} – Bursar</title>
        <link rel="stylesheet" href="/assets/page.css" />
      </head>
      <body>
        <main>${content}</main>
      </body>
    </html> `.text;
}

export function sendPage(response: Response, page: Page): void {
  response.statusCode = page.status ?? 200;
  response.setHeader('Content-Type', 'text/html; charset=utf-8');
  response.setHeader('Cache-Control', 'no-store');
  response.end(renderPage(page));
}
