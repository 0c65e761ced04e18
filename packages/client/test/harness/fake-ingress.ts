import type { MeteredCharge } from '../../src/meter/metered-charge.ts';
import {
  answer,
  HANG_UP,
  problem,
  startScriptedServer,
  type ScriptedServer,
  type Step,
} from './scripted-server.ts';

/** How the ingress treats a batch. */
export type Mood =
  | 'well'
  /** 503, nothing accepted. */
  | 'away'
  /** The line is cut before anything was accepted. */
  | 'deaf'
  /** Everything is accepted, and the line is cut before the answer. */
  | 'mute'
  /** Every other charge is `unavailable`. */
  | 'partly';

/** Knows every key it ever accepted, as the ledger does. */
export interface FakeIngress {
  readonly url: string;
  /** Accepted charges by key, with how often each was sent. */
  readonly accepted: Map<string, { charge: MeteredCharge; sent: number }>;
  readonly requests: number;
  /** The next moods in order; the last one stays. */
  moods(...moods: Mood[]): void;
  stop(): Promise<void>;
}

/** Wallets that the server does not know. */
export const UNKNOWN = 'user:unknown';

export async function startFakeIngress(): Promise<FakeIngress> {
  const accepted: FakeIngress['accepted'] = new Map();
  const server: ScriptedServer = await startScriptedServer();
  let next: Mood[] = ['well'];
  let requests = 0;

  const take = (charge: MeteredCharge): object => {
    const key = charge.idempotency_key;
    if (charge.wallet === UNKNOWN) {
      return { idempotency_key: key, status: 'invalid', operation: null, error: REFUSAL };
    }
    const known = accepted.get(key);
    accepted.set(key, { charge: known?.charge ?? charge, sent: (known?.sent ?? 0) + 1 });
    return { idempotency_key: key, status: 'accepted', operation: `op_${key}`, error: null };
  };

  const step: Step = (response, seen) => {
    requests += 1;
    const mood = (next.length > 1 ? next.shift() : next[0]) ?? 'well';
    const charges: MeteredCharge[] = seen.body.charges;
    if (mood === 'away') return answer(response, AWAY);
    if (mood === 'deaf') return HANG_UP(response, seen);
    const data = charges.map((charge, index) =>
      mood === 'partly' && index % 2 === 1 ? unavailable(charge) : take(charge),
    );
    if (mood === 'mute') return HANG_UP(response, seen);
    answer(response, { status: 202, body: { data } });
  };
  server.script(step);
  return {
    url: server.url,
    accepted,
    get requests() {
      return requests;
    },
    moods(...moods) {
      next = moods;
    },
    stop: () => server.stop(),
  };
}

const REFUSAL = { code: 'wallet_not_found', detail: 'There is no such wallet.' };
const AWAY = problem(503, 'unavailable');

const unavailable = ({ idempotency_key }: MeteredCharge): object => ({
  idempotency_key,
  status: 'unavailable',
  operation: null,
  error: { code: 'unavailable', detail: 'Later.' },
});
