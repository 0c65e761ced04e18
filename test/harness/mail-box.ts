import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMailCatcher, type MailCatcher } from '@bursar/embedded/mail-catcher';
import { freePort } from '../../packages/queues/test/harness/free-port.ts';

export interface CaughtMail {
  id: string;
  to: string[];
  subject: string;
  text: string;
  headers: Record<string, string>;
}

/** A mail server that can go away and come back on its ports, keeping what it caught. */
export interface MailBox {
  readonly smtpUrl: string;
  /** Its pages lie below `/dev/mail`. */
  readonly url: string;
  /** What was delivered to an address, newest first. */
  to(address: string): Promise<CaughtMail[]>;
  goDown(): Promise<void>;
  comeBack(): Promise<void>;
  remove(): Promise<void>;
}

export async function startMailBox(): Promise<MailBox> {
  const dataDir = await mkdtemp(join(tmpdir(), 'bursar-test-mail-'));
  const [smtpPort, httpPort] = [await freePort(), await freePort()];
  const start = (): Promise<MailCatcher> =>
    startMailCatcher({ dataDir, host: '127.0.0.1', smtpPort, httpPort });
  let catcher: MailCatcher | null = await start();
  const goDown = async (): Promise<void> => {
    await catcher?.stop();
    catcher = null;
  };
  return {
    smtpUrl: catcher.smtpUrl,
    url: catcher.httpUrl,
    async to(address) {
      const query = new URLSearchParams({ to: address, limit: '100' });
      const response = await fetch(
        `http://127.0.0.1:${httpPort}/dev/mail.json?${query.toString()}`,
      );
      return ((await response.json()) as { data: CaughtMail[] }).data;
    },
    goDown,
    async comeBack() {
      catcher ??= await start();
    },
    async remove() {
      await goDown();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
