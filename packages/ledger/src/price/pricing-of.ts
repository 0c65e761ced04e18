import type { Pricing } from '@bursar/contracts';
import type { LedgerTransaction } from '../database/connect.ts';

/** How an amount came about, as the `bursar.pricing` argument of a ledger function. */
export const pricingOf = (tx: LedgerTransaction, pricing: Pricing | undefined) =>
  tx`row(${pricing?.price ?? null}::text, ${pricing?.version ?? null}::integer,
    ${pricing?.quantity ?? null}::text::bigint)::bursar.pricing`;
