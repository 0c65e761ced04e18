import { CardSetupBody, EmptyBody, Owner, PaymentMethodId } from '@bursar/contracts';
import { readPaymentMethods } from '@bursar/ledger/reads';
import { z } from 'zod';
import { permit } from '../access/permit.ts';
import { ok } from '../http/answer.ts';
import { route, type Route } from '../http/route.ts';
import { commandRoute } from '../operations/command-route.ts';
import { notFound, type Problem } from '../problems/problem.ts';
import type { Services } from '../service/services.ts';
import { CardSchema, renderCard } from './render-card.ts';

const CARDS = '/v1/wallets/{wallet}/payment-methods';
const Params = z.strictObject({ wallet: Owner });
const CardParams = z.strictObject({ wallet: Owner, id: PaymentMethodId });

export const paymentMethodRoutes = (services: Services): Route[] => [
  route({
    method: 'get',
    path: CARDS,
    operationId: 'listPaymentMethods',
    tag: 'Buying',
    summary: 'List the cards that are saved for a wallet, the default first',
    params: Params,
    answers: {
      200: { description: 'The cards', schema: z.object({ data: z.array(CardSchema) }) },
    },
    handle: async ({ caller, params: { wallet } }) =>
      (await permit(services.db, caller, 'manage_payment', wallet)) ??
      ok({ data: (await readPaymentMethods(services.db, wallet)).map(renderCard) }),
  }),
  commandRoute(services, {
    method: 'post',
    path: `${CARDS}/setup`,
    operationId: 'setUpPaymentMethod',
    tag: 'Buying',
    summary: 'Get an address at which a card is saved, and nothing is paid',
    type: 'card_setup',
    params: Params,
    body: CardSetupBody,
    example: { consent: true },
    problems: ['wallet_not_found'],
    authorize: ({ caller, params: { wallet } }) =>
      permit(services.db, caller, 'manage_payment', wallet),
    work: ({ params: { wallet }, body: { success_url, cancel_url } }) => ({
      kind: 'card',
      command: { type: 'card_setup', wallet, success_url, cancel_url },
    }),
  }),
  commandRoute(services, {
    method: 'post',
    path: `${CARDS}/{id}/default`,
    operationId: 'setDefaultPaymentMethod',
    tag: 'Buying',
    summary: 'Make a saved card the one that is charged by default',
    type: 'card_default',
    params: CardParams,
    body: EmptyBody,
    example: {},
    problems: ['not_found'],
    authorize: ({ caller, params: { wallet } }) =>
      permit(services.db, caller, 'manage_payment', wallet),
    work: async ({ params: { wallet, id } }) =>
      (await missing(services, wallet, id)) ?? {
        kind: 'card',
        command: { type: 'card_default', wallet, card: id },
      },
  }),
  commandRoute(services, {
    method: 'delete',
    path: `${CARDS}/{id}`,
    operationId: 'removePaymentMethod',
    tag: 'Buying',
    summary: 'Remove a saved card; an auto top-up that charges it is off then',
    type: 'card_removal',
    params: CardParams,
    problems: ['not_found'],
    authorize: ({ caller, params: { wallet } }) =>
      permit(services.db, caller, 'manage_payment', wallet),
    work: async ({ params: { wallet, id } }) =>
      (await missing(services, wallet, id)) ?? {
        kind: 'card',
        command: { type: 'card_removal', wallet, card: id },
      },
    // A card that was removed never comes back under its id.
    deriveKey: ({ params: { wallet, id } }) => Promise.resolve(`card removal ${wallet} ${id}`),
  }),
];

async function missing({ db }: Services, wallet: string, card: string): Promise<Problem | null> {
  const cards = await readPaymentMethods(db, wallet);
  return cards.some(({ id }) => id === card) ? null : notFound('saved card');
}
