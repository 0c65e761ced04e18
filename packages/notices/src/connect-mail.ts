import nodemailer from 'nodemailer';

export interface MailMessage {
  to: string;
  subject: string;
  text: string;
  html: string;
  /** The same for every attempt, so that a repetition after a crash can be recognised. */
  messageId: string;
}

export interface Mail {
  /** Resolves once the server has taken the message. */
  send(message: MailMessage): Promise<void>;
  close(): void;
}

const TIMEOUT_MS = 15_000;

/** Sends through an SMTP server; connections are pooled and every step has a time limit. */
export function connectMail(smtpUrl: string, from: string): Mail {
  const transport = nodemailer.createTransport({
    url: smtpUrl,
    pool: true,
    maxConnections: 4,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send(message) {
      await transport.sendMail({
        ...message,
        from,
        messageId: `<${message.messageId}@bursar>`,
        // Replies from holiday robots would reach nobody.
        headers: { 'Auto-Submitted': 'auto-generated' },
      });
    },
    close: () => transport.close(),
  };
}

/** SMTP says 5xx for what will never work, such as an address that does not exist; all else may pass. */
export function isTransientMailError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('responseCode' in error && typeof error.responseCode === 'number') {
    return error.responseCode < 500;
  }
  return 'code' in error;
}
