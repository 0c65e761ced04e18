import { z } from 'zod';
import { AMOUNT_FAULTS, parseAmount } from './amounts.ts';
import { LocalId, OrganizationOwner, Owner, UserOwner } from './ids.ts';
import { PriceId, Quantity } from './pricing/quantity.ts';
import { LOT_KINDS, ORGANIZATION_ROLES, RULE_CYCLES, SCOPES } from './vocabulary.ts';
import { RateLimitBody } from './rate-limits.ts';

/**
 * Marks an issue as a fault of an amount, so that the API answers 422 `invalid_amount` instead of
 * 400 `invalid_request`.
 */
export const AMOUNT_ISSUE = 'invalid_amount';

/** A positive credit amount; parses to micro-credits. */
export const Amount = z
  .unknown()
  .transform((input, context): bigint => {
    const parsed = parseAmount(input);
    if (parsed.ok) return parsed.micro;
    context.addIssue({
      code: 'custom',
      message: AMOUNT_FAULTS[parsed.fault],
      params: { problem: AMOUNT_ISSUE },
    });
    return z.NEVER;
  })
  .meta({
    id: 'Amount',
    description: 'Credits as a decimal string with at most six decimals, or a JSON integer',
    examples: ['12.5', '500'],
  });

/** An amount that may also be nothing at all. */
const AmountOrZero = z.union([
  z.literal('0').transform(() => 0n),
  z.literal(0).transform(() => 0n),
  Amount,
]);

/** PostgreSQL stores no zero character and no half of a surrogate pair; neither is text. */
const storable = (value: string): boolean => !value.includes('\u0000') && value.isWellFormed();
const NOT_STORABLE = 'must not contain a zero character or half a character';

export const text = (max: number) => z.string().min(1).max(max).refine(storable, NOT_STORABLE);

/** RFC 3339 with a zone; kept as canonical UTC text with milliseconds. */
export const Instant = z.iso
  .datetime({ offset: true })
  .transform((value) => new Date(value).toISOString())
  .refine((value) => /^(?!0000)\d{4}-/.test(value), 'must lie in the years 0001 to 9999');

/** Clocks differ a little; what lies further ahead was written by one that is wrong. */
const OCCURRED_AHEAD_MS = 3_600_000;

const OccurredAt = Instant.refine(
  (value) => Date.parse(value) <= Date.now() + OCCURRED_AHEAD_MS,
  'lies more than an hour in the future; send when the work happened, by a clock that is right',
);

/** Small facts of the caller's own: at most 20 keys, values up to 500 characters. */
export const Metadata = z
  .record(text(40), z.string().max(500).refine(storable, NOT_STORABLE))
  .refine((value) => Object.keys(value).length <= 20, 'must have at most 20 keys');

const preview = z.boolean().optional();

/** No space: that is what keeps keys of callers and keys that are derived apart. */
export const IdempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,255}$/, 'must be 1 to 255 visible ASCII characters');

/** What work costs: an amount, or a price and how much of its meter was used. */
const cost = {
  amount: Amount.optional(),
  price: PriceId.optional().meta({ description: 'With `quantity`, instead of `amount`' }),
  quantity: Quantity.optional(),
  product: text(100)
    .optional()
    .meta({ description: 'May be left out with `price`, which has one' }),
};

export interface Cost {
  amount?: bigint | undefined;
  price?: string | undefined;
  quantity?: bigint | undefined;
  product?: string | undefined;
}

/** Exactly one of the two ways to say what work costs. */
const saysCost = z.check<Cost>(({ value, issues }) => {
  const { amount, price, quantity } = value;
  const refuse = (path: string[], message: string) =>
    issues.push({ code: 'custom', path, message, input: value });
  const byPrice = price !== undefined && quantity !== undefined;
  const byAmount = amount !== undefined && price === undefined && quantity === undefined;
  if (amount === undefined && price === undefined && quantity === undefined) {
    refuse(['amount'], 'is required, or price and quantity');
  } else if (byPrice ? amount !== undefined : !byAmount) {
    refuse([], 'needs either amount, or both price and quantity');
  }
});

/** A product where no price knows it; looked at even if other fields are wrong, to name all at once. */
const saysProduct = z.refine<Cost>(
  ({ product, price }) => product !== undefined || price !== undefined,
  {
    path: ['product'],
    message: 'is required',
    when: ({ value }) => typeof value === 'object' && value !== null && !Array.isArray(value),
  },
);

const charge = {
  wallet: Owner,
  ...cost,
  description: text(500).optional(),
  occurred_at: OccurredAt.optional(),
  on_behalf_of: OrganizationOwner.optional(),
  metadata: Metadata.optional(),
};

export const ChargeBody = z
  .strictObject({ ...charge, preview })
  .check(saysCost, saysProduct)
  .meta({ id: 'ChargeBody' });
