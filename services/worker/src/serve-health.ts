import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Health, Part } from '@bursar/service-host';

/** `/livez` and `/readyz` for orchestrators; nothing else listens in a worker. */
export async function serveHealth(health: Health, host: string, port: number): Promise<Part> {
  const server = createServer((request, response) => {
    void answer(health, request.url ?? '').then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  server.requestTimeout = 5_000;
  server.listen(port, host);
  await once(server, 'listening');
  return {
    name: 'health',
    stop: async () => {
      health.drain();
      server.close();
      server.closeAllConnections();
    },
  };
}

async function answer(health: Health, url: string): Promise<{ status: number; body: unknown }> {
  if (url === '/livez') return { status: 200, body: { live: true } };
  if (url !== '/readyz') return { status: 404, body: { error: 'There are /livez and /readyz.' } };
  const report = await health.report();
  return { status: report.ready ? 200 : 503, body: report };
}
