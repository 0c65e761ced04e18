import type Stripe from 'stripe';
import type { Cause, Emulator } from '../../emulator.ts';
import { emitEvent } from '../../events/emit-event.ts';
import { integer, required, text } from '../../protocol/fields.ts';
import { listRoute } from '../../protocol/list-page.ts';
import { route, type Route } from '../../protocol/route.ts';
import { invalidRequest, noSuchReference, noSuchResource } from '../../protocol/stripe-error.ts';
import { newId } from '../../state/ids.ts';
import { deleteCustomer } from '../customers/delete-customer.ts';
import { advanceClock, runClock } from './advance-clock.ts';

type TestClock = Stripe.TestHelpers.TestClock;

const KEPT_SECONDS = 30 * 24 * 60 * 60;
const CUSTOMERS_MAX = 3;
const CREATE = { frozen_time: required(integer({ min: 1 })), name: text({ max: 300 }) };

export const TEST_CLOCK_ROUTES: Route[] = [
  route('POST', '/v1/test_helpers/test_clocks', CREATE, ({ emulator, params, cause }) => {
    const created = emulator.clock.nowSeconds();
    const clock = emulator.state.testClocks.put<TestClock>({
      id: newId('clock'),
      object: 'test_helpers.test_clock',
      created,
      deletes_after: created + KEPT_SECONDS,
      frozen_time: params.frozen_time,
      livemode: false,
      name: params.name ?? null,
      status: 'ready',
      status_details: {},
    });
    runClock(emulator, clock);
    emitEvent(emulator, cause, 'test_helpers.test_clock.created', clock);
    return clock;
  }),
  route('GET', '/v1/test_helpers/test_clocks/{id}', {}, ({ emulator, id }) =>
    clockAt(emulator, id),
  ),
  route(
    'POST',
    '/v1/test_helpers/test_clocks/{id}/advance',
    { frozen_time: required(integer({ min: 1 })) },
    ({ emulator, params, id }) => advanceClock(emulator, clockAt(emulator, id), params.frozen_time),
  ),
  route('DELETE', '/v1/test_helpers/test_clocks/{id}', {}, ({ emulator, id, cause }) =>
    deleteClock(emulator, cause, clockAt(emulator, id)),
  ),
  listRoute('/v1/test_helpers/test_clocks', {
    noun: 'test clock',
    filters: {},
    table: ({ emulator }) => emulator.state.testClocks,
    matches: () => true,
    present: (clock) => clock,
  }),
];

/** The clock that a new customer names, with room for one more. Throws a 400. */
export function clockNamed(emulator: Emulator, id: string): string {
  if (!emulator.state.testClocks.get(id)) throw noSuchReference('test clock', id, 'test_clock');
  if (customersOf(emulator, id).length >= CUSTOMERS_MAX)
    throw invalidRequest(
      `A test clock can have at most ${CUSTOMERS_MAX} customers. Create another clock.`,
      'test_clock',
    );
  return id;
}

/** Its customers go with it, and their subscriptions with them. */
function deleteClock(
  emulator: Emulator,
  cause: Cause,
  clock: TestClock,
): Stripe.TestHelpers.DeletedTestClock {
  const { id } = clock;
  for (const customer of customersOf(emulator, id)) deleteCustomer(emulator, cause, customer);
  emulator.testClocks.get(id)?.clear();
  emulator.testClocks.delete(id);
  emulator.state.testClocks.remove(id);
  emitEvent(emulator, cause, 'test_helpers.test_clock.deleted', clock);
  return { id, object: 'test_helpers.test_clock', deleted: true };
}

const customersOf = ({ state }: Emulator, id: string): Stripe.Customer[] =>
  [...state.customers.values()].flatMap((one) =>
    !one.deleted && one.test_clock === id ? [one] : [],
  );

function clockAt(emulator: Emulator, id: string): TestClock {
  const clock = emulator.state.testClocks.get(id);
  if (!clock) throw noSuchResource('test clock', id);
  return clock;
}
