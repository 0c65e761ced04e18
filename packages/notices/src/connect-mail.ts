import nodemailer from 'nodemailer';

export interface MailMessage {
  /** One address, as the person's record has it. */
  to: string;
  subject: string;
  text: string;
  html: string;
  /** Where one click, or one POST, ends mail of this kind (RFC 8058). */
  unsubscribeUrl?: string | undefined;
  /** The same for every attempt, so that a repetition after a crash can be recognised. */
  messageId: string;
}

export interface Mail {
  /**
   * Resolves once the server has taken the message.
   *
   * @throws MailUnavailable when another attempt may succeed, MailRefused when none will.
   */
  send(message: MailMessage): Promise<void>;
  close(): void;
}

/** The server cannot be reached, does not let us in, or asks to come back later. */
export class MailUnavailable extends Error {
  override name = 'MailUnavailable';
}

/** This message will never be taken: its address is wrong or the server refuses it for good. */
export class MailRefused extends Error {
  override name = 'MailRefused';
}

export const isTransientMailError = (error: unknown): boolean => error instanceof MailUnavailable;

const TIMEOUT_MS_DEFAULT = 15_000;
const CONNECTIONS_MAX = 4;
/** A message may wait for a connection, be sent, and be sent again when the server hung up. */
const STEPS_MAX = 4;

/**
 * Sends through an SMTP server. Connections are pooled; each step is given up after `timeoutMs` and
 * the whole after four times as long.
 *
 * @param from such as `Bursar <bursar@example.org>`; its domain also ends the message ids.
 * @throws Error when `from` has no address.
 */
export function connectMail(smtpUrl: string, from: string, timeoutMs = TIMEOUT_MS_DEFAULT): Mail {
  const domain = domainOf(from);
  const transport = nodemailer.createTransport({
    url: smtpUrl,
    pool: true,
    maxConnections: CONNECTIONS_MAX,
    maxRequeues: 1,
    dnsTimeout: timeoutMs,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send({ to, subject, text, html, messageId, unsubscribeUrl }) {
      const message = {
        from,
        to: { name: '', address: oneAddress(to) },
        subject,
        text,
        html,
        messageId: `<${checkedId(messageId)}@${domain}>`,
        // Holiday robots do not answer these, which would reach nobody.
        headers: {
          'Auto-Submitted': 'auto-generated',
          ...(unsubscribeUrl !== undefined && {
            'List-Unsubscribe': `<${unsubscribeUrl}>`,
            'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
          }),
        },
        signal: AbortSignal.timeout(timeoutMs * STEPS_MAX),
      };
      await transport.sendMail(message).catch((error: unknown) => {
        throw failureFrom(error);
      });
    },
    close: () => transport.close(),
  };
}

function domainOf(from: string): string {
  const domain = /@([A-Za-z0-9.-]+)>?\s*$/.exec(from)?.[1];
  if (domain === undefined) {
    throw new Error(
      `The sender ${JSON.stringify(from)} has no address; write it like "Bursar <bursar@example.org>".`,
    );
  }
  return domain;
}

/** A comma would add a recipient and a line break a header, so nothing but one plain address passes. */
function oneAddress(to: string): string {
  if (!/^[^\s@<>()[\]\\,;:"]+@[^\s@<>()[\]\\,;:"]+$/.test(to) || to.length > 254) {
    throw new MailRefused("The recipient is not one mail address; correct the person's address.");
  }
  return to;
}

function checkedId(messageId: string): string {
  if (!/^[A-Za-z0-9._-]{1,200}$/.test(messageId)) {
    throw new Error('A message id has only letters, digits, dots, dashes and underscores.');
  }
  return messageId;
}

/**
 * Only an answer to this very message is final; a server that turns everybody away, or rejects our
 * login, is an outage of the server. Refusals quote the recipient, so their text is not kept.
 */
function failureFrom(error: unknown): Error {
  const { code, responseCode, command, response } = fieldsOf(error);
  const isAboutMessage = code === 'EENVELOPE' || code === 'EMESSAGE';
  const isPassing = typeof responseCode === 'number' && responseCode < 500;
  if (!isAboutMessage || isPassing) {
    const what = error instanceof Error ? error.message : String(error);
    return new MailUnavailable(`The mail server did not take the message: ${what}`);
  }
  const status = /^\d{3}[ -](\d\.\d+\.\d+)?/.exec(String(response))?.[0] ?? code;
  return new MailRefused(
    `The mail server refused the message for good (${status.trim()} after ${String(command)}); check the person's address and MAIL_FROM.`,
  );
}

const fieldsOf = (error: unknown): Record<string, unknown> =>
  typeof error === 'object' && error !== null ? { ...error } : {};
