/* oxlint-disable typescript/no-unsafe-type-assertion -- what comes over the wire is unknown until a test asserts it */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { Stripe } from 'stripe';
import { noteEvent, watchAnswers } from '../fidelity/watch-answers.ts';
import {
  startStripeEmulator,
  type StripeEmulator,
  type StripeEmulatorOptions,
} from '../../src/index.ts';

/** A shop with the real SDK and a webhook receiver, in front of an emulator of its own. */
export interface Shop {
  emulator: StripeEmulator;
  stripe: Stripe;
  /** Verified events in order of arrival, repetitions included. */
  received: Stripe.Event[];
  /** What the receiver answers; 200 unless a test changes it. */
  answer: { status: number; delayMs: number };
  /** Calls the control API and returns its JSON; `status` is the HTTP status. */
  control(method: 'DELETE' | 'GET' | 'POST', path: string, body?: object): Promise<ControlAnswer>;
  types(): string[];
  stop(): Promise<void>;
}

export interface ControlAnswer {
  status: number;
  body: Record<string, unknown>;
}

const RETURN = 'http://shop.test/return?session_id={CHECKOUT_SESSION_ID}';

export async function startShop(options: StripeEmulatorOptions = {}): Promise<Shop> {
  const faults = watchAnswers();
  const received: Stripe.Event[] = [];
  const answer = { status: 200, delayMs: 0 };
  const receiver = await listen((message, respond) => {
    void receive(message, respond);
  });
  const receive = async (
    message: IncomingMessage,
    respond: (status: number) => void,
  ): Promise<void> => {
    const body = await readAll(message);
    const signature = String(message.headers['stripe-signature']);
    noteEvent(body);
    received.push(stripe.webhooks.constructEvent(body, signature, emulator.webhookSecret));
    setTimeout(() => respond(answer.status), answer.delayMs);
  };
  const emulator = await startStripeEmulator({
    webhook: { url: `${receiver.url}/hook` },
    ...options,
  });
  const stripe = clientOf(emulator);
  return {
    emulator,
    stripe,
    received,
    answer,
    control: (method, path, body) => callControl(emulator, method, path, body),
    types: () => received.map((event) => event.type),
    stop: async () => {
      await emulator.stop();
      receiver.server.closeAllConnections();
      receiver.server.close();
      // Whatever a test asked for, every answer and every event must have been one of Stripe's.
      if (faults.size > 0) throw new Error(`Not as Stripe has it:\n${[...faults].join('\n')}`);
    },
  };
}

export function clientOf(emulator: StripeEmulator, config: Stripe.StripeConfig = {}): Stripe {
  const target = { host: '127.0.0.1', port: emulator.port, protocol: 'http' } as const;
  return new Stripe('sk_test_123', {
    ...target,
    telemetry: false,
    maxNetworkRetries: 0,
    ...config,
  });
}

/** One of an inline price; `amount` in minor units. */
export function lineItem(
  amount: number,
  currency = 'usd',
): Stripe.Checkout.SessionCreateParams.LineItem {
  const product = { name: '1,000 credits' };
  return { quantity: 1, price_data: { currency, unit_amount: amount, product_data: product } };
}

/** A session for one inline item of `amount` cents, or as overridden. */
export function newSession(
  stripe: Stripe,
  amount = 1000,
  overrides: Stripe.Checkout.SessionCreateParams = {},
): Promise<Stripe.Checkout.Session> {
  return stripe.checkout.sessions.create({
    mode: 'payment',
    success_url: RETURN,
    cancel_url: 'http://shop.test/cancel',
    line_items: [lineItem(amount)],
    ...overrides,
  });
}

/** Pays a new session and returns its charge. */
export async function paidCharge(
  shop: Shop,
  amount = 1000,
  card = '4242424242424242',
): Promise<Stripe.Charge> {
  const session = await newSession(shop.stripe, amount);
  await shop.control('POST', `/_emu/checkout/sessions/${session.id}/complete`, { card });
  const paid = await shop.stripe.checkout.sessions.retrieve(session.id, {
    expand: ['payment_intent.latest_charge'],
  });
  const intent = paid.payment_intent as Stripe.PaymentIntent;
  return intent.latest_charge as Stripe.Charge;
}

/** Posts a form of the hosted page as a browser without JavaScript would. */
export function postForm(url: string, fields: Record<string, string>): Promise<Response> {
  return fetch(url, { method: 'POST', redirect: 'manual', body: new URLSearchParams(fields) });
}

/** The error that a call of the SDK is refused with; fails the test when it is not refused. */
export async function refusalOf(call: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError) return error;
    throw error;
  }
  throw new Error('The call was expected to be refused.');
}

async function callControl(
  emulator: StripeEmulator,
  method: string,
  path: string,
  body?: object,
): Promise<ControlAnswer> {
  const response = await fetch(emulator.url + path, {
    method,
    ...(body
      ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
      : {}),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

async function listen(
  handle: (message: IncomingMessage, respond: (status: number) => void) => void,
): Promise<{ server: Server; url: string }> {
  const server = createServer((message, response) => {
    handle(message, (status) => response.writeHead(status).end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Not listening on a port.');
  return { server, url: `http://127.0.0.1:${address.port}` };
}

async function readAll(message: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of message) body += String(chunk);
  return body;
}
