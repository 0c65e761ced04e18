import type { Emulator } from '../emulator.ts';
import { renderEvent } from '../events/render-event.ts';
import type { DeliveryRecord, EndpointRecord, EventRecord } from '../state/records.ts';
import { asBefore } from '../events/as-before.ts';
import { unreachable } from '../unreachable.ts';
import type { DeliveryPlan } from './delivery-plans.ts';
import { inFlushOrder, type FlushOrder } from './flush-order.ts';
import { Gate } from './gate.ts';
import { postEvent } from './post-event.ts';
import { nextRetryAfter } from './retry-schedule.ts';

export const DELIVERY_MODES = ['normal', 'pause', 'duplicate', 'reverse', 'drop'] as const;
export type DeliveryMode = (typeof DELIVERY_MODES)[number];

const CONCURRENT_MAX = 32;
/** In reverse mode, events that come this close together count as one burst. */
const BURST_MS = 25;

/**
 * Brings events to the webhook endpoints: at least once, concurrently, with retries. The mode
 * says what happens to new deliveries, so tests can hold, double, turn round or lose them.
 */
export class DeliveryEngine {
  mode: DeliveryMode = 'normal';
  #emulator: Emulator | undefined;
  readonly #gate = new Gate(CONCURRENT_MAX);
  readonly #stopping = new AbortController();
  readonly #firstTries = new Map<string, Promise<void>>();
  readonly #inFlight = new Set<Promise<void>>();
  #burst: DeliveryRecord[] = [];
  #burstTimer: NodeJS.Timeout | undefined;

  /** The emulator and its engine need each other, so this completes the pair. */
  attach(emulator: Emulator): void {
    this.#emulator = emulator;
  }

  /** Makes a delivery for every endpoint that wants this event and starts it as the mode says. */
  accept(event: EventRecord): EventRecord {
    const { state } = this.#running();
    const endpoints = [...state.endpoints.values()].filter((endpoint) =>
      wants(endpoint, event.type),
    );
    const deliveries = endpoints.map((endpoint) =>
      state.deliveries.put<DeliveryRecord>({
        id: `${event.id}.${endpoint.id}`,
        event: event.id,
        endpoint: endpoint.id,
        state: 'pending',
        attempts: [],
        next_attempt_at_ms: null,
      }),
    );
    const record = state.events.put({ ...event, deliveries: deliveries.map(({ id }) => id) });
    for (const delivery of deliveries) {
      const plan = this.#running().plans.take(event.type);
      if (plan) this.#follow(plan, delivery);
      else this.#route(delivery);
    }
    return record;
  }

  /** Resolves when the first try of each delivery of this event is over; held ones do not count. */
  async firstTryOf(eventId: string): Promise<void> {
    const event = this.#running().state.events.get(eventId);
    for (const id of event?.deliveries ?? []) await this.#firstTries.get(id);
  }

