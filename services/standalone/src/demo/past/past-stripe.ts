import { startStripeEmulator } from '@bursar/stripe-emulator';
import { z } from 'zod';

const CALL_MS = 15_000;
/** More than anything here sets off at once. */
const EVENTS_AT_ONCE = 100;

const Events = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      type: z.string(),
      livemode: z.boolean(),
      data: z.object({ object: z.object({ id: z.string().optional() }) }),
    }),
  ),
});

export interface StripeEvent {
  id: string;
  type: string;
  objectId: string;
  livemode: boolean;
}

/** The emulator as it was back then: its time goes where it is told, and nobody is sent its events. */
export interface PastStripe {
  url: string;
  moveTo(at: Date): Promise<void>;
  /** What happened since this was last asked, oldest first. */
  takeEvents(): Promise<StripeEvent[]>;
  /** What a customer, a bank or somebody in Stripe's dashboard does: a call of the control API. */
  act(path: string, body?: object): Promise<void>;
  /** Gives all the money of a payment back. */
  refund(paymentIntent: string): Promise<void>;
  stop(): Promise<void>;
}

/** Begins at `since`; what it leaves in `dataFile` is what the emulator of the present takes up. */
export async function startPastStripe(dataFile: string, since: Date): Promise<PastStripe> {
  const emulator = await startStripeEmulator({ dataFile, since, seed: 'packs' });
  let movedTo = since;
  const taken = new Set<string>();
  const call = async (method: string, path: string, body?: object): Promise<unknown> => {
    const response = await fetch(`${emulator.url}${path}`, {
      method,
      headers: { Authorization: 'Bearer sk_test_past', 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(CALL_MS),
    });
    const text = await response.text();
    if (!response.ok && response.status !== 402) throw new Error(`${method} ${path}: ${text}`);
    return JSON.parse(text);
  };
  return {
    url: emulator.url,
    moveTo: async (at) => {
      // Its time goes on by itself, so it may be some seconds ahead of whoever does several things at once.
      if (at <= movedTo) return;
      movedTo = at;
      await call('POST', '/_emu/clock', { set: Math.floor(at.getTime() / 1_000) });
    },
    takeEvents: async () => {
      const { data } = Events.parse(await call('GET', `/v1/events?limit=${EVENTS_AT_ONCE}`));
      const fresh = data.filter(({ id }) => !taken.has(id));
      for (const { id } of fresh) taken.add(id);
      return fresh.toReversed().map(({ id, type, livemode, data: about }) => ({
        id,
        type,
        livemode,
        objectId: about.object.id ?? '',
      }));
    },
    act: async (path, body = {}) => {
      await call('POST', `/_emu${path}`, body);
    },
    refund: async (paymentIntent) => {
      const payment = await call('GET', `/v1/payment_intents/${paymentIntent}`);
      const { latest_charge: charge } = z.object({ latest_charge: z.string() }).parse(payment);
      await call('POST', `/_emu/charges/${charge}/refund`, {});
    },
    stop: () => emulator.stop(),
  };
}
