import type { Database } from '../database/connect.ts';

/** What a bill granted and still stands. */
export interface GrantedBill {
  /** Stripe's id. */
  bill: string;
  wallet: string;
  currency: string;
  /** Micro-credits. */
  credits: bigint;
  /** Minor units that we hold for paid. */
  paid: bigint;
  /** The lines of the bill that were granted. */
  lines: string[];
  /** An earlier bill that granted the same period. */
  twin: string | null;
}

/** Bills that granted something within a window, and those named beside. */
export async function findGrantedBills(
  db: Database,
  { from, to }: { from: Date; to: Date },
  bills: readonly string[],
): Promise<GrantedBill[]> {
  return db<GrantedBill[]>`
    select g.* from bursar.granted_bills(${from}, ${to}, ${[...bills]}::text[]) g order by g.bill`;
}
