/** A rule of the ledger, and what one audit found about it. Numbers of rows are decimal texts. */
export interface Check {
  name: string;
  statement: string;
  covered: string;
  violations: readonly { subject: string; detail: string }[];
  count: string;
  failure: string | null;
}

/** A proof of every rule over the whole ledger. */
export interface Audit {
  id: string;
  asked_by: string;
  state: 'waiting' | 'running' | 'done' | 'failed';
  progress: string | null;
  sound: boolean | null;
  checks: readonly Check[] | null;
  took_ms: number | null;
  created_at: string;
  finished_at: string | null;
}
