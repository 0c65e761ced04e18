/** What is sent to addresses of the caller's own, and what came of it. */
import type { Owner } from './inputs.ts';

export interface WebhookInput {
  /** Whose events; left out by a person: their own, by an operator: those of every wallet. */
  owner?: Owner | null | undefined;
  url: string;
  description?: string | undefined;
  /** `*`, groups such as `balance.*`, or types such as `balance.low`; default: all. */
  event_types?: string[] | undefined;
}

/** What is left out stays; null clears. */
export interface WebhookChangesInput {
  url?: string | undefined;
  description?: string | null | undefined;
  event_types?: string[] | undefined;
  enabled?: boolean | undefined;
}

/** RFC 3339; `from` is inclusive, `to` exclusive. Events are kept for 30 days. */
export interface WebhookReplayInput {
  from: string;
  to: string;
  /** Also send again what was delivered. */
  delivered?: boolean | undefined;
}

export interface Webhook {
  id: string;
  /** `null`: the events of every wallet. */
  owner: string | null;
  url: string;
  description: string | null;
  event_types: string[];
  enabled: boolean;
  disabled_reason: 'asked' | 'gone' | 'failing' | null;
  failing_since: string | null;
  /** Until when the secret before also signs. */
  previous_secret_until: string | null;
  created_at: string;
}
export interface NewWebhook extends Webhook {
  /** Signs every message; shown this once. */
  secret: string;
}

/** One event on its way to one webhook. */
export interface WebhookDelivery {
  /** The webhook-id header of every attempt. */
  id: string;
  type: string;
  status: 'pending' | 'delivered' | 'failed';
  attempts: number;
  next_attempt_at: string | null;
  created_at: string;
  message: Record<string, unknown>;
  /** The last twenty attempts, newest first. */
  log: WebhookAttempt[];
}
export interface WebhookAttempt {
  number: number;
  at: string;
  /** Of HTTP; `null` when there was no answer. */
  status: number | null;
  latency_ms: number;
  error: string | null;
  /** The beginning of the answer. */
  response: string | null;
}

/** How many are on their way; at most 1,000 of each, so repeat while either number is that. */
export interface WebhookReplay {
  /** Were sent before. */
  resent: number;
  /** Happened while it was disabled. */
  recovered: number;
}
