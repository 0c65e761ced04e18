import PostalMime, { type Address, type Email } from 'postal-mime';

export type MailEnvelope = { readonly from: string; readonly to: readonly string[] };

export type MailSummary = {
  readonly id: string;
  /** `Name <address>`, or the address alone. */
  readonly from: string;
  /** Plain addresses the message was delivered to, blind copies included. */
  readonly to: readonly string[];
  readonly subject: string;
  /** RFC 3339 UTC: when the message arrived. */
  readonly date: string;
};

export type MailMessage = MailSummary & {
  readonly text: string | null;
  readonly html: string | null;
  /** Lower-case names; of repeated headers the first. */
  readonly headers: Readonly<Record<string, string>>;
  readonly attachments: readonly { readonly filename: string; readonly mimeType: string }[];
};

const envelopeFrom = 'x-envelope-from';
const envelopeTo = 'x-envelope-to';

/** Puts the envelope in front of the raw message, where a mail server would note it, too. */
export function withEnvelope(envelope: MailEnvelope, raw: Buffer): Buffer {
  const to = envelope.to.join(',\r\n ');
  return Buffer.concat([
    Buffer.from(`X-Envelope-From: ${envelope.from}\r\nX-Envelope-To: ${to}\r\n`, 'utf8'),
    raw,
  ]);
}

/** Parses a stored message; one that breaks the parser is shown as it came instead of being lost. */
export async function readMessage(id: string, date: string, raw: Buffer): Promise<MailMessage> {
  let email: Email;
  try {
    email = await PostalMime.parse(raw);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const subject = `(this message could not be read: ${reason})`;
    const text = raw.toString('utf8');
    return { id, date, from: '', to: [], subject, text, html: null, headers: {}, attachments: [] };
  }
  const headers = firstHeaders(email);
  return {
    id,
    date,
    headers,
    from: email.from === undefined ? (headers[envelopeFrom] ?? '') : format(email.from),
    to: recipients(email, headers),
    subject: email.subject ?? '',
    text: email.text ?? null,
    html: email.html ?? null,
    attachments: email.attachments.map(({ filename, mimeType }) => ({
      filename: filename ?? '(no name)',
      mimeType,
    })),
  };
}

/** The part of a message that lists need; keeps bodies out of memory. */
export function summarize({ id, from, to, subject, date }: MailMessage): MailSummary {
  return { id, from, to, subject, date };
}

function firstHeaders(email: Email): Record<string, string> {
  // Without a prototype, a header named like one of its members stays a plain header.
  const headers: Record<string, string> = Object.create(null);
  for (const { key, value } of email.headers) headers[key] ??= value;
  return headers;
}

function recipients(email: Email, headers: Record<string, string>): string[] {
  const delivered = headers[envelopeTo]?.split(',').map((address) => address.trim());
  if (delivered !== undefined) return delivered;
  return (email.to ?? []).flatMap((entry) => entry.group ?? [entry]).map(({ address }) => address);
}

function format(address: Address): string {
  if (address.address === undefined) return address.name;
  return address.name === '' ? address.address : `${address.name} <${address.address}>`;
}
