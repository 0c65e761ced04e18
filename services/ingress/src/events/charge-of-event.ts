import { Quantity, type UsageEvent } from '@bursar/contracts';
import type { PriceView } from '@bursar/ledger/reads';
import type { BareCharge } from '../charges/make-charge.ts';
import type { PriceBook } from '../prices/price-book.ts';
import { priceNotFound, ratedBy, type RatedCost } from '../prices/rate-cost.ts';
import { isProblem, problem, type Problem } from '../problems/problem.ts';
import { refuseTime, type EventWindow } from './event-window.ts';

const PRODUCT_LENGTH_MAX = 100;

/** What an event charges: its price is found by its type, its wallet is its subject. */
export async function chargeOfEvent(
  book: PriceBook,
  window: EventWindow,
  event: UsageEvent,
): Promise<BareCharge | Problem> {
  const { time, subject, onbehalfof, data } = event;
  const refusal = time === undefined ? null : refuseTime(window, time, Date.now());
  if (refusal !== null) return refusal;
  const cost = costOf(event, await book.forEvents(event.type));
  if (isProblem(cost)) return cost;
  return {
    ...cost,
    wallet: subject,
    description: data.description,
    occurred_at: time,
    on_behalf_of: onbehalfof,
    // Source and id say where the charge came from; the operation's key is only a hash of them.
    metadata: { ...data.metadata, event_source: event.source, event_id: event.id },
  };
}

/** Either the credits that the event names, or its quantity by the price of its type. */
function costOf({ type, data }: UsageEvent, price: PriceView | null): RatedCost | Problem {
  const { credits, product = price?.product ?? type } = data;
  if (product.length > PRODUCT_LENGTH_MAX) {
    return invalid(
      '/data/product',
      `is required where the type has over ${PRODUCT_LENGTH_MAX} characters`,
    );
  }
  const quantity = price === null ? undefined : data[price.meter];
  if (credits !== undefined) {
    return quantity === undefined
      ? { amount: credits.toString(), product }
      : invalid('/data', `has both credits and ${price?.meter}; one of them says the cost`);
  }
  if (price === null) return priceNotFound(`No price rates events of the type "${type}".`, '/type');
  const pointer = `/data/${price.meter.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  const parsed = Quantity.safeParse(quantity);
  if (!parsed.success) {
    const fault = parsed.error.issues[0]?.message ?? 'is not a quantity';
    return invalid(
      pointer,
      quantity === undefined ? `is required: "${price.id}" counts it` : fault,
    );
  }
  const rated = ratedBy(price, parsed.data, pointer);
  return isProblem(rated) ? rated : { ...rated, product };
}

const invalid = (pointer: string, message: string): Problem =>
  problem('invalid_request', `${pointer} ${message}; no credits moved.`, {
    errors: [{ pointer, message }],
  });
