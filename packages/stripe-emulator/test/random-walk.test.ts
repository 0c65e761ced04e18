import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { postForm, startShop, type Shop } from './harness/start-shop.ts';
import { KnownIds } from './walk/known-ids.ts';
import { stockShop } from './walk/stocked-shop.ts';
import { STEPS, type Choices, type WalkRequest } from './walk/steps.ts';

const RUNS = Number(process.env['FC_RUNS'] ?? 10);
const LIMIT_MS = 300_000;

let shop: Shop;
/** What went wrong where nobody waits for an answer, such as a renewal. */
let complaints: string[] = [];
beforeAll(async () => {
  shop = await startShop({
    log: (line) => {
      if (/\bfailed: |appointment/.test(line)) complaints.push(line);
    },
  });
  // Nobody hears of it, or each payment on a page would wait for its webhook.
  for (const { id } of (await shop.stripe.webhookEndpoints.list()).data)
    await shop.stripe.webhookEndpoints.del(id);
});
afterAll(() => shop.stop());

interface WalkStep {
  step: number;
  choices: number[];
}

async function send({ method, path, form = {} }: WalkRequest): Promise<Response> {
  const url = shop.emulator.url + path;
  if (path.startsWith('/_emu/')) {
    const body = JSON.stringify(form);
    return fetch(url, { method, headers: { 'content-type': 'application/json' }, body });
  }
  if (!path.startsWith('/v1/')) return method === 'POST' ? postForm(url, form) : fetch(url);
  const headers = { authorization: 'Bearer sk_test_walk' };
  return fetch(url, {
    method,
    headers,
    ...(method === 'POST' && { body: new URLSearchParams(form) }),
  });
}

/** Takes a step and answers what is wrong with the answer, if anything is. */
async function take({ step, choices }: WalkStep, known: KnownIds): Promise<string | undefined> {
  let at = 0;
  const next = (): number => choices[at++ % choices.length] ?? 0;
  const choose: Choices = {
    id: (prefix) => known.pick(prefix, next()),
    one: (...values) => values[next() % values.length] ?? values[0],
  };
  const request = STEPS[step % STEPS.length]?.(choose);
  if (!request) return undefined;
  const response = await send(request);
  const text = await response.text();
  const name = `${request.method} ${request.path} ${JSON.stringify(request.form ?? {})}`;
  if (response.status >= 500) return `${name} answered ${response.status}: ${text}`;
  if (!/^\/(v1|_emu)\//.test(request.path)) return undefined;
  const body: unknown = JSON.parse(text);
  known.note(body);
  return response.ok || isRefusal(body) ? undefined : `${name} refused oddly: ${text}`;
}

function isRefusal(body: unknown): boolean {
  if (typeof body !== 'object' || body === null || !('error' in body)) return false;
  const { error } = body;
  return (
    typeof error === 'object' &&
    error !== null &&
    'type' in error &&
    /^(card|invalid_request|idempotency)_error$/.test(String(error.type)) &&
    'message' in error &&
    typeof error.message === 'string'
  );
}

/** Unbiased, or nearly every choice would be the first. */
const walks = fc.noBias(
  fc.array(
    fc.record({
      step: fc.nat({ max: STEPS.length - 1 }),
      choices: fc.array(fc.nat({ max: 10_000 }), { minLength: 4, maxLength: 12 }),
    }),
    { minLength: 150, maxLength: 300, size: 'max' },
  ),
);

it(
  'Whatever is deleted, archived, expired or ended meanwhile: never a 500, always Stripe’s shapes',
  async () => {
    const stock = new KnownIds();
    for (const thing of await stockShop(shop)) stock.note(thing);
    const saved = await shop.control('POST', '/_emu/snapshots');
    await fc.assert(
      fc.asyncProperty(walks, async (steps) => {
        await shop.control('POST', `/_emu/snapshots/${String(saved.body['id'])}/restore`);
        complaints = [];
        const known = stock.copy();
        for (const step of steps) {
          const fault = await take(step, known);
          expect([fault, ...complaints].filter(Boolean)).toEqual([]);
        }
      }),
      { numRuns: RUNS },
    );
  },
  LIMIT_MS,
);
