import { placeOrder, type Order } from '../harness/checkout-visitor.ts';
import { newUser } from '../harness/people.ts';
import { until } from '../harness/until.ts';
import type { WholeSystem } from '../harness/whole-system.ts';

/** An event as Stripe lists it, which is also what it sends. */
export interface ListedEvent {
  id: string;
  type: string;
  data: { object: { id: string } };
}

/** An order of 500 credits for 5.00 usd, paid at Stripe while nobody is told of it. */
export async function paidUnheard(system: WholeSystem): Promise<Order> {
  await system.emulator.deliveries('drop');
  const wallet = await newUser(system.api);
  const order = await placeOrder(system.api, { wallet, pack: 'starter' });
  const paid = await system.emulator.pay(order.session);
  if (paid.status !== 200) throw new Error(paid.text);
  await system.emulator.deliveries('normal');
  return order;
}

/** Stripe's events about these objects, the newest first. */
export async function eventsAbout(
  system: WholeSystem,
  objects: readonly string[],
): Promise<ListedEvent[]> {
  const { data } = await system.emulator.stripe('/v1/events?limit=100');
  return data.filter((event: ListedEvent) => objects.includes(event.data.object.id));
}

/** The event that says that an order's page was completed. */
export async function completionOf(system: WholeSystem, { session }: Order): Promise<ListedEvent> {
  const found = await eventsAbout(system, [session]);
  const event = found.find(({ type }) => type === 'checkout.session.completed');
  if (event === undefined) throw new Error(`${session} was not completed.`);
  return event;
}

/** Waits until the event has been dealt with, and says how. */
export const fateOf = (system: WholeSystem, event: string): Promise<string> =>
  until(`${event} is dealt with`, async () => {
    const [row] = await system.database.db<{ status: string }[]>`
      select status from bursar.stripe_events where id = ${event}`;
    return row !== undefined && row.status !== 'received' && row.status;
  });
