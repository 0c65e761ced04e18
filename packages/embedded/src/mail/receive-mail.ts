import { once } from 'node:events';

import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';

import { listeningAt, type Listener } from './listening-at.ts';
import type { MailStore } from './mail-store.ts';

const messageBytesMax = 1024 * 1024;
const recipientsMax = 100;
const clientsMax = 50;
const idleTimeoutMs = 30_000;
const closeTimeoutMs = 500;

/** Takes in every message, whoever sends it; answers 250 only when the store has the whole of it. */
export async function receiveMail(intake: {
  readonly store: MailStore;
  readonly host: string;
  readonly port: number;
  readonly log: (line: string) => void;
}): Promise<Listener> {
  const { store, host, port, log } = intake;
  async function answerData(
    stream: SMTPServerDataStream,
    session: SMTPServerSession,
    done: (refused?: Error) => void,
  ): Promise<void> {
    try {
      await takeIn(stream, session, store);
      done();
    } catch (error) {
      const reason = error instanceof Error ? error : new Error(String(error));
      log(`A message was refused: ${reason.message}`);
      done('responseCode' in reason ? reason : refusal(451, 'The message was not kept.'));
    }
  }
  const server = new SMTPServer({
    name: 'bursar-mail-catcher',
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    size: messageBytesMax,
    maxClients: clientsMax,
    socketTimeout: idleTimeoutMs,
    closeTimeout: closeTimeoutMs,
    onRcptTo: (_address, session, done) => {
      const full = session.envelope.rcptTo.length >= recipientsMax;
      done(full ? refusal(452, `At most ${recipientsMax} recipients per message.`) : null);
    },
    onData: (stream, session, done) => {
      void answerData(stream, session, done);
    },
  });
  const listening = server.listen(port, host);
  await once(listening, 'listening');
  // A client that hangs up early is its own business, but without a listener it would end us.
  server.on('error', (error: Error) => log(`A mail connection broke off: ${error.message}`));
  const stop = (): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
  return { url: `smtp://${listeningAt(listening)}`, stop };
}

async function takeIn(
  stream: SMTPServerDataStream,
  session: SMTPServerSession,
  store: MailStore,
): Promise<void> {
  const chunks: Buffer[] = [];
  // What is too much is still read, since the refusal can only follow the end of the message.
  for await (const chunk of stream) {
    if (!stream.sizeExceeded) chunks.push(Buffer.from(chunk));
  }
  if (stream.sizeExceeded) throw refusal(552, `A message may have ${messageBytesMax} bytes.`);
  const { mailFrom, rcptTo } = session.envelope;
  const from = mailFrom === false ? '' : mailFrom.address;
  await store.add({ from, to: rcptTo.map(({ address }) => address) }, Buffer.concat(chunks));
}

function refusal(responseCode: number, message: string): Error & { responseCode: number } {
  return Object.assign(new Error(message), { responseCode });
}
