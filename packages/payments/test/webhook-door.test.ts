import type { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { startStripeEmulator, type StripeEmulator } from '@bursar/stripe-emulator';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectStripe, decideEvent } from '../src/index.ts';
import { verifyWebhook, type VerifiedWebhook } from '../src/verify-webhook.ts';
import { TEST_KEY } from './harness/start-shop.ts';

interface Delivery {
  body: Buffer;
  signature: string | undefined;
}

const deliveries: Delivery[] = [];
let receiver: Server;
let emulator: StripeEmulator;

async function keep(request: IncomingMessage): Promise<void> {
  const signature = request.headers['stripe-signature']?.toString();
  deliveries.push({ body: await buffer(request), signature });
}

beforeAll(async () => {
  receiver = createServer((request, response) => {
    void keep(request).then(() => response.end());
  });
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const address = receiver.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  emulator = await startStripeEmulator({ webhook: { url: `http://127.0.0.1:${port}/` } });
});
afterAll(async () => {
  await emulator.stop();
  receiver.closeAllConnections();
  receiver.close();
});

const verified = (secrets: string[]): VerifiedWebhook[] =>
  deliveries.map(({ body, signature }) => verifyWebhook(body, signature, secrets));

it('what is delivered is verified, and leads back to the session it is about', async () => {
  const gateway = connectStripe({ secretKey: TEST_KEY, apiUrl: emulator.url });
  const { session } = await gateway.openCheckout({
    purchaseId: 'pur_hook',
    wallet: 'user:ana',
    credits: 500_000_000n,
    customer: await gateway.ensureCustomer({ wallet: 'user:ana', known: null }),
    productName: '500 credits',
    subtotal: 500,
    currency: 'usd',
    successUrl: 'http://bursar.test/return',
    cancelUrl: 'http://bursar.test/cancelled',
    expiresAt: new Date(Date.now() + 3_600_000),
  });
  await fetch(`${emulator.url}/_emu/checkout/sessions/${session}/complete`, { method: 'POST' });
  await expect
    .poll(() =>
      verified([emulator.webhookSecret])
        .flatMap((result) => (result.ok ? [result.event] : []))
        .filter((event) => decideEvent(event.type) === 'checkout'),
    )
    .toMatchObject([{ objectId: session, livemode: false, type: 'checkout.session.completed' }]);
  expect(verified([emulator.webhookSecret]).every((result) => result.ok)).toBe(true);
  expect(verified(['whsec_of_somebody_else']).some((result) => result.ok)).toBe(false);
});
