/** An address that events are sent to; `secret` only when it was just made. */
export interface Webhook {
  id: string;
  owner: string | null;
  url: string;
  description: string | null;
  event_types: readonly string[];
  enabled: boolean;
  disabled_reason: string | null;
  failing_since: string | null;
  previous_secret_until: string | null;
  created_at: string;
  secret?: string;
}

interface Attempt {
  number: number;
  at: string;
  status: number | null;
  latency_ms: number;
  error: string | null;
  response: string | null;
}

/** One event on its way to one webhook. */
export interface Delivery {
  id: string;
  type: string;
  status: 'pending' | 'delivered' | 'failed';
  attempts: number;
  next_attempt_at: string | null;
  created_at: string;
  message: Readonly<Record<string, unknown>>;
  log: readonly Attempt[];
}
