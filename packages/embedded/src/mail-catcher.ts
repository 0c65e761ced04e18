import { join } from 'node:path';

import { MailStore } from './mail/mail-store.ts';
import { receiveMail } from './mail/receive-mail.ts';
import { serveMail } from './mail/serve-mail.ts';

export type MailCatcherOptions = {
  /** Messages are kept in the folder `mail` below it and survive a restart. */
  readonly dataDir: string;
  /** Address to listen on. Nothing here asks for a password: keep it a loopback address. */
  readonly host: string;
  /** TCP ports; 0 or none lets the system pick. */
  readonly smtpPort?: number;
  readonly httpPort?: number;
  /** Receives one sentence for each connection that broke off or message that was refused. */
  readonly log?: (line: string) => void;
};

export type MailCatcher = {
  /** `smtp://host:port`, without TLS and without a login. */
  readonly smtpUrl: string;
  /** `http://host:port`; the pages lie below `/dev/mail` there. */
  readonly httpUrl: string;
  stop(): Promise<void>;
};

/**
 * Accepts every mail on SMTP instead of delivering it, and shows it on web pages and as JSON.
 * Throws the system's error when the folder cannot be written or a port is taken.
 */
export async function startMailCatcher(options: MailCatcherOptions): Promise<MailCatcher> {
  const { host, log = () => {} } = options;
  const store = await MailStore.open(join(options.dataDir, 'mail'));
  const smtp = await receiveMail({ store, host, port: options.smtpPort ?? 0, log });
  try {
    const http = await serveMail({ store, host, port: options.httpPort ?? 0, log });
    const stop = async (): Promise<void> => {
      await Promise.all([smtp.stop(), http.stop()]);
    };
    return { smtpUrl: smtp.url, httpUrl: http.url, stop };
  } catch (error) {
    await smtp.stop();
    throw error;
  }
}
