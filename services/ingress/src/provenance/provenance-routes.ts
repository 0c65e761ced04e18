import { formatAmount, LOT_KINDS, toPublicId, TRANSACTION_KINDS } from '@bursar/contracts';
import {
  LINKS_MAX,
  readAncestors,
  readDescendants,
  readLotUses,
  readTakenLots,
  readTransactionsWallets,
  type LotUse,
} from '@bursar/ledger/reads';
import { z } from 'zod';
import { permit } from '../access/permit.ts';
import { ok } from '../http/answer.ts';
import { route, type Route } from '../http/route.ts';
import { notFound } from '../problems/problem.ts';
import { listAnswer, listSchema, PAGE_PARAMETERS } from '../reads/list-answer.ts';
import { CreditsSchema, publicIdParam, TimeSchema } from '../reads/wire-values.ts';
import type { Services } from '../service/services.ts';
import { visibleLinks, visibleOwners, type VisibleLink } from './visible-links.ts';

const LinkSchema = z
  .object({
    lot: z.string(),
    parent_lot: z.string().nullable(),
    wallet: z.string(),
    kind: z.enum(LOT_KINDS),
    amount: CreditsSchema,
    remaining: CreditsSchema.nullable().meta({ description: "null in somebody else's wallet" }),
    transaction: z.string(),
    transaction_kind: z.enum(TRANSACTION_KINDS),
    purchase: z.string().nullable(),
    distance: z.int().meta({ description: 'Steps from where the chain starts' }),
    created_at: TimeSchema,
  })
  .meta({ id: 'LotLink', description: 'A lot as a link of a chain from payment to use' });

const UseSchema = z
  .object({
    transaction: z.string(),
    kind: z.enum(TRANSACTION_KINDS),
    amount: CreditsSchema.meta({ description: 'Signed: negative when credits left the lot' }),
    product: z.string().nullable(),
    created_at: TimeSchema,
    into: z.array(z.object({ lot: z.string(), wallet: z.string(), amount: CreditsSchema })),
  })
  .meta({ id: 'LotUse', description: 'What a transaction did to a lot' });

const LotProvenanceSchema = listSchema(UseSchema)
  .extend({
    origin: z.array(LinkSchema).meta({ description: 'The lot, then what it came from' }),
  })
  .meta({ id: 'LotProvenance' });

const TransactionProvenanceSchema = z
  .object({
    transaction: z.string(),
    taken: z.array(z.object({ lot: z.string(), amount: CreditsSchema })),
    origin: z.array(LinkSchema),
    results: z.array(LinkSchema),
    truncated: z.boolean().meta({ description: `Whether there are more than ${LINKS_MAX} links` }),
  })
  .meta({ id: 'TransactionProvenance' });

const LOT = '/v1/lots/{id}/provenance';

export const provenanceRoutes = (services: Services): Route[] => [
  lotRoute(services),
  transactionRoute(services),
];

const lotRoute = (services: Services): Route =>
  route({
    method: 'get',
    path: LOT,
    operationId: 'getLotProvenance',
    tag: 'Wallets',
    summary: "Show where a lot's credits came from and where they went, oldest first",
    description:
      'A page looks through a bounded part of the history, so it may be short and still have a next one.',
    params: z.strictObject({ id: publicIdParam('lot') }),
    query: z.strictObject(PAGE_PARAMETERS),
    answers: { 200: { description: 'Its origin, and one page', schema: LotProvenanceSchema } },
    handle: async ({ caller, params: { id }, query }) => {
      const links = await readAncestors(services.db, [id]);
      const lot = links.find((link) => link.lot === id);
      if (lot === undefined) return notFound('lot');
      const refusal = await permit(services.db, caller, 'read_wallet', lot.wallet);
      if (refusal !== null) return refusal.code === 'not_found' ? notFound('lot') : refusal;
      const shown = visibleLinks(links, await visibleOwners(services.db, caller, links));
      const page = await listAnswer(
        services.secrets.cursor,
        { route: LOT, filters: { id } },
        query,
        (at) => readLotUses(services.db, id, at),
        renderUse,
      );
      if (page.kind !== 'json' || typeof page.body !== 'object') return page;
      return ok({ origin: shown.map(renderLink), ...page.body });
    },
  });

const transactionRoute = (services: Services): Route =>
  route({
    method: 'get',
    path: '/v1/transactions/{id}/provenance',
    operationId: 'getTransactionProvenance',
    tag: 'Wallets',
    summary: 'Show the chain of lots from payment or grant to a transaction, and from it onwards',
    description: "The charges of each lot are in that lot's own provenance.",
    params: z.strictObject({ id: publicIdParam('txn') }),
    answers: { 200: { description: 'Both ways', schema: TransactionProvenanceSchema } },
    handle: async ({ caller, params: { id } }) => {
      const { db } = services;
      const owners = await readTransactionsWallets(db, id);
      const refusals = await Promise.all(
        owners.map((owner) => permit(db, caller, 'read_wallet', owner)),
      );
      const forbidden = refusals.find((refusal) => refusal?.code === 'forbidden');
      if (!refusals.includes(null)) return forbidden ?? notFound('transaction');
      const [taken, results] = await Promise.all([readTakenLots(db, id), readDescendants(db, id)]);
      const origin = await readAncestors(
        db,
        taken.map(({ lot }) => lot),
      );
      const chain = [...origin, ...results];
      const isVisible = await visibleOwners(db, caller, chain);
      // From a charge or transfer one sees where its own credits came from, from outside only the step.
      const around = new Map(visibleLinks(chain, isVisible).map((link) => [link.lot, link]));
      const shown = (links: readonly { lot: string; distance: number }[]) =>
        links.slice(0, LINKS_MAX).flatMap(({ lot, distance }) => {
          const link = around.get(lot);
          return link === undefined ? [] : [renderLink({ ...link, distance })];
        });
      return ok({
        transaction: toPublicId('txn', id),
        taken: taken
          .filter(({ lot }) => around.has(lot))
          .map(({ lot, amount }) => ({
            lot: toPublicId('lot', lot),
            amount: formatAmount(amount),
          })),
        origin: shown(origin),
        results: shown(results),
        truncated: origin.length > LINKS_MAX || results.length > LINKS_MAX,
      });
    },
  });

const renderLink = (link: VisibleLink): z.infer<typeof LinkSchema> => ({
  lot: toPublicId('lot', link.lot),
  parent_lot: link.parentLot === null ? null : toPublicId('lot', link.parentLot),
  wallet: link.wallet,
  kind: link.kind,
  amount: formatAmount(link.amount),
  remaining: link.open ? formatAmount(link.remaining) : null,
  transaction: toPublicId('txn', link.transaction),
  transaction_kind: link.transactionKind,
  purchase: link.open && link.purchase !== null ? toPublicId('pur', link.purchase) : null,
  distance: link.distance,
  created_at: link.createdAt.toISOString(),
});

const renderUse = (use: LotUse): z.infer<typeof UseSchema> => ({
  transaction: toPublicId('txn', use.transaction),
  kind: use.kind,
  amount: formatAmount(use.amount),
  product: use.product,
  created_at: use.createdAt.toISOString(),
  into: use.into.map(({ lot, wallet, amount }) => ({
    lot: toPublicId('lot', lot),
    wallet,
    amount: formatAmount(BigInt(amount)),
  })),
});
