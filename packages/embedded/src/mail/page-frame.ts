import { createHash } from 'node:crypto';

import { html, Markup } from './markup.ts';

const style = `
:root { color-scheme: light dark; --ground: #f6f7f9; --card: #fff; --text: #16202e; --soft: #56637a;
  --line: #dde2ea; --accent: #0b62c4; --hover: #eef4fc; }
@media (prefers-color-scheme: dark) { :root { --ground: #0f141b; --card: #18202b; --text: #e8edf4;
  --soft: #9eabbe; --line: #2b3644; --accent: #7db8ff; --hover: #1f2a39; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); overflow-wrap: anywhere;
  font: 16px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; }
main, header > div { max-width: 60rem; margin: 0 auto; padding: 0 1rem; }
header { background: var(--card); border-bottom: 1px solid var(--line); }
header > div { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem .75rem; padding-block: .75rem; }
header p { margin: 0; color: var(--soft); font-size: .875rem; }
header .name { font-weight: 650; color: var(--text); text-decoration: none; font-size: 1.0625rem; }
main { padding-block: 1.25rem 3rem; }
h1 { font-size: 1.375rem; line-height: 1.3; margin: 0 0 .75rem; }
h2 { font-size: 1rem; margin: 1.5rem 0 .5rem; }
a { color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
.bar { display: flex; flex-wrap: wrap; gap: .75rem; align-items: end; margin-bottom: 1rem; }
.bar form { display: flex; flex-wrap: wrap; gap: .5rem; align-items: end; }
.bar .end { margin-left: auto; }
label { display: block; font-size: .8125rem; color: var(--soft); }
input, button, .button { font: inherit; font-size: .9375rem; padding: .4rem .75rem; min-height: 2.5rem;
  border: 1px solid var(--line); border-radius: 8px; background: var(--card); color: var(--text); }
input { width: 17rem; max-width: 100%; }
button, .button { cursor: pointer; text-decoration: none; display: inline-flex; align-items: center; }
button:hover, .button:hover { background: var(--hover); }
.card, .list { background: var(--card); border: 1px solid var(--line); border-radius: 12px; }
.card { padding: 1rem; }
.list { list-style: none; margin: 0; padding: 0; overflow: hidden; }
.list li + li { border-top: 1px solid var(--line); }
.list a { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: .125rem 1rem; padding: .75rem 1rem;
  color: inherit; text-decoration: none; }
.list a:hover { background: var(--hover); }
.list a:focus-visible { outline-offset: -2px; }
.subject { font-weight: 600; }
.list time, .people { color: var(--soft); font-size: .875rem; }
.list time { white-space: nowrap; font-variant-numeric: tabular-nums; }
.people { grid-column: 1 / -1; }
.empty { text-align: center; padding: 3rem 1rem; }
.empty h2 { margin: 0 0 .25rem; }
.empty p { margin: .25rem auto; max-width: 34rem; color: var(--soft); }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .25rem 1rem; margin: 0; }
dt { color: var(--soft); }
dd { margin: 0; }
pre { margin: 0; white-space: pre-wrap; font: .875rem/1.6 ui-monospace, 'SF Mono', Menlo, Consolas, monospace; }
iframe { display: block; width: 100%; height: 32rem; border: 0; border-radius: 12px; background: #fff; color-scheme: light; }
.frame { padding: 0; overflow: hidden; }
@media (max-width: 40rem) {
  .list a { grid-template-columns: minmax(0, 1fr); }
  .bar .end { margin-left: 0; }
  .bar form:first-child, .bar form:first-child > div, input { width: 100%; }
  dl { grid-template-columns: minmax(0, 1fr); gap: 0; }
  dd + dt { margin-top: .5rem; }
}
`;

/** One piece, because a formatter that touched the blanks in it would break its hash. */
const styleElement = Markup.trusted(`<style>${style}</style>`);

/** No script, no foreign content; styles only by their hash. */
export const pagePolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  "frame-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** A whole document around the given content. */
export function page(title: string, content: Markup): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} – Bursar mail catcher</title>
        ${styleElement}
      </head>
      <body>
        <header>
          <div>
            <a class="name" href="/dev/mail">Bursar mail catcher</a>
            <p>Mail sent by this Bursar stops here; nobody receives it.</p>
          </div>
        </header>
        <main>${content}</main>
      </body>
    </html> `.text;
}

/** `<time>` with the exact moment; the zone is named, since a server cannot know the reader's. */
export function moment(date: string): Markup {
  const shown = new Intl.DateTimeFormat('en-GB', {
    dateStyle: 'medium',
    timeStyle: 'medium',
    timeZone: 'UTC',
  }).format(new Date(date));
  return html`<time datetime="${date}">${shown} UTC</time>`;
}
