import { setTimeout as sleep } from 'node:timers/promises';
import { Stripe } from 'stripe';

/** The key in the metadata of everything that a run creates; its value is the run's name. */
export const TAG = 'bursar_contract';

/** Something that a run has created. */
export interface Created {
  /** The collection, such as `/v1/customers`. */
  path: string;
  id: string;
}

interface TaggingOptions {
  run: string;
  /** Between two requests, so that a whole run stays far below Stripe's rate limit. */
  pauseMs: number;
  /** Hears of every object that came to be, also of those whose test failed right after. */
  onCreated: (created: Created) => void;
}

/** Collections whose objects carry metadata. Portal sessions and the like cannot be tagged. */
const TAGGED = new Set([
  '/v1/billing_portal/configurations',
  '/v1/checkout/sessions',
  '/v1/coupons',
  '/v1/customers',
  '/v1/payment_intents',
  '/v1/payment_methods',
  '/v1/prices',
  '/v1/products',
  '/v1/promotion_codes',
  '/v1/refunds',
  '/v1/setup_intents',
  '/v1/subscriptions',
  '/v1/webhook_endpoints',
]);
/** Has a name and no metadata. */
const CLOCKS = '/v1/test_helpers/test_clocks';

type HttpClient = NonNullable<Stripe.StripeConfig['httpClient']>;
type Request = Parameters<HttpClient['makeRequest']>;
type Response = Awaited<ReturnType<HttpClient['makeRequest']>>;

/**
 * Tags what the SDK creates on the way out and tells what came to be on the way back: no test has to
 * think of it, so none can forget.
 */
export function taggingClient(options: TaggingOptions): HttpClient {
  const node = Stripe.createNodeHttpClient();
  let free: Promise<unknown> = Promise.resolve();
  return {
    getClientName: () => node.getClientName(),
    async makeRequest(...request: Request) {
      const turn = free;
      free = turn.then(() => sleep(options.pauseMs));
      await turn;
      const [host, port, path, method, headers, body, protocol, timeout] = request;
      const isCreation = method === 'POST' && (TAGGED.has(path) || path === CLOCKS);
      const sent = isCreation ? tagged(path, body, options.run) : body;
      const length = { 'Content-Length': String(Buffer.byteLength(sent)) };
      const response = await node.makeRequest(
        host,
        port,
        path,
        method,
        isCreation ? { ...headers, ...length } : headers,
        sent,
        protocol,
        timeout,
      );
      return isCreation ? reporting(response, path, options) : response;
    },
  };
}

function tagged(path: string, body: string, run: string): string {
  const form = new URLSearchParams(body);
  if (path === CLOCKS) form.set('name', `${TAG} ${run}`);
  else form.set(`metadata[${TAG}]`, run);
  return form.toString();
}

/** The same answer; whoever reads it also makes the object in it known. */
function reporting(response: Response, path: string, { onCreated }: TaggingOptions): Response {
  return {
    getStatusCode: () => response.getStatusCode(),
    getHeaders: () => response.getHeaders(),
    getRawResponse: () => response.getRawResponse(),
    toStream: (done) => response.toStream(done),
    async toJSON() {
      const body: unknown = await response.toJSON();
      const id = response.getStatusCode() === 200 ? idIn(body) : null;
      if (id !== null) onCreated({ path, id });
      return body;
    },
  };
}

function idIn(body: unknown): string | null {
  return typeof body === 'object' && body !== null && 'id' in body && typeof body.id === 'string'
    ? body.id
    : null;
}