  /** Sends what is held, in the order of the mode, and resolves when each was tried once. */
  async flush(order?: FlushOrder, seed = 1): Promise<number> {
    const held = [...this.#running().state.deliveries.values()].filter(
      ({ state }) => state === 'held',
    );
    this.#takeBurst();
    if (order) await this.#inSequence(inFlushOrder(held, order, seed));
    else if (this.mode === 'drop')
      for (const delivery of held) this.#set(delivery.id, { state: 'dropped' });
    else if (this.mode === 'reverse') await this.#inSequence(held.toReversed());
    else await Promise.all(held.map((delivery) => this.#send(delivery)));
    return held.length;
  }

  /** Sends an event again to every endpoint that wants it now, as the dashboard's button does. */
  async resend(event: EventRecord): Promise<void> {
    const { state } = this.#running();
    const wanted = [...state.endpoints.values()].filter((endpoint) => wants(endpoint, event.type));
    const deliveries = wanted.map((endpoint) => {
      const id = `${event.id}.${endpoint.id}`;
      const fresh = { id, event: event.id, endpoint: endpoint.id, attempts: [] };
      return state.deliveries.put<DeliveryRecord>({
        ...fresh,
        ...state.deliveries.get(id),
        state: 'pending',
        next_attempt_at_ms: null,
      });
    });
    const ids = new Set([...event.deliveries, ...deliveries.map(({ id }) => id)]);
    state.events.put({ ...event, deliveries: [...ids] });
    await Promise.all(deliveries.map((delivery) => this.#send(delivery)));
  }

  /** Takes up what an earlier run left: retries keep their time, interrupted tries start again. */
  resume(): void {
    for (const delivery of this.#running().state.deliveries.values()) {
      if (delivery.state !== 'pending') continue;
      if (delivery.next_attempt_at_ms === null) this.#track(delivery.id, this.#send(delivery));
      else this.#retryAt(delivery.id, delivery.next_attempt_at_ms);
    }
  }

  async stop(): Promise<void> {
    clearTimeout(this.#burstTimer);
    this.#stopping.abort();
    await Promise.allSettled(this.#inFlight);
  }

  #follow(plan: DeliveryPlan, delivery: DeliveryRecord): void {
    const { clock } = this.#running();
    switch (plan.action) {
      case 'drop':
        this.#set(delivery.id, { state: 'dropped' });
        return;
      case 'duplicate': {
        const copies = Array.from({ length: plan.copies }, () => this.#send(delivery));
        this.#track(delivery.id, Promise.all(copies));
        return;
      }
      case 'delay': {
        const at = clock.nowMs() + plan.delay_seconds * 1000;
        this.#set(delivery.id, { next_attempt_at_ms: at });
        this.#retryAt(delivery.id, at);
        return;
      }
      case 'stale':
        this.#set(delivery.id, { is_stale: true });
        this.#route(delivery);
        return;
      default:
        unreachable(plan.action);
    }
  }

  #route(delivery: DeliveryRecord): void {
    switch (this.mode) {
      case 'drop':
        this.#set(delivery.id, { state: 'dropped' });
        return;
      case 'pause':
        this.#set(delivery.id, { state: 'held' });
        return;
      case 'reverse':
        this.#set(delivery.id, { state: 'held' });
        this.#burst.push(delivery);
        clearTimeout(this.#burstTimer);
        this.#burstTimer = setTimeout(() => {
          this.#track(delivery.id, this.#inSequence(this.#takeBurst().toReversed()));
        }, BURST_MS);
        return;
      case 'duplicate':
        this.#track(delivery.id, Promise.all([this.#send(delivery), this.#send(delivery)]));
        return;
      case 'normal':
        this.#track(delivery.id, this.#send(delivery));
    }
  }

  #takeBurst(): DeliveryRecord[] {
    clearTimeout(this.#burstTimer);
    return this.#burst.splice(0);
  }

  async #inSequence(deliveries: DeliveryRecord[]): Promise<void> {
    for (const delivery of deliveries) await this.#send(delivery);
  }

  #track(id: string, work: Promise<unknown>): void {
    const done = this.#finish(id, work);
    this.#firstTries.set(id, done);
    this.#inFlight.add(done);
    void this.#forget(id, done);
  }

  async #finish(id: string, work: Promise<unknown>): Promise<void> {
    try {
      await work;
    } catch (error) {
      this.#running().log(`webhook delivery ${id} broke off: ${String(error)}`);
    }
  }

  async #forget(id: string, done: Promise<void>): Promise<void> {
    await done;
    this.#inFlight.delete(done);
    if (this.#firstTries.get(id) === done) this.#firstTries.delete(id);
  }

  async #send({ id }: DeliveryRecord): Promise<void> {
    const { state, snapshot } = this.#running();
    this.#set(id, { state: 'pending', next_attempt_at_ms: null });
    // The receiver must never know of an object that a restart of the emulator would forget.
    await snapshot.written();
    await this.#gate.run(async () => {
      const delivery = state.deliveries.get(id);
      const event = delivery && state.events.get(delivery.event);
      const endpoint = delivery && state.endpoints.get(delivery.endpoint);
      if (!event || !endpoint || this.#stopping.signal.aborted) return;
      const payload = JSON.stringify(
        renderEvent(state, delivery.is_stale ? asBefore(state, event) : event),
        null,
        2,
      );
      const attempt = await postEvent(
        endpoint.url,
        endpoint.secret,
        payload,
        this.#stopping.signal,
      );
      if (!this.#stopping.signal.aborted) this.#settle(id, event, attempt);
    });
  }

  #settle(id: string, event: EventRecord, attempt: DeliveryRecord['attempts'][number]): void {
    const { state, clock, log } = this.#running();
    const delivery = state.deliveries.get(id);
    if (!delivery) return;
    const attempts = [...delivery.attempts, attempt];
    log(
      `webhook ${event.type} ${event.id} → ${attempt.status ?? attempt.error} in ${attempt.duration_ms} ms`,
    );
    // A duplicate that fails does not undo the acknowledgement of its twin.
    if (attempt.error === null || delivery.state === 'delivered') {
      this.#set(id, { attempts, state: 'delivered', next_attempt_at_ms: null });
      return;
    }
    const wait = nextRetryAfter(attempts.length, clock.nowSeconds() - event.created);
    const at = wait === undefined ? null : clock.nowMs() + wait * 1000;
    this.#set(id, { attempts, state: at === null ? 'failed' : 'pending', next_attempt_at_ms: at });
    if (at !== null) this.#retryAt(id, at);
  }

  #retryAt(id: string, atMs: number): void {
    this.#running().clock.at(atMs, async () => {
      const delivery = this.#running().state.deliveries.get(id);
      // A resend in the meantime has settled it or has made a newer appointment.
      if (delivery?.state !== 'pending' || delivery.next_attempt_at_ms !== atMs) return;
      await this.#send(delivery);
    });
  }

  #set(id: string, change: Partial<DeliveryRecord>): void {
    const { state } = this.#running();
    const delivery = state.deliveries.get(id);
    if (delivery) state.deliveries.put({ ...delivery, ...change });
  }

  #running(): Emulator {
    if (!this.#emulator) throw new Error('The delivery engine was used before it was attached.');
    return this.#emulator;
  }
}

function wants(endpoint: EndpointRecord, type: string): boolean {
  if (endpoint.status !== 'enabled') return false;
  return endpoint.enabled_events.includes('*') || endpoint.enabled_events.includes(type);
}
