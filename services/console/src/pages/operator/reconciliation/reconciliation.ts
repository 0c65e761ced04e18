import { queryOptions } from '@tanstack/react-query';
import { read } from '../../../api/request.ts';

/** One comparison of Stripe with the ledger. */
export interface Run {
  id: string;
  kind: string;
  mode: string;
  state: string;
  asked_by: string;
  from: string | null;
  to: string | null;
  progress: string | null;
  report: Partial<Report> | null;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
}

/** What a run tells; one that was skipped only says why. */
export interface Report {
  reason?: string;
  api_calls: number;
  findings: number;
  repaired: number;
  unresolved: number;
  parked: number;
  partial_reasons: readonly string[];
  passes: readonly Pass[];
  money_proof: { holds: boolean; statement?: readonly StatementDay[] } | null;
  oldest_waiting_event_seconds: number | null;
  dead_letters: number;
}

export interface Pass {
  name: string;
  compared: number;
  matched: number;
  findings: number;
  repaired: number;
  parked: number;
  unresolved: number;
  at_risk: { credits: string; money: readonly { currency: string; amount: string }[] };
}

/** One currency's money at Stripe on a UTC day, in minor units. */
export interface StatementDay {
  currency: string;
  day: string;
  opening: string;
  inflow: string;
  fees: string;
  refunds: string;
  disputes: string;
  payouts: string;
  other: string;
  closing: string;
  outside: string;
  difference: string;
}

/** A difference between Stripe and the ledger. */
export interface Case {
  id: string;
  class: string;
  meaning: string;
  severity: string;
  subject: string;
  stripe_ids: readonly string[];
  wallet: string | null;
  purchase: string | null;
  expected: string;
  actual: string;
  credits: string;
  minor: number;
  currency: string | null;
  state: string;
  failures: number;
  first_seen: string;
  last_seen: string;
  age_seconds: number;
  closed_at: string | null;
  closed_by: string | null;
  reason: string | null;
  remedy: string | null;
}

export interface Finding extends Case {
  result: string;
  detail: string | null;
}

export interface AtRisk {
  cases: number;
  parked: number;
  oldest_seconds: number | null;
  credits: string;
  money: readonly { amount: number; currency: string }[];
}

export const isOver = (run: Run): boolean => run.state !== 'waiting' && run.state !== 'running';

const LOOK_EVERY_MS = 1_000;

export const runQuery = (id: string) =>
  queryOptions({
    queryKey: ['operator', 'reconciliation', 'run', id],
    queryFn: ({ signal }) => read<Run>(`/v1/reconciliations/${id}`, { signal, operator: true }),
    refetchInterval: ({ state }) => (state.data && isOver(state.data) ? false : LOOK_EVERY_MS),
  });

export const atRiskQuery = queryOptions({
  queryKey: ['operator', 'reconciliation', 'at-risk'],
  queryFn: ({ signal }) => read<AtRisk>('/v1/money-at-risk', { signal, operator: true }),
});

export const RUN_COLOURS: Readonly<Record<string, string>> = {
  waiting: 'gray',
  running: 'indigo',
  complete: 'green',
  partial: 'orange',
  skipped: 'gray',
  failed: 'red',
};
