import { BonusCodeBody, formatAmount, toPublicId } from '@bursar/contracts';
import {
  disableBonusCode,
  listBonusCodes,
  putBonusCode,
  type BonusCodeView,
} from '@bursar/ledger/reads';
import { z } from 'zod';
import { actorOf } from '../access/caller.ts';
import { permitAnywhere } from '../access/permit.ts';
import { created, ok, type Answer } from '../http/answer.ts';
import { route, type Route } from '../http/route.ts';
import { notFound, problem } from '../problems/problem.ts';
import { listSchema } from '../reads/list-answer.ts';
import {
  CreditsSchema,
  MoneySchema,
  publicIdParam,
  timeText,
  TimeSchema,
} from '../reads/wire-values.ts';
import type { Services } from '../service/services.ts';

const LIFETIME_DAYS_DEFAULT = 365;
const PER_BUYER_DEFAULT = 1;

const BonusCodeSchema = z
  .object({
    id: z.string(),
    code: z.string(),
    active: z.boolean(),
    bonus_credits: CreditsSchema.nullable(),
    bonus_percent: z.int().nullable(),
    lifetime_days: z.int(),
    scope: z.enum(['any', 'users', 'organizations']),
    max_redemptions: z.int().nullable(),
    max_per_person: z.int().nullable(),
    max_per_organization: z.int().nullable(),
    first_purchase_only: z.boolean(),
    minimum: MoneySchema.nullable(),
    starts_at: TimeSchema,
    ends_at: TimeSchema.nullable(),
    reserved: z.int().meta({ description: 'Orders that can still be paid' }),
    redeemed: z.int().meta({ description: 'Orders that were paid' }),
    created_by: z.string(),
    created_at: TimeSchema,
    disabled_at: TimeSchema.nullable(),
  })
  .meta({ id: 'BonusCode', description: 'Adds promotional credits to an order' });

/** Codes of our own, which add credits; codes that take something off the price are Stripe's. */
export const bonusCodeRoutes = (services: Services): Route[] => [
  route({
    method: 'post',
    path: '/v1/bonus-codes',
    operationId: 'createBonusCode',
    tag: 'Operating',
    summary: 'Make a code that adds promotional credits to an order',
    description:
      'Used as `promotion_code` of POST /v1/purchases, where it comes before a code of Stripe with the same spelling. It is set aside while a checkout is open and free again when that expires. What it adds is a lot of its own, and goes back with the purchase.',
    body: BonusCodeBody,
    example: { code: 'SPRING20', bonus_percent: 20, lifetime_days: 90, max_redemptions: 100 },
    problems: ['bonus_code_taken', 'invalid_amount'],
    answers: { 201: { description: 'The code', schema: BonusCodeSchema } },
    handle: async ({ caller, body }) => {
      const refusal = permitAnywhere(caller, 'operate');
      return refusal ?? create(services, body, actorOf(caller));
    },
  }),
  route({
    method: 'get',
    path: '/v1/bonus-codes',
    operationId: 'listBonusCodes',
    tag: 'Operating',
    summary: 'List bonus codes, the newest first, disabled ones included',
    answers: { 200: { description: 'At most five hundred', schema: listSchema(BonusCodeSchema) } },
    handle: async ({ caller }) => {
      const refusal = permitAnywhere(caller, 'operate');
      if (refusal !== null) return refusal;
      const data = (await listBonusCodes(services.db)).map(render);
      return ok({ data, has_more: false, next_cursor: null });
    },
  }),
  route({
    method: 'delete',
    path: '/v1/bonus-codes/{id}',
    operationId: 'disableBonusCode',
    tag: 'Operating',
    summary: 'Disable a bonus code; orders that have it keep it',
    params: z.strictObject({ id: publicIdParam('bcd') }),
    answers: { 204: { description: 'Disabled' } },
    handle: async ({ caller, params }) => {
      const refusal = permitAnywhere(caller, 'operate');
      if (refusal !== null) return refusal;
      return (await disableBonusCode(services.db, params.id))
        ? { kind: 'empty' }
        : notFound('bonus code');
    },
  }),
];

async function create(
  { db }: Services,
  body: z.output<typeof BonusCodeBody>,
  actor: string,
): Promise<Answer> {
  const id = await putBonusCode(db, {
    code: body.code,
    bonusCredits: body.bonus_credits ?? null,
    bonusPercent: body.bonus_percent ?? null,
    lifetimeDays: body.lifetime_days ?? LIFETIME_DAYS_DEFAULT,
    scope: body.scope ?? 'any',
    maxRedemptions: body.max_redemptions ?? null,
    maxPerPerson: body.max_per_person === undefined ? PER_BUYER_DEFAULT : body.max_per_person,
    maxPerOrganization:
      body.max_per_organization === undefined ? PER_BUYER_DEFAULT : body.max_per_organization,
    firstPurchaseOnly: body.first_purchase_only ?? false,
    minimum: body.minimum === undefined ? null : BigInt(body.minimum.amount),
    currency: body.minimum?.currency ?? null,
    startsAt: body.starts_at === undefined ? null : new Date(body.starts_at),
    endsAt: body.ends_at === undefined ? null : new Date(body.ends_at),
    actor,
  });
  const [code] = id === null ? [] : await listBonusCodes(db, id);
  return code === undefined
    ? problem(
        'bonus_code_taken',
        `There is an active code ${JSON.stringify(body.code)}; upper and lower case are the same. Nothing was made.`,
      )
    : created(render(code));
}

const render = (view: BonusCodeView): z.infer<typeof BonusCodeSchema> => ({
  id: toPublicId('bcd', view.id),
  code: view.code,
  active: view.disabledAt === null,
  bonus_credits: view.bonusCredits === null ? null : formatAmount(view.bonusCredits),
  bonus_percent: view.bonusPercent,
  lifetime_days: view.lifetimeDays,
  scope: view.scope,
  max_redemptions: view.maxRedemptions,
  max_per_person: view.maxPerPerson,
  max_per_organization: view.maxPerOrganization,
  first_purchase_only: view.firstPurchaseOnly,
  minimum:
    view.minimum === null || view.currency === null
      ? null
      : { amount: Number(view.minimum), currency: view.currency },
  starts_at: view.startsAt.toISOString(),
  ends_at: timeText(view.endsAt),
  reserved: view.reserved,
  redeemed: view.redeemed,
  created_by: view.createdBy,
  created_at: view.createdAt.toISOString(),
  disabled_at: timeText(view.disabledAt),
});
