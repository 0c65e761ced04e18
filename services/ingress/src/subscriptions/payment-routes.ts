import {
  formatAmount,
  fromPublicId,
  Owner,
  PortalSessionBody,
  toPublicId,
} from '@bursar/contracts';
import { readPayment, readPayments, readWallet, type PaymentView } from '@bursar/ledger/reads';
import { z } from 'zod';
import type { Caller } from '../access/caller.ts';
import { permit } from '../access/permit.ts';
import type { Action } from '../access/rights.ts';
import { ok } from '../http/answer.ts';
import { route, type Route } from '../http/route.ts';
import { isProblem, notFound, problem, type Problem } from '../problems/problem.ts';
import { listAnswer, listSchema, PAGE_PARAMETERS } from '../reads/list-answer.ts';
import { CreditsSchema, MoneySchema, TimeSchema } from '../reads/wire-values.ts';
import type { Services } from '../service/services.ts';
import { askPayments } from './ask-payments.ts';

const WalletParams = z.strictObject({ wallet: Owner });
const PaymentParams = z.strictObject({ wallet: Owner, id: z.string().max(100) });
const LIST_PATH = '/v1/wallets/{wallet}/payments';

const PaymentSchema = z
  .object({
    id: z.string().meta({ description: 'Of an order `pur_…`, of an invoice `pay_…`' }),
    kind: z.enum(['order', 'top_up', 'invoice']),
    status: z.string(),
    total: MoneySchema,
    paid: MoneySchema,
    number: z.string().nullable(),
    credits: CreditsSchema,
    taken_back: CreditsSchema,
    subscription: z.string().nullable(),
    out_of_band: z.boolean(),
    created_at: TimeSchema,
  })
  .meta({ id: 'Payment', description: 'Money that was asked for, and the credits it brought' });

const LinksSchema = z
  .object({
    receipt_url: z.string().nullable(),
    invoice_url: z.string().nullable(),
    pdf_url: z.string().nullable(),
  })
  .meta({ id: 'PaymentLinks', description: 'For one click: they expire, so they are not kept' });

const PortalSchema = z.object({ url: z.string() }).meta({ id: 'PortalSession' });

export const paymentRoutes = (services: Services): Route[] => [
  listRoute(services),
  linksRoute(services),
  portalRoute(services),
];

const listRoute = (services: Services): Route =>
  route({
    method: 'get',
    path: LIST_PATH,
    operationId: 'listPayments',
    tag: 'Wallets',
    summary: "List a wallet's orders, top-ups and invoices, newest first",
    params: WalletParams,
    query: z.strictObject(PAGE_PARAMETERS),
    problems: ['wallet_not_found'],
    answers: { 200: { description: 'One page', schema: listSchema(PaymentSchema) } },
    handle: async ({ caller, params, query }) => {
      const refusal = await may(services, caller, 'read_wallet', params.wallet);
      if (refusal !== null) return refusal;
      return listAnswer(
        services.secrets.cursor,
        { route: LIST_PATH, filters: params },
        query,
        (page) => readPayments(services.db, params.wallet, page),
        renderPayment,
      );
    },
  });

const linksRoute = (services: Services): Route =>
  route({
    method: 'get',
    path: '/v1/wallets/{wallet}/payments/{id}/links',
    operationId: 'getPaymentLinks',
    tag: 'Wallets',
    summary: 'Get the addresses of the receipt or invoice of a payment',
    description: 'Asked from Stripe each time, because such addresses expire.',
    params: PaymentParams,
    problems: ['wallet_not_found', 'unavailable'],
    answers: { 200: { description: 'What there is', schema: LinksSchema } },
    handle: async ({ caller, params }) => {
      const refusal = await may(services, caller, 'read_wallet', params.wallet);
      if (refusal !== null) return refusal;
      const id = fromPublicId('pay', params.id) ?? fromPublicId('pur', params.id);
      const payment = id === null ? null : await readPayment(services.db, params.wallet, id);
      if (payment === null) return notFound('payment');
      const question = questionAbout(payment);
      if (question === null) return ok({ receipt_url: null, invoice_url: null, pdf_url: null });
      const answered = await askPayments(services, question);
      return isProblem(answered) ? answered : ok(answered.result);
    },
  });

const portalRoute = (services: Services): Route =>
  route({
    method: 'post',
    path: '/v1/wallets/{wallet}/portal-session',
    operationId: 'createPortalSession',
    tag: 'Subscriptions',
    summary: 'Get an address where the customer renews the card, sees invoices and cancels',
    description: 'Made for one click; do not keep it.',
    params: WalletParams,
    body: PortalSessionBody,
    example: { return_url: 'https://example.com/billing' },
    problems: ['wallet_not_found', 'unavailable'],
    answers: { 200: { description: 'The address', schema: PortalSchema } },
    handle: async ({ caller, params, body }) => {
      const refusal = await may(services, caller, 'manage_subscription', params.wallet);
      if (refusal !== null) return refusal;
      const return_url = body.return_url ?? services.publicUrl;
      const question = { type: 'portal', wallet: params.wallet, return_url } as const;
      const answered = await askPayments(services, question);
      return isProblem(answered) ? answered : ok(answered.result, { 'Cache-Control': 'no-store' });
    },
  });

/** As `permit`, and the wallet must exist. */
async function may(
  { db }: Services,
  caller: Caller,
  action: Action,
  wallet: string,
): Promise<Problem | null> {
  const refusal = await permit(db, caller, action, wallet);
  if (refusal !== null) return refusal;
  return (await readWallet(db, wallet)) === null
    ? problem('wallet_not_found', `There is no wallet ${wallet}. Create its owner first.`)
    : null;
}

const questionAbout = ({ invoice, paymentIntent }: PaymentView) => {
  if (invoice !== null) return { type: 'invoice_links', invoice } as const;
  return paymentIntent === null
    ? null
    : ({ type: 'payment_links', payment_intent: paymentIntent } as const);
};

const renderPayment = (view: PaymentView): z.infer<typeof PaymentSchema> => ({
  id: toPublicId(view.kind === 'invoice' ? 'pay' : 'pur', view.id),
  kind: view.kind,
  status: view.status,
  total: { amount: Number(view.total), currency: view.currency },
  paid: { amount: Number(view.paid), currency: view.currency },
  number: view.number,
  credits: formatAmount(view.credits),
  taken_back: formatAmount(view.takenBack),
  subscription: view.subscription === null ? null : toPublicId('sbs', view.subscription),
  out_of_band: view.outOfBand,
  created_at: view.createdAt.toISOString(),
});
