import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connectStripe } from '@bursar/payments';
import { afterEach, describe, expect, it } from 'vitest';
import { eachAlone, type Examination } from '../src/reconciliation/pass.ts';

let server: Server | null = null;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** What a pass notes when Stripe answers each reading of an object with this status. */
async function failureAfter(status: number): Promise<Examination['failures'][number] | undefined> {
  server = createServer((_request, response) => {
    response.writeHead(status, { 'stripe-should-retry': 'false' });
    response.end(JSON.stringify({ error: { type: 'invalid_request_error', message: 'No.' } }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const apiUrl = `http://127.0.0.1:${port}`;
  const gateway = connectStripe({ secretKey: 'sk_test_tests', apiUrl, timeoutMs: 5_000 });
  const failures: Examination['failures'] = [];
  await eachAlone(
    ['cs_1'],
    (id) => id,
    (id) => gateway.readCheckout(id),
    failures,
  );
  return failures[0];
}

describe('an object that Stripe does not give us', () => {
  it.each([401, 403])(
    'because of our key (%d) is not given up, and says what to do',
    async (status) => {
      const failure = await failureAfter(status);
      expect(failure).toMatchObject({ subject: 'cs_1', lasting: false });
      expect(failure?.reason).toContain('STRIPE_SECRET_KEY');
      expect(failure?.reason).toContain('No.');
    },
  );

  it('because it is itself at fault is given up after a while', async () => {
    const failure = await failureAfter(400);
    expect(failure).toMatchObject({ subject: 'cs_1', lasting: true });
    expect(failure?.reason).not.toContain('STRIPE_SECRET_KEY');
  });
});
