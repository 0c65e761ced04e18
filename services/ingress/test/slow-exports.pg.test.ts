import { once } from 'node:events';
import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { endWhenStalled } from '../src/reads/stream-csv.ts';
import { startIngress, type RunningIngress } from './harness/running-ingress.ts';

const ROWS = 100_000;

let running: RunningIngress;
beforeAll(async () => {
  running = await startIngress();
  await running.call('PUT', '/v1/organizations/big', { body: { name: 'Big' } });
  await running.database.db`
    with wallet as (update bursar.wallets set version = ${ROWS} where owner = 'org:big' returning id)
    insert into bursar.transactions (wallet_id, version, id, kind, amount, balance_after, owed_after, actor, description, occurred_at, created_at)
    select w.id, n, uuidv7(), 'adjustment', 1, n, 0, 'system:test', repeat('x', 400), now(), now()
    from wallet w, generate_series(1, ${ROWS}::integer) n`;
});
afterAll(() => running.stop());

/** An export of which only the first bytes are taken. */
async function stalledExport(): Promise<IncomingMessage> {
  const request = get(`${running.url}/v1/organizations/big/transactions.csv`, {
    headers: { Authorization: 'Bearer operator-key-of-the-settings' },
  });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  await once(response, 'readable');
  response.pause();
  return response;
}

/** Connections that hold back the server's upkeep: in a transaction, or with a snapshot. */
const holding = async (): Promise<number> => {
  const [row] = await running.database.db<{ count: number }[]>`
    select count(*)::integer as count from pg_stat_activity a
    where a.datname = current_database() and a.backend_type = 'client backend' and a.pid <> pg_backend_pid()
      and (a.xact_start is not null or a.backend_xmin is not null)`;
  return row?.count ?? -1;
};

test('a reader that stands still holds neither a transaction nor a snapshot', async () => {
  const response = await stalledExport();
  // What fits into the sockets is read; then nothing more is asked of the database, however often one looks.
  const seenHolding = async (): Promise<number> => {
    let seen = 0;
    for (let look = 0; look < 30; look += 1) seen += await holding();
    return seen;
  };
  await expect.poll(seenHolding).toBe(0);
  response.destroy();
});

test('a reader that goes away leaves nothing under way, and the door answers on', async () => {
  const responses = await Promise.all([stalledExport(), stalledExport(), stalledExport()]);
  for (const response of responses) response.destroy();
  await expect.poll(holding).toBe(0);
  const answered = await running.call('GET', '/v1/wallets/org:big');
  expect(answered.status).toBe(200);
});

test('an answer that nobody takes ends by itself, and one that is taken slowly does not', async () => {
  const LIMIT_MS = 400;
  const server = createServer((_request, response) => {
    endWhenStalled(response, LIMIT_MS);
    const endless = Readable.from(
      (function* () {
        for (;;) yield Buffer.alloc(64 * 1024);
      })(),
    );
    pipeline(endless, response).catch(() => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const open = async (): Promise<IncomingMessage> => {
    const [response] = (await once(get({ host: '127.0.0.1', port }), 'response')) as [
      IncomingMessage,
    ];
    return response;
  };
  const taken = await open();
  taken.on('error', () => undefined);
  const until = performance.now() + 3 * LIMIT_MS;
  for await (const chunk of taken) {
    expect(chunk).toBeInstanceOf(Buffer);
    if (performance.now() > until) break;
  }
  const stalled = await open();
  stalled.on('error', () => undefined);
  stalled.pause();
  const closed = once(stalled.socket, 'close');
  await expect
    .poll(() => new Promise((resolve) => server.getConnections((_, count) => resolve(count))), {
      timeout: 60_000,
    })
    .toBe(0);
  stalled.resume();
  await closed;
  server.close();
});