export type ChargeBody = z.output<typeof ChargeBody>;

/** One charge of a batch; its key takes the place of the Idempotency-Key header. */
export const ChargeBatchItem = z
  .strictObject({ idempotency_key: IdempotencyKey, ...charge })
  .check(saysCost, saysProduct)
  .meta({ id: 'ChargeBatchItem' });
export type ChargeBatchItem = z.output<typeof ChargeBatchItem>;

/** How many charges or events one request may carry. */
export const BATCH_ITEMS_MAX = 1_000;

/** What a batch should look like; the ingress reads each item on its own, so that none stops the others. */
export const ChargeBatchBody = z
  .strictObject({ charges: z.array(ChargeBatchItem).min(1).max(BATCH_ITEMS_MAX) })
  .meta({ id: 'ChargeBatchBody' });

export const GrantBody = z
  .strictObject({
    wallet: Owner,
    amount: Amount,
    kind: z.enum(['promotional', 'adjustment', 'subscription']),
    expires_at: Instant.optional(),
    effective_at: Instant.optional(),
    priority: z.int().min(0).max(100).optional(),
    reason: text(500),
    preview,
  })
  .refine((body) => !body.expires_at || !body.effective_at || body.effective_at < body.expires_at, {
    message: 'must be later than effective_at',
    path: ['expires_at'],
  })
  .meta({ id: 'GrantBody' });

export const TransferBody = z
  .strictObject({
    from: Owner,
    to: Owner,
    amount: Amount,
    kind: z.enum(LOT_KINDS).optional(),
    message: text(500).optional(),
    preview,
  })
  .refine((body) => body.from !== body.to, { message: 'must differ from "from"', path: ['to'] })
  .meta({ id: 'TransferBody' });

/** The most recipients that one allocation may name. */
export const RECIPIENTS_MAX = 100_000;

export const AllocationBody = z
  .strictObject({
    from: OrganizationOwner,
    recipients: z.union(
      [
        z.literal('all'),
        z.array(UserOwner).min(1).max(RECIPIENTS_MAX),
        z
          .array(z.strictObject({ user: UserOwner, amount: Amount }))
          .min(1)
          .max(RECIPIENTS_MAX),
      ],
      {
        error:
          'must be "all", or 1 to 100000 of either "user:<id>" or {"user":"user:<id>","amount":"…"}',
      },
    ),
    amount_per_recipient: Amount.optional(),
    kind: z.enum(LOT_KINDS).optional(),
    reason: text(500).optional(),
    preview,
  })
  .refine(
    (body) =>
      (body.amount_per_recipient === undefined) ===
      (body.recipients !== 'all' && typeof body.recipients[0] === 'object'),
    {
      message: 'must be given exactly when the recipients have no amounts of their own',
      path: ['amount_per_recipient'],
    },
  )
  .meta({ id: 'AllocationBody' });

export const ReversalBody = z
  .strictObject({ amount: Amount.optional(), reason: text(500) })
  .meta({ id: 'ReversalBody' });

/** Seconds from now. */
const HoldLifetime = z.int().min(1).max(86_400);

export const HoldBody = z
  .strictObject({
    wallet: Owner,
    ...cost,
    on_behalf_of: OrganizationOwner.optional(),
    expires_in: HoldLifetime.optional(),
    overdraft: AmountOrZero.optional(),
  })
  .check(saysCost, saysProduct)
  .meta({ id: 'HoldBody' });

export const CaptureBody = z
  .strictObject({
    amount: AmountOrZero.optional(),
    quantity: Quantity.optional().meta({
      description: 'Of a hold that was placed by a price: rated by the version it was placed by',
    }),
    final: z.boolean().optional(),
  })
  .refine(
    (body) => body.amount === undefined || body.quantity === undefined,
    'takes amount or quantity, not both',
  )
  .meta({ id: 'CaptureBody' });
export type CaptureBody = z.output<typeof CaptureBody>;

/** `amount` is the new total. */
export const ExtensionBody = z
  .strictObject({ expires_in: HoldLifetime, amount: Amount.optional() })
  .meta({ id: 'ExtensionBody' });

export const CreditRequestBody = z
  .strictObject({
    organization: OrganizationOwner,
    amount: Amount,
    reason: text(500).optional(),
  })
  .meta({ id: 'CreditRequestBody' });

export const ApprovalBody = z
  .strictObject({ amount: Amount.optional() })
  .meta({ id: 'ApprovalBody' });

export const ReasonBody = z
  .strictObject({ reason: text(500).optional() })
  .meta({ id: 'ReasonBody' });

export const UndoBody = z
  .strictObject({ reason: text(500).optional(), preview })
  .meta({ id: 'UndoBody' });

