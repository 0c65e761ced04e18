import { html, type Markup } from './markup.ts';
import { moment, page } from './page-frame.ts';
import type { MailSummary } from './read-message.ts';

/** All caught messages, newest first; `to` is the filter that the list was made with, or ''. */
export function listPage(mails: readonly MailSummary[], to: string): string {
  const count = mails.length === 1 ? '1 message' : `${mails.length} messages`;
  const title = to === '' ? 'Mail' : `Mail to ${to}`;
  return page(
    title,
    html`<h1>${title}</h1>
      ${mails.length === 0 && to === '' ? html`` : tools(to)}
      ${
        mails.length === 0
          ? empty(to)
          : html`<p class="people" role="status">${count}, newest first</p>
              <ul class="list">
                ${mails.map(row)}
              </ul>`
      }`,
  );
}

function tools(to: string): Markup {
  return html`<div class="bar">
    <form action="/dev/mail" method="get" role="search">
      <div>
        <label for="to">Recipient's address</label
        ><input id="to" name="to" type="email" value="${to}" autocomplete="off" maxlength="320" />
      </div>
      <button>Filter</button>
      ${to === '' ? html`` : html`<a class="button" href="/dev/mail">Show all</a>`}
    </form>
    <form class="end" action="/dev/mail/clear" method="post">
      <button>Delete all messages</button>
    </form>
  </div>`;
}

function row(mail: MailSummary): Markup {
  const subject = mail.subject === '' ? '(no subject)' : mail.subject;
  return html`<li>
    <a href="/dev/mail/${mail.id}"
      ><span class="subject">${subject}</span>
      ${moment(mail.date)}
      <span class="people">${mail.from} → ${mail.to.join(', ')}</span></a
    >
  </li> `;
}

function empty(to: string): Markup {
  if (to !== '') {
    return html`<div class="card empty" role="status">
      <h2>Nothing for ${to}</h2>
      <p>No caught message was sent to exactly this address.</p>
    </div>`;
  }
  return html`<div class="card empty" role="status">
    <h2>No mail yet</h2>
    <p>
      Receipts, credit requests and warnings show up here as soon as Bursar sends them. Buy some
      credits or give an organization a member to see the first one.
    </p>
  </div>`;
}
