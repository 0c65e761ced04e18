import { html, type Markup } from './markup.ts';
import { moment, page } from './page-frame.ts';
import type { MailMessage } from './read-message.ts';

/** One message: who, when, its HTML as a mail program would show it, and its text. */
export function messagePage(mail: MailMessage): string {
  const subject = mail.subject === '' ? '(no subject)' : mail.subject;
  return page(
    subject,
    html`<p><a href="/dev/mail">← All messages</a></p>
      <h1>${subject}</h1>
      <div class="card">
        <dl>
          <dt>From</dt>
          <dd>${mail.from}</dd>
          <dt>To</dt>
          <dd>${mail.to.join(', ')}</dd>
          <dt>Received</dt>
          <dd>${moment(mail.date)}</dd>
          ${attachments(mail)}
          <dt>Source</dt>
          <dd><a href="/dev/mail/${mail.id}/raw">Message as sent (.eml)</a></dd>
        </dl>
      </div>
      ${htmlPart(mail)} ${textPart(mail)}`,
  );
}

/** Sandboxed: no script, no form, no access to this origin; links open in a tab of their own. */
function htmlPart(mail: MailMessage): Markup {
  if (mail.html === null) return html``;
  return html`<h2>Message</h2>
    <div class="card frame">
      <iframe
        src="/dev/mail/${mail.id}/html"
        title="HTML part of the message"
        sandbox="allow-popups allow-popups-to-escape-sandbox"
        referrerpolicy="no-referrer"
      ></iframe>
    </div>`;
}

function textPart(mail: MailMessage): Markup {
  const heading = mail.html === null ? 'Message' : 'Plain text part';
  if (mail.text === null) {
    return mail.html === null ? html`<p class="people">This message has no content.</p>` : html``;
  }
  return html`<h2>${heading}</h2>
    <div class="card"><pre>${linked(mail.text)}</pre></div>`;
}

/** Web addresses become links, since confirmation mails are there to be followed. */
function linked(text: string): Markup[] {
  return text
    .split(/(https?:\/\/[^\s<>"']+)/)
    .map((part, at) =>
      at % 2 === 1 ? html`<a href="${part}" rel="noreferrer">${part}</a>` : html`${part}`,
    );
}

function attachments(mail: MailMessage): Markup {
  if (mail.attachments.length === 0) return html``;
  const names = mail.attachments.map(({ filename, mimeType }) => `${filename} (${mimeType})`);
  return html`<dt>Attachments</dt>
    <dd>${names.join(', ')}</dd>`;
}
