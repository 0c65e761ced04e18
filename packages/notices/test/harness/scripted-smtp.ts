import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

/** What the server says to each command; `hang` says nothing, `close` hangs up. */
export type Script = Partial<
  Record<'GREETING' | 'EHLO' | 'AUTH' | 'MAIL' | 'RCPT' | 'DATA' | 'END', string>
>;

const OBLIGING: Required<Script> = {
  GREETING: '220 ready',
  EHLO: '250-obliging\r\n250 AUTH PLAIN',
  AUTH: '235 welcome',
  MAIL: '250 ok',
  RCPT: '250 ok',
  DATA: '354 go on',
  END: '250 taken',
};

export interface ScriptedSmtp {
  port: number;
  /** The commands that came, without their arguments. */
  heard: string[];
  stop(): void;
}

/** A mail server that misbehaves on cue; it keeps nothing. */
export async function startScriptedSmtp(script: Script): Promise<ScriptedSmtp> {
  const heard: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    converse(socket, { ...OBLIGING, ...script }, heard);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Not listening on a port.');
  return {
    port: address.port,
    heard,
    stop: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

function converse(socket: Socket, script: Required<Script>, heard: string[]): void {
  let isData = false;
  const say = (line: string): void => {
    if (line === 'close') socket.destroy();
    else if (line !== 'hang') socket.write(`${line}\r\n`);
  };
  const hear = (line: string): void => {
    if (isData && line !== '.') return;
    const command = isData ? 'END' : line.slice(0, 4).toUpperCase();
    heard.push(command);
    isData = command === 'DATA' && script.DATA.startsWith('354');
    say(isScripted(command, script) ? script[command] : '250 ok');
  };
  let rest = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\r\n');
    rest = lines.pop() ?? '';
    for (const line of lines) hear(line);
  });
  say(script.GREETING);
}

const isScripted = (command: string, script: Script): command is keyof Script =>
  Object.hasOwn(script, command);
