import { z } from 'zod';

const Minor = z
  .string()
  .regex(/^-?\d+$/)
  .meta({ description: 'Minor units of its currency, in full', example: '-1500' });
const Day = z.iso.date().meta({ description: 'UTC', example: '2026-11-20' });
const Currency = z.string().meta({ example: 'usd' });

/** How one comparison went. */
export const PassReport = z
  .object({
    name: z.string(),
    compared: z.int().meta({ description: 'Objects that were judged' }),
    matched: z.int().meta({ description: 'Of them, those without a finding' }),
    findings: z.int(),
    repaired: z.int(),
    parked: z.int().meta({
      description: 'Repaired in vain so often that no run waits for them any more',
    }),
    unresolved: z.int().meta({ description: 'Found and still not right, parked ones included' }),
    at_risk: z
      .object({
        credits: z.string().meta({ example: '12.5' }),
        money: z.array(z.object({ currency: Currency, amount: Minor })),
      })
      .meta({ description: 'What is unresolved, as absolute sums of the differences' }),
    problems: z.array(z.string()).meta({ description: 'Why not all was judged or repaired' }),
    parked_cases: z.array(z.string()).meta({ description: 'The parked ones, each with its fault' }),
  })
  .meta({ id: 'ReconciliationPass' });
export type PassReport = z.infer<typeof PassReport>;

const Sums = z.object({ count: z.int(), amount: Minor, fee: Minor });
const Residual = z.object({ amount: Minor, fee: Minor });

/** Stripe's balance transactions and the cash book by currency, day and category. */
export const ProofRow = z
  .object({
    currency: Currency,
    day: Day,
    category: z.string().meta({ description: 'Stripe’s reporting category', example: 'charge' }),
    stripe: Sums,
    ledger: Sums,
    residual: Residual.meta({ description: 'Stripe less ledger' }),
    explained: Residual.meta({ description: 'The part of it that the listed items account for' }),
  })
  .meta({ id: 'MoneyProofRow' });
export type ProofRow = z.infer<typeof ProofRow>;

/** One currency's money at Stripe on one day, as accountants write it. */
export const StatementDay = z
  .object({
    currency: Currency,
    day: Day,
    opening: Minor,
    inflow: Minor.meta({ description: 'Charges that settled, before fees' }),
    fees: Minor,
    refunds: Minor.meta({ description: 'Less those that failed and came back' }),
    disputes: Minor.meta({ description: 'Less those that were won' }),
    payouts: Minor.meta({ description: 'To the bank, less those that came back' }),
    other: Minor,
    closing: Minor,
    outside: Minor.meta({
      description: 'Moved at Stripe that day for nothing of ours; not in the book, nor in closing',
    }),
    difference: Minor.meta({
      description: 'What moved at Stripe less the book and outside; 0 when the day is proven',
    }),
  })
  .meta({
    id: 'MoneyStatementDay',
    description:
      'opening + inflow + fees + refunds + disputes + payouts + other = closing, as the cash book has it; what goes out is negative. The first and the last day reach only as far as the run’s window.',
    example: {
      currency: 'usd',
      day: '2026-11-20',
      opening: '120000',
      inflow: '50000',
      fees: '-1480',
      refunds: '-5000',
      disputes: '0',
      payouts: '-100000',
      other: '0',
      closing: '63520',
      outside: '0',
      difference: '0',
    },
  });
export type StatementDay = z.infer<typeof StatementDay>;

/** Whether Stripe's balance and the cash book tell the same. */
export const MoneyProof = z
  .object({
    holds: z.boolean().meta({ description: 'Whether the items account for every residual' }),
    rows: z.array(ProofRow),
    statement: z.array(StatementDay),
    items: z.array(
      z.object({
        id: z.string(),
        why: z.enum(['ours', 'account', 'outside']).meta({
          description:
            'ours: of a known payment and not booked yet; account: a payout or a charge of Stripe’s that the next repairing run books; outside: of no payment of ours',
        }),
        currency: Currency,
        amount: z.int(),
        fee: z.int(),
      }),
    ),
    item_count: z.int(),
    in_flight: z
      .array(
        z.object({
          payment_intent: z.string(),
          leg: z.string(),
          currency: Currency,
          ours: Minor,
          settled: Minor,
        }),
      )
      .meta({ description: 'Legs of payments of which one side has not come yet' }),
    in_flight_count: z.int(),
  })
  .meta({ id: 'MoneyProof' });
export type MoneyProof = z.infer<typeof MoneyProof>;

/** What a run tells when it is over. */
export const ReconciliationReport = z
  .object({
    api_calls: z.int(),
    objects: z.record(z.string(), z.int()).meta({ description: 'Looked at, by kind' }),
    counts: z.record(z.string(), z.int()).meta({ description: 'Findings by class' }),
    findings: z.int(),
    repaired: z.int(),
    unresolved: z.int().meta({ description: 'Parked ones included' }),
    parked: z.int(),
    stopped: z.boolean().meta({ description: 'It had made as many repairs as one run may' }),
    partial_reasons: z.array(z.string()).meta({
      description: 'Why it cannot say that all is well; empty when it can',
    }),
    passes: z.array(PassReport),
    money_proof: MoneyProof.nullable().meta({ description: 'null: it could not be made' }),
    oldest_waiting_event_seconds: z.int().nullable().meta({
      description: 'Of events that were received and are not handled yet',
    }),
    dead_letters: z.int(),
  })
  .meta({ id: 'ReconciliationReport' });
export type ReconciliationReport = z.infer<typeof ReconciliationReport>;

/** Of a run that never compared anything. */
export const NothingCompared = z
  .object({ reason: z.string() })
  .meta({ id: 'NothingCompared', description: 'Of a run that was skipped or has failed' });
export type NothingCompared = z.infer<typeof NothingCompared>;
