import { PriceBody, PriceId, Quantity, formatAmount } from '@bursar/contracts';
import { putPrice, readPriceVersions, retirePrice, type PriceView } from '@bursar/ledger/reads';
import { z } from 'zod';
import { actorOf, type Caller } from '../access/caller.ts';
import { permitAnywhere } from '../access/permit.ts';
import { created, ok, type Answer } from '../http/answer.ts';
import { route, type Route } from '../http/route.ts';
import { isProblem, notFound, problem } from '../problems/problem.ts';
import { listSchema } from '../reads/list-answer.ts';
import { CreditsSchema } from '../reads/wire-values.ts';
import type { Services } from '../service/services.ts';
import { PricingSchema } from './pricing-schema.ts';
import { ratedBy } from './rate-cost.ts';
import { PriceSchema, renderPrice } from './render-price.ts';

const PriceParams = z.strictObject({ id: PriceId });

const QuoteSchema = PricingSchema.extend({ amount: CreditsSchema }).meta({
  id: 'Quote',
  description: 'What a quantity costs',
});

const EXAMPLE = {
  event_type: 'ai.tokens',
  product: 'assistant',
  meter: 'tokens',
  model: { type: 'per_unit', rate: '0.5', per: 1000 },
};

/** Prices are read by any caller and written by operators. */
export const priceRoutes = (services: Services): Route[] => [
  route({
    method: 'put',
    path: '/v1/prices/{id}',
    operationId: 'putPrice',
    tag: 'Prices',
    summary: 'Write a price; a change makes its next version',
    description:
      'In force on every replica within about two seconds. What was charged or held before keeps its version. Tiers rate each charge on its own.',
    params: PriceParams,
    body: PriceBody,
    example: EXAMPLE,
    problems: ['event_type_taken', 'price_limit_reached', 'invalid_amount'],
    answers: {
      200: { description: 'The current version', schema: PriceSchema },
      201: { description: 'The first version of a new price', schema: PriceSchema },
    },
    handle: ({ caller, params, body }) => writePrice(services, caller, params.id, body),
  }),
  route({
    method: 'delete',
    path: '/v1/prices/{id}',
    operationId: 'retirePrice',
    tag: 'Prices',
    summary: 'Take a price out of the catalogue',
    description: 'Nothing new is rated by it; holds that it rated are still captured by it.',
    params: PriceParams,
    answers: { 204: { description: 'Retired' } },
    handle: async ({ caller, params }) => {
      const refusal = permitAnywhere(caller, 'manage_prices');
      if (refusal !== null) return refusal;
      const retired = await retirePrice(services.db, params.id);
      services.priceBook.forget();
      return retired ? { kind: 'empty' } : notFound('price');
    },
  }),
  route({
    method: 'get',
    path: '/v1/prices',
    operationId: 'listPrices',
    tag: 'Prices',
    summary: 'List what usage costs',
    answers: { 200: { description: 'Every current price', schema: listSchema(PriceSchema) } },
    handle: async () =>
      ok({
        data: (await services.priceBook.all()).map(renderPrice),
        has_more: false,
        next_cursor: null,
      }),
  }),
  route({
    method: 'get',
    path: '/v1/prices/{id}',
    operationId: 'getPrice',
    tag: 'Prices',
    summary: 'Show a price with its latest versions',
    params: PriceParams,
    answers: {
      200: {
        description: 'The current version, and the latest hundred',
        schema: PriceSchema.extend({ versions: z.array(PriceSchema) }).meta({
          id: 'PriceHistory',
        }),
      },
    },
    handle: async ({ params }) => showPrice(await readPriceVersions(services.db, params.id)),
  }),
  route({
    method: 'get',
    path: '/v1/prices/{id}/quote',
    operationId: 'quotePrice',
    tag: 'Prices',
    summary: 'Tell what a quantity costs',
    params: PriceParams,
    query: z.strictObject({ quantity: Quantity }),
    problems: ['invalid_amount'],
    answers: { 200: { description: 'The cost by the current version', schema: QuoteSchema } },
    handle: async ({ params, query: { quantity } }) => {
      const price = await services.priceBook.find(params.id);
      return price === null ? notFound('price') : quote(price, quantity);
    },
  }),
];

async function writePrice(
  services: Services,
  caller: Caller,
  id: string,
  body: z.output<typeof PriceBody>,
): Promise<Answer> {
  const refusal = permitAnywhere(caller, 'manage_prices');
  if (refusal !== null) return refusal;
  const { event_type, product, meter, description, ...rule } = body;
  const outcome = await putPrice(services.db, {
    id,
    eventType: event_type ?? null,
    product,
    meter,
    description: description ?? null,
    rule: { ...rule, minimum: rule.minimum ?? null },
    actor: actorOf(caller),
  });
  services.priceBook.forget();
  switch (outcome.verdict) {
    case 'event_type_taken':
      return problem(
        'event_type_taken',
        `Another price rates events of the type "${event_type}". Retire that one first; nothing was written.`,
      );
    case 'limit_reached':
      return problem(
        'price_limit_reached',
        'The catalogue holds 1,000 prices, retired ones included. Write a new version of one that is not used any more.',
      );
    case 'created':
    case 'changed':
    case 'unchanged': {
      const answer = showPrice(await readPriceVersions(services.db, id));
      return outcome.verdict === 'created' && answer.kind === 'json'
        ? created(answer.body)
        : answer;
    }
  }
}

function showPrice(versions: readonly PriceView[]): Answer {
  const [latest] = versions;
  return latest === undefined
    ? notFound('price')
    : ok({ ...renderPrice(latest), versions: versions.map(renderPrice) });
}

function quote(price: PriceView, quantity: bigint): Answer {
  const rated = ratedBy(price, quantity);
  if (isProblem(rated)) return rated;
  return ok({
    price: price.id,
    version: price.version,
    quantity: formatAmount(quantity),
    amount: formatAmount(BigInt(rated.amount)),
  });
}
