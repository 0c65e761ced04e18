import { BATCH_ITEMS_MAX, ChargeBatchBody, ChargeBatchItem } from '@bursar/contracts';
import { z } from 'zod';
import type { Caller } from '../access/caller.ts';
import { permitScope } from '../access/permit.ts';
import { route, type Route } from '../http/route.ts';
import { identify, onOwnAccount } from '../operations/identify.ts';
import { parseWait } from '../operations/prefer.ts';
import { requestHash } from '../operations/request-hash.ts';
import { validationProblem } from '../problems/validation-problem.ts';
import type { Services } from '../service/services.ts';
import { answerMany, manySchema, type SentItem } from './answer-many.ts';
import { makeCharge } from './make-charge.ts';
import { createChargePermit, type ChargePermit } from './may-charge.ts';

/** Room for a thousand items with every text as long as it may be, in ASCII. */
export const BATCH_BYTES_MAX = 16 * 1024 * 1024;

const BatchAnswer = manySchema({
  idempotency_key: z.string().nullable().meta({ description: 'As sent; null if it is no text' }),
}).meta({ id: 'ChargeBatchAnswer' });

/** Many charges in one request, each by itself. */
export const chargeBatchRoutes = (services: Services): Route[] => [
  route({
    method: 'post',
    path: '/v1/charges/batch',
    operationId: 'createChargeBatch',
    tag: 'Spending',
    summary: 'Charge up to a thousand times in one request',
    description:
      'Every item is checked, accepted and answered by itself, in the order sent; pointers of its error are relative to the item. An item is the same request as a charge of its own under its key. Charges of one wallet are applied in the order sent. With `Prefer: wait=N` the answer tells what became of each, and is 200 once all are final.',
    command: 'keys_inside',
    bodyBytesMax: BATCH_BYTES_MAX,
    // Items are read one by one, so that a bad one does not stop the others.
    body: z.strictObject({ charges: z.array(z.unknown()).min(1).max(BATCH_ITEMS_MAX) }),
    documentedBody: ChargeBatchBody,
    points: (body) => itemsIn(body),
    example: {
      charges: [
        { idempotency_key: 'frame-12', wallet: 'user:ana', amount: '12.5', product: 'render' },
        { idempotency_key: 'frame-13', wallet: 'user:ana', amount: '12.5', product: 'render' },
      ],
    },
    problems: ['price_not_found'],
    answers: {
      200: { description: 'After waiting: every accepted item is final', schema: BatchAnswer },
      202: { description: 'What became of each item', schema: BatchAnswer },
    },
    handle: async ({ caller, body, header }) => {
      const refusal = permitScope(caller, 'create_charge');
      if (refusal !== null) return refusal;
      const may = createChargePermit(services, caller, 'create_charge');
      const items = body.charges.map((input) => readItem(services, caller, may, input));
      return answerMany(services, items, { wait: parseWait(header('Prefer')), single: false });
    },
  }),
];

function itemsIn(body: unknown): number {
  const list: unknown =
    typeof body === 'object' && body !== null ? Reflect.get(body, 'charges') : null;
  return Array.isArray(list) ? list.length : 1;
}

function readItem(
  services: Services,
  caller: Caller,
  may: ChargePermit,
  input: unknown,
): SentItem<{ idempotency_key: string | null }> {
  const label = { idempotency_key: keyAsSent(input) };
  const parsed = ChargeBatchItem.safeParse(input, { reportInput: false });
  if (!parsed.success) {
    return { label, candidate: validationProblem('body', parsed.error.issues, input) };
  }
  const { idempotency_key: idempotencyKey, ...charge } = parsed.data;
  // The hash of a single charge, so that the two ways of sending it are repetitions of each other.
  const hash = requestHash({ method: 'POST', route: '/v1/charges', params: {}, body: charge });
  const identity = identify(services.secrets, 'charge', {
    ...onOwnAccount(caller),
    idempotencyKey,
    hash,
  });
  const make = async () => (await may(charge)) ?? makeCharge(services.priceBook, charge);
  return { label, candidate: { identity, make } };
}

/** Longer than any key may be. */
const KEY_SHOWN_MAX = 300;

function keyAsSent(input: unknown): string | null {
  const key: unknown =
    typeof input === 'object' && input !== null ? Reflect.get(input, 'idempotency_key') : null;
  return typeof key === 'string' ? key.slice(0, KEY_SHOWN_MAX) : null;
}
