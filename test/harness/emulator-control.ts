import type { Answered } from './system-api.ts';

export type FaultKind =
  | '409'
  | '429'
  | '500-before'
  | '500-after-commit'
  | 'reset-before'
  | 'reset-after-commit'
  | 'slow';
export type DeliveryMode = 'normal' | 'pause' | 'duplicate' | 'reverse' | 'drop';

/** One event on its way to one endpoint. */
export interface Delivery {
  id: string;
  event: string;
  event_type: string;
  state: string;
  /** `status` is null where nobody answered. */
  attempts: { status: number | null }[];
  next_attempt_at_ms: number | null;
}

interface FaultSeen {
  match: string;
  fired: boolean;
}

/** Acts on the Stripe emulator as a customer, a bank, a dashboard user, time or bad luck would. */
export interface EmulatorControl {
  readonly url: string;
  /** Pays an open session; answers with it. */
  pay(session: string, visit?: { card?: string; promotion_code?: string }): Promise<Answered>;
  expire(session: string): Promise<void>;
  deliveries(mode: DeliveryMode, options?: { flush: boolean }): Promise<void>;
  /** Every webhook delivery so far, newest first. */
  delivered(): Promise<Delivery[]>;
  /** Whether an event is on its way for the first time, or again by hand; later tries wait for time. */
  isDelivering(): Promise<boolean>;
  fault(match: string, kind: FaultKind, nth?: number): Promise<void>;
  /** Whether a request has arrived that a fault of this `match` struck. */
  struck(match: string): Promise<boolean>;
  clearFaults(): Promise<void>;
  advance(seconds: number): Promise<void>;
  /** Seconds since 1970 by the emulator's clock. */
  now(): Promise<number>;
  refund(charge: string, amount?: number): Promise<void>;
  dispute(charge: string, outcome?: 'won' | 'lost'): Promise<void>;
  /** Sends money from Stripe's balance to the bank. */
  payOut(amount: number, currency: string): Promise<void>;
  resend(event: string): Promise<void>;
  /** An object of Stripe's own API. */
  stripe(path: string): Promise<Answered['body']>;
}

export function emulatorControl(url: string): EmulatorControl {
  const control = (path: string, body: object = {}) =>
    call(`${url}/_emu${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
  const must = async (path: string, body?: object): Promise<void> => {
    const answered = await control(path, body);
    if (answered.status !== 200) throw new Error(`${path}: ${answered.text}`);
  };
  return {
    url,
    pay: (session, visit = {}) => control(`/checkout/sessions/${session}/complete`, visit),
    expire: (session) => must(`/checkout/sessions/${session}/expire`),
    deliveries: (mode, options) => must('/deliveries', { mode, ...options }),
    delivered: async () => (await call(`${url}/_emu/deliveries`)).body.deliveries,
    isDelivering: async () => {
      const { mode, deliveries } = (await call(`${url}/_emu/deliveries`)).body;
      return deliveries.some(
        ({ state, next_attempt_at_ms: next }: Delivery) =>
          (state === 'pending' && next === null) || (state === 'held' && mode === 'reverse'),
      );
    },
    fault: (match, kind, nth = 1) => must('/faults', { match, kind, nth }),
    struck: async (match) => {
      const { faults } = (await call(`${url}/_emu/faults`)).body as { faults: FaultSeen[] };
      return faults.some((fault) => fault.match === match && fault.fired);
    },
    clearFaults: async () => void (await call(`${url}/_emu/faults`, { method: 'DELETE' })),
    advance: (seconds) => must('/clock', { advance: seconds }),
    now: async () => (await call(`${url}/_emu/clock`)).body.now,
    refund: (charge, amount) =>
      must(`/charges/${charge}/refund`, amount === undefined ? {} : { amount }),
    dispute: (charge, outcome) =>
      must(`/charges/${charge}/dispute`, outcome === undefined ? {} : { outcome }),
    payOut: (amount, currency) => must('/payouts', { amount, currency }),
    resend: (event) => must(`/events/${event}/resend`),
    stripe: async (path) =>
      (await call(url + path, { headers: { Authorization: 'Bearer sk_test_tests' } })).body,
  };
}

async function call(url: string, init: RequestInit = {}): Promise<Answered> {
  const response = await fetch(url, init);
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: JSON.parse(text) };
}
