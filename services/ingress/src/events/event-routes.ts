import { UsageEvent, UsageEvents } from '@bursar/contracts';
import { z } from 'zod';
import type { Caller } from '../access/caller.ts';
import { permitScope } from '../access/permit.ts';
import { BATCH_BYTES_MAX } from '../charges/charge-batch-route.ts';
import { answerMany, manySchema, type SentItem } from '../charges/answer-many.ts';
import { createChargePermit, type ChargePermit } from '../charges/may-charge.ts';
import { route, type Route } from '../http/route.ts';
import { derivedKey } from '../operations/idempotency-key.ts';
import { identify, onOwnAccount } from '../operations/identify.ts';
import { parseWait } from '../operations/prefer.ts';
import { requestHash } from '../operations/request-hash.ts';
import { isProblem } from '../problems/problem.ts';
import { validationProblem } from '../problems/validation-problem.ts';
import type { Services } from '../service/services.ts';
import { chargeOfEvent } from './charge-of-event.ts';
import { readEvents } from './read-events.ts';

const EventsAnswer = manySchema({
  id: z.string().nullable().meta({ description: 'As sent; null if it is no text' }),
  source: z.string().nullable(),
}).meta({ id: 'EventsAnswer' });

const EXAMPLE = {
  specversion: '1.0',
  id: 'run-4711',
  source: '/notebooks/eu-1',
  type: 'ai.tokens',
  subject: 'user:ana',
  data: { tokens: 1500 },
};

/** Usage as CloudEvents 1.0. */
export const eventRoutes = (services: Services): Route[] => [
  route({
    method: 'post',
    path: '/v1/events',
    operationId: 'sendEvents',
    tag: 'Spending',
    summary: 'Charge for usage by CloudEvents',
    description:
      'One event in structured or binary mode (attributes in `ce-` headers, the body is `data`), or a batch of up to a thousand. `type` picks the price, `subject` is the wallet, `data` holds the quantity under the name of the price’s meter (or `credits`), `onbehalfof` an organization. The same `source` and `id` again is the same charge. Bad events of a batch are answered one by one; a single bad event is refused as a whole.',
    command: 'keys_inside',
    bodyBytesMax: BATCH_BYTES_MAX,
    body: z.unknown(),
    points: (body) => (Array.isArray(body) ? body.length : 1),
    documentedBody: UsageEvents,
    bodyTypes: {
      'application/cloudevents+json': EXAMPLE,
      'application/cloudevents-batch+json': [EXAMPLE, { ...EXAMPLE, id: 'run-4712' }],
    },
    example: EXAMPLE,
    problems: ['price_not_found', 'event_time_out_of_range'],
    answers: {
      200: { description: 'After waiting: every accepted event is final', schema: EventsAnswer },
      202: { description: 'What became of each event', schema: EventsAnswer },
    },
    handle: async ({ caller, body, header }) => {
      const refusal = permitScope(caller, 'send_events');
      if (refusal !== null) return refusal;
      const sent = readEvents({ header, body });
      if (isProblem(sent)) return sent;
      const may = createChargePermit(services, caller, 'send_events');
      const items = sent.events.map((input) => readItem(services, caller, may, input));
      return answerMany(services, items, {
        wait: parseWait(header('Prefer')),
        single: sent.single,
      });
    },
  }),
];

type SentEvent = SentItem<{ id: string | null; source: string | null }>;

function readItem(
  services: Services,
  caller: Caller,
  may: ChargePermit,
  input: unknown,
): SentEvent {
  const label = { id: textOf(input, 'id'), source: textOf(input, 'source') };
  const parsed = UsageEvent.safeParse(input, { reportInput: false });
  if (!parsed.success) {
    return { label, candidate: validationProblem('body', parsed.error.issues, input) };
  }
  const event = parsed.data;
  const { id, source, type, subject, time, onbehalfof } = event;
  const body = {
    id,
    source,
    type,
    subject,
    time,
    onbehalfof,
    data: Reflect.get(Object(input), 'data'),
  };
  const identity = identify(services.secrets, 'charge', {
    ...onOwnAccount(caller),
    idempotencyKey: derivedKey(`event ${JSON.stringify([source, id])}`),
    hash: requestHash({ method: 'POST', route: '/v1/events', params: {}, body }),
  });
  const { priceBook, eventWindow } = services;
  const make = async () => {
    const charge = await chargeOfEvent(priceBook, eventWindow, event);
    if (isProblem(charge)) return charge;
    return (await may(charge)) ?? charge;
  };
  return { label, candidate: { identity, make } };
}

/** Longer than any attribute may be. */
const SHOWN_MAX = 600;

function textOf(input: unknown, name: string): string | null {
  const value: unknown =
    typeof input === 'object' && input !== null ? Reflect.get(input, name) : null;
  return typeof value === 'string' ? value.slice(0, SHOWN_MAX) : null;
}
