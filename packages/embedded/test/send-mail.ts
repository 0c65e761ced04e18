import { connect } from 'node:net';
import { createInterface } from 'node:readline';

export type Outgoing = {
  readonly from: string;
  readonly to: readonly string[];
  /** Headers, an empty line and the body, lines ended by CRLF. */
  readonly raw: string;
};

/** Speaks SMTP as a mailer does and answers the server's last reply, such as `250 OK`. */
export async function sendMail(smtpUrl: string, mail: Outgoing): Promise<string> {
  const { hostname, port } = new URL(smtpUrl);
  const socket = connect(Number(port), hostname);
  const replies = createInterface({ input: socket })[Symbol.asyncIterator]();
  const commands = [
    'EHLO test.example',
    `MAIL FROM:<${mail.from}>`,
    ...mail.to.map((address) => `RCPT TO:<${address}>`),
    'DATA',
    `${mail.raw.replaceAll(/^\./gm, '..')}\r\n.`,
  ];
  try {
    let reply = await finalLine(replies);
    for (const command of commands) {
      socket.write(`${command}\r\n`);
      reply = await finalLine(replies);
      if (!/^[23]/.test(reply)) break;
    }
    return reply;
  } finally {
    socket.destroy();
  }
}

/** Replies may have several lines; all but the last carry a hyphen after the code. */
async function finalLine(replies: AsyncIterator<string>): Promise<string> {
  for (;;) {
    const line = await replies.next();
    if (line.done === true) throw new Error('The mail server hung up.');
    if (line.value.charAt(3) !== '-') return line.value;
  }
}
