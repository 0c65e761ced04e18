import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Part } from '@bursar/service-host';
import { z } from 'zod';
import type { DemoApi } from './demo-api.ts';

const DESCRIPTION = 'Example receiver of this demo';
const TESTS = 3;

const Webhooks = z.object({
  data: z.array(z.object({ id: z.string(), description: z.string().nullable() })),
});
const Webhook = z.object({ id: z.string() });

/**
 * Something that the example organization's webhook reaches, for as long as we run, at another port after
 * each start. It has a bad moment when it is new, so that there is a delivery that was tried again.
 */
export async function startReceiver(api: DemoApi): Promise<Part> {
  let isBusy = false;
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      response.writeHead(isBusy ? 503 : 200, { 'Content-Type': 'text/plain' });
      response.end(isBusy ? 'Busy; send it again.' : 'Thank you.');
      isBusy = false;
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const part: Part = {
    name: 'webhook receiver',
    stop: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
  try {
    const address = server.address();
    if (address === null || typeof address === 'string')
      throw new Error('Not listening on a port.');
    const url = `http://127.0.0.1:${address.port}/bursar`;
    const known = await findKnown(api);
    isBusy = known === null;
    if (known === null) await introduce(api, url);
    else await api.send('PATCH', `/v1/webhooks/${known}`, { url });
    return part;
  } catch (error) {
    await part.stop();
    throw error;
  }
}

/** The webhook that an earlier start made. */
async function findKnown(api: DemoApi): Promise<string | null> {
  const { data } = Webhooks.parse(await api.find('/v1/webhooks?owner=org:acme&limit=100'));
  return data.find(({ description }) => description === DESCRIPTION)?.id ?? null;
}

async function introduce(api: DemoApi, url: string): Promise<void> {
  const body = { owner: 'org:acme', url, description: DESCRIPTION };
  const { id } = Webhook.parse(await api.send('POST', '/v1/webhooks', body));
  for (let test = 0; test < TESTS; test += 1) {
    await api.send('POST', `/v1/webhooks/${id}/test`, {});
  }
}