/** Decides up to two hundred requests; each gets an operation and an outcome of its own. */
export const DecisionsBody = z
  .strictObject({
    approve: z
      .array(z.strictObject({ id: z.string().max(100), amount: Amount.optional() }))
      .max(200)
      .default([]),
    reject: z
      .array(z.strictObject({ id: z.string().max(100), reason: text(500).optional() }))
      .max(200)
      .default([]),
  })
  .refine(({ approve, reject }) => approve.length + reject.length > 0, 'must decide something')
  .refine(
    ({ approve, reject }) => approve.length + reject.length <= 200,
    'must decide 200 requests at most',
  )
  .refine(({ approve, reject }) => {
    const ids = [...approve, ...reject].map(({ id }) => id);
    return new Set(ids).size === ids.length;
  }, 'must name each request once')
  .meta({ id: 'DecisionsBody' });

const ruleTerms = { every: z.enum(RULE_CYCLES), start: z.enum(['now', 'next_period']).optional() };

/** A standing rule. `start`: runs in the current period already, or from the next one on, which is the default. */
export const RuleBody = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('refill'), amount: Amount, ...ruleTerms }),
    z.strictObject({
      kind: z.literal('cap'),
      share_percent: z.int().min(1).max(100),
      ...ruleTerms,
    }),
    z.strictObject({
      kind: z.literal('sweep'),
      idle_days: z.int().min(0).max(366),
      ...ruleTerms,
    }),
  ])
  .meta({ id: 'RuleBody' });

export const EmptyBody = z.strictObject({}).meta({ id: 'EmptyBody' });

export const UserBody = z
  .strictObject({
    email: z.email().max(254).nullable().optional(),
    name: text(200).nullable().optional(),
  })
  .meta({ id: 'UserBody' });

/** `confirm` is the organization's name, `forfeit` what is left in its pool and given up. */
export const OrganizationDeletionBody = z
  .strictObject({
    confirm: text(200),
    forfeit: AmountOrZero.optional(),
    end_subscriptions: z.boolean().optional().meta({
      description: 'Subscriptions end with it, now; nothing of the running period is given back',
    }),
    preview,
  })
  .meta({ id: 'OrganizationDeletionBody' });

export const OrganizationBody = z
  .strictObject({ name: text(200) })
  .meta({ id: 'OrganizationBody' });

export const MemberBody = z
  .strictObject({ role: z.enum(ORGANIZATION_ROLES) })
  .meta({ id: 'MemberBody' });

export const InvitationBody = z
  .strictObject({ email: z.email().max(254), role: z.enum(ORGANIZATION_ROLES) })
  .meta({ id: 'InvitationBody' });

/** `user` is needed from operators; people accept for themselves. */
export const AcceptanceBody = z
  .strictObject({ user: UserOwner.optional() })
  .meta({ id: 'AcceptanceBody' });

/** `from` is needed from operators; a person gives their own role. */
export const OwnershipBody = z
  .strictObject({ to: UserOwner, from: UserOwner.optional() })
  .meta({ id: 'OwnershipBody' });

/** `null` switches a default off. */
export const OrganizationSettingsBody = z
  .strictObject({
    default_allocation: Amount.nullable().optional(),
    seat_allocation: Amount.nullable().optional(),
    request_expiry_days: z.int().min(1).max(365).optional(),
    auto_approve_below: Amount.nullable().optional(),
    auto_approve_monthly: Amount.nullable().optional(),
  })
  .meta({ id: 'OrganizationSettingsBody' });

/** What is left out stays as it is. */
export const WalletSettingsBody = z
  .strictObject({
    overdraft_limit: AmountOrZero.nullable().optional(),
    soft_landing_limit: AmountOrZero.optional(),
    low_balance_at: AmountOrZero.optional(),
  })
  .refine((body) => Object.keys(body).length > 0, 'needs at least one setting')
  .meta({ id: 'WalletSettingsBody' });

export const ApiKeyChangeBody = z
  .strictObject({ rate_limit: RateLimitBody.nullable() })
  .meta({ id: 'ApiKeyChangeBody' });

export const ApiKeyBody = z
  .strictObject({
    name: text(100),
    scopes: z.array(z.enum(SCOPES)).min(1).max(SCOPES.length),
    rate_limit: RateLimitBody.optional(),
    organization: OrganizationOwner.optional().meta({
      description: 'The key reaches this organization and nothing else',
    }),
    members: z.boolean().optional().meta({
      description: "With organization: also its members' wallets; for operators to give",
    }),
    expires_at: Instant.optional(),
  })
  .refine((body) => body.members !== true || body.organization !== undefined, {
    message: 'needs an organization',
    path: ['members'],
  })
  .meta({ id: 'ApiKeyBody' });

export const UserId = LocalId;
export const OrganizationId = LocalId;
