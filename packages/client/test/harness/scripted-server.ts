import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** A request as it arrived. */
export interface Seen {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  text: string;
  body: ReturnType<typeof JSON.parse>;
  at: number;
}

/** Answers one request: a status with JSON, or whatever a function does with the response. */
export type Step = Answer | Act;
type Answer = { status: number; body?: unknown; headers?: Record<string, string> };
type Act = (response: ServerResponse, seen: Seen) => void;

export interface ScriptedServer {
  readonly url: string;
  readonly seen: Seen[];
  /** What comes next, in order; the last step answers everything that follows. */
  script(...steps: Step[]): void;
  stop(): Promise<void>;
}

/** Takes the request and cuts the line instead of answering. */
export const HANG_UP: Act = (response) => response.destroy();
/** Takes the request and says nothing. */
export const SILENCE: Act = () => undefined;

export const problem = (
  status: number,
  code: string,
  extra: object = {},
  headers: Record<string, string> = {},
): Answer => ({
  status,
  body: {
    type: `http://x/problems/${code}`,
    title: code,
    status,
    detail: `${code}.`,
    code,
    ...extra,
  },
  headers: { 'Content-Type': 'application/problem+json', ...headers },
});

/** An HTTP server on a free port of the loopback that plays a script. */
export async function startScriptedServer(): Promise<ScriptedServer> {
  const seen: Seen[] = [];
  const sockets = new Set<Socket>();
  let steps: Step[] = [];
  const server = createServer((request, response) => {
    void readBody(request).then((text) => {
      const one: Seen = {
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        text,
        body: text === '' ? null : JSON.parse(text),
        at: performance.now(),
      };
      seen.push(one);
      const step = steps.length > 1 ? steps.shift() : steps[0];
      if (step === undefined) throw new Error(`Nothing was scripted for ${one.path}.`);
      if (typeof step === 'function') step(response, one);
      else answer(response, step);
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('It listens nowhere.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    seen,
    script(...next) {
      steps = next;
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

export function answer(response: ServerResponse, { status, body, headers = {} }: Answer): void {
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
  response.end(body === undefined ? '' : JSON.stringify(body));
}

async function readBody(request: IncomingMessage): Promise<string> {
  request.setEncoding('utf8');
  let text = '';
  for await (const part of request) text += part;
  return text;
}
