import { createServer } from 'node:http';
import { createLogger } from '@bursar/service-host';
import express from 'express';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { mailProxy } from '../src/pages/mail-proxy.ts';
import { close, listen, portOf } from '../src/service/listen.ts';

const log = createLogger('test', 'fatal');
const seen: {
  method: string | undefined;
  url: string | undefined;
  body: string;
  key: unknown;
  session: unknown;
}[] = [];

/** A stand-in for any web server that shows mail; the proxy does not care which. */
const catcher = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk: Buffer) => (body += chunk.toString()));
  request.on('end', () => {
    const { method, url } = request;
    const { authorization: key, cookie: session } = request.headers;
    seen.push({ method, url, body, key, session });
    response.writeHead(201, { 'X-Catcher': 'yes' }).end('mail');
  });
});
let front: Awaited<ReturnType<typeof listen>>;
let url: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => {
    catcher.listen(0, '127.0.0.1', resolve);
  });
  const app = express().use(mailProxy(`http://127.0.0.1:${portOf(catcher)}`));
  app.use((error: Error, _request: unknown, response: express.Response, _next: unknown) => {
    log.debug({ error }, 'Failed');
    response.status(503).end();
  });
  front = await listen(app, '127.0.0.1', 0);
  url = `http://127.0.0.1:${portOf(front)}`;
});
afterAll(() => close(front));

it('passes pages, JSON and buttons on, but neither key nor session', async () => {
  const headers = { Authorization: 'Bearer secret', Cookie: 'bursar_session=secret' };
  for (const path of ['/dev/mail', '/dev/mail.json?to=ana', '/dev/mail/1/html']) {
    const answered = await fetch(url + path, { headers });
    expect([answered.status, answered.headers.get('X-Catcher'), await answered.text()]).toEqual([
      201,
      'yes',
      'mail',
    ]);
    expect(seen.at(-1)).toEqual({
      method: 'GET',
      url: path,
      body: '',
      key: undefined,
      session: undefined,
    });
  }
  await fetch(`${url}/dev/mail/clear`, { method: 'POST', body: 'sure=1' });
  expect(seen.at(-1)).toMatchObject({ method: 'POST', body: 'sure=1' });
});

it('fails, rather than hangs, without the catcher', async () => {
  await new Promise((resolve) => {
    catcher.close(resolve);
    catcher.closeAllConnections();
  });
  expect((await fetch(`${url}/dev/mail`)).status).toBe(503);
});
