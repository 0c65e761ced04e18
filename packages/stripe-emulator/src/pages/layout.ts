import { html, Markup } from './html.ts';
import { STYLES } from './styles.ts';

/** A whole page with the banner that no page of the emulator goes without. */
export function layout(title: string, content: Markup, width: 'narrow' | 'wide' = 'wide'): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        <style>
          ${new Markup(STYLES)}
        </style>
      </head>
      <body class="${width}">
        <header class="banner"><strong>Test payments</strong> – no money moves</header>
        ${content}
      </body>
    </html> `.text;
}
