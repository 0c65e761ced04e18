import { createHash } from 'node:crypto';
import { html, Html } from './html.ts';
import type { DevPerson } from './people.ts';

const STYLE = `:root{color-scheme:light dark;--text:light-dark(#1a1d23,#e9ebef);--soft:light-dark(#57606e,#a6aebb);
--ground:light-dark(#f5f6f8,#14161a);--card:light-dark(#fff,#1e2127);--line:light-dark(#c5cbd4,#4a505b);--link:light-dark(#0b57c2,#8ab8ff)}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1rem;background:var(--ground);color:var(--text);font:1rem/1.5 system-ui,sans-serif}
main{width:100%;max-width:30rem;padding:clamp(1.25rem,5vw,2.25rem);background:var(--card);border:1px solid var(--line);border-radius:.75rem;overflow-wrap:anywhere}
h1{margin:0;font-size:1.5rem;line-height:1.25}h2{margin:1.75rem 0 .25rem;font-size:1.1rem}p{margin:.5rem 0 1rem}
.soft,small{color:var(--soft)}
button{font:inherit;cursor:pointer;min-height:2.75rem;border-radius:.5rem}
.person{display:block;width:100%;margin:.5rem 0;padding:.6rem 1rem;text-align:start;background:transparent;color:inherit;border:1px solid var(--line)}
.person:hover{border-color:var(--link)}.person b,.person small{display:block}
.go{padding:.5rem 1.25rem;border:0;background:var(--link);color:var(--card);font-weight:600}
label{display:block;margin:.75rem 0}
input:not([type=checkbox]){display:block;width:100%;min-height:2.75rem;margin-top:.25rem;padding:.5rem .75rem;font:inherit;color:inherit;background:var(--ground);border:1px solid var(--line);border-radius:.5rem}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}`;

/** Sends the form at once; without JavaScript its button does. */
const SUBMIT = 'document.forms[0].submit()';

const sourceOf = (text: string): string =>
  `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** What pages may load and where their forms may lead; `origins` are those that wait for an answer. */
export const contentSecurityPolicy = (origins: readonly string[]): string =>
  [
    "default-src 'none'",
    `style-src ${sourceOf(STYLE)}`,
    `script-src ${sourceOf(SUBMIT)}`,
    `form-action ${["'self'", ...origins].join(' ')}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ');

const page = (title: string, content: Html, script: Html = html``): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        ${inline('style', STYLE)}
      </head>
      <body>
        <main>${content}</main>
        ${script}
      </body>
    </html>`.text;

/** To the letter, because browsers take them by their hash only. */
const inline = (element: 'style' | 'script', text: string): Html =>
  new Html(`<${element}>${text}</${element}>`);

/** Who could sign in: a button for each, and a form for everybody else. `fault` says what was wrong with it. */
export function choosePage(action: string, people: readonly DevPerson[], fault?: string): string {
  const buttons = people.map(
    ({ sub, name, email, groups = [] }) =>
      html`<button class="person" name="sub" value="${sub}">
        <b>${name}</b><small>${[email ?? 'no address', ...groups].join(' · ')}</small>
      </button>`,
  );
  const alert = fault === undefined ? html`` : html`<p role="alert"><b>${fault}</b></p>`;
  return page(
    'Sign in – development',
    html`<h1>Who are you today?</h1>
      <p class="soft">This provider is for development: it asks for no password.</p>
      <form method="post" action="${action}">${buttons}</form>
      <h2>Somebody new</h2>
      ${alert}
      <form method="post" action="${action}">
        <label>Name <input name="name" required maxlength="100" autocomplete="off" /></label>
        <label
          >E-mail <input name="email" type="email" required maxlength="200" autocomplete="off"
        /></label>
        <label
          ><input name="verified" type="checkbox" value="1" checked /> The address is
          verified</label
        >
        <button class="go">Sign in</button>
      </form>`,
  );
}

/** Ends the session here. `form` comes from the provider and has the id `op.logoutForm`. */
export const signOutPage = (form: string): string =>
  page(
    'Sign out – development',
    html`<h1>Sign out</h1>
      ${new Html(form)}
      <input type="hidden" form="op.logoutForm" name="logout" value="yes" />
      <button class="go" form="op.logoutForm">Sign out here, too</button>`,
    inline('script', SUBMIT),
  );

export const messagePage = (title: string, text: string): string =>
  page(
    `${title} – development`,
    html`<h1>${title}</h1>
      <p>${text}</p>`,
  );
