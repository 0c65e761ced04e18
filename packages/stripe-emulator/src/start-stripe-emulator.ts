import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { DeliveryPlans } from './delivery/delivery-plans.ts';
import { DeliveryEngine } from './delivery/delivery-engine.ts';
import type { Emulator } from './emulator.ts';
import { FaultPlan } from './protocol/faults.ts';
import { IdempotencyKeys } from './protocol/idempotency.ts';
import { ALL_ROUTES } from './resources/all-routes.ts';
import { createExpandSource } from './resources/expand-source.ts';
import { answerRequest, type Site } from './server/answer-request.ts';
import { forgetTestClocks } from './resources/test-clocks/advance-clock.ts';
import { setUp, takeUp, type SetUpOptions } from './set-up.ts';
import { Clock } from './state/clock.ts';
import { seedIds } from './state/ids.ts';
import { readSnapshot, SnapshotFile } from './state/snapshot-file.ts';
import { State } from './state/state.ts';

const REQUEST_TIMEOUT_MS = 90_000;

export interface StripeEmulatorOptions extends SetUpOptions {
  /** 0, the default, takes a free port. */
  port?: number;
  host?: '127.0.0.1';
  /** Where the state is kept between runs; without it everything is forgotten at the end. */
  dataFile?: string | undefined;
  /** When its time begins, if nothing was kept: a past that is then lived through by `/_emu/clock`. */
  since?: Date;
  /** Makes ids the same in every run, for all emulators of the process; not with a data file. */
  idSeed?: string;
  /** Hears one line per request and per webhook; never secrets or bodies. */
  log?: (line: string) => void;
}

export interface StripeEmulator {
  /** Such as `http://127.0.0.1:12111`. */
  url: string;
  port: number;
  /** Verifies the webhooks sent to `options.webhook.url`. */
  webhookSecret: string;
  /** Stops listening and delivering, and writes the state; what is unfinished resumes next time. */
  stop(): Promise<void>;
}

/**
 * Starts a local, stateful Stripe for development and tests. Throws when `NODE_ENV` is
 * `production`, when the port is taken and when the data file cannot be read.
 */
export async function startStripeEmulator(
  options: StripeEmulatorOptions = {},
): Promise<StripeEmulator> {
  if (process.env['NODE_ENV'] === 'production')
    throw new Error(
      'The Stripe emulator refuses to run with NODE_ENV=production. Use the real Stripe there.',
    );
  if (options.idSeed !== undefined && options.dataFile !== undefined)
    throw new Error(
      'The emulator cannot seed its ids and keep a data file: leave one of them out.',
    );
  seedIds(options.idSeed);
  const emulator = createEmulator(options);
  const saved = options.dataFile === undefined ? undefined : await readSnapshot(options.dataFile);
  if (saved) emulator.state.load(saved);
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS });
  emulator.baseUrl = await listen(server, options.port ?? 0, options.host ?? '127.0.0.1');
  const site = createSite(emulator, options);
  server.on('request', (message, response) => {
    void answerRequest(site, message, response);
  });
  if (saved) takeUp(emulator, saved);
  else if (options.since) emulator.clock.restore(options.since.getTime() - Date.now());
  const webhookSecret = setUp(emulator, options);
  await emulator.snapshot.written();
  return {
    url: emulator.baseUrl,
    port: Number(new URL(emulator.baseUrl).port),
    webhookSecret,
    stop: () => stop(emulator, server),
  };
}

function createEmulator(options: StripeEmulatorOptions): Emulator {
  const log = options.log ?? (() => undefined);
  const state = new State(() => snapshot.markChanged());
  const clock = new Clock((error) => log(`an appointment failed: ${String(error)}`));
  const delivery = new DeliveryEngine();
  const snapshot = new SnapshotFile(options.dataFile, () =>
    state.toSnapshot(clock.offsetMs, emulator.baseUrl),
  );
  const emulator: Emulator = {
    state,
    clock,
    everybodysClock: clock,
    testClocks: new Map(),
    delivery,
    faults: new FaultPlan(),
    plans: new DeliveryPlans(),
    savedStates: new Map(),
    snapshot,
    log,
    baseUrl: '',
  };
  delivery.attach(emulator);
  return emulator;
}

function createSite(emulator: Emulator, options: StripeEmulatorOptions): Site {
  return {
    emulator,
    routes: ALL_ROUTES,
    keys: new IdempotencyKeys(emulator.state.idempotency),
    expandSource: createExpandSource(emulator),
    reset: () => {
      emulator.state.clear();
      forgetTestClocks(emulator);
      emulator.clock.clear();
      emulator.clock.restore(0);
      emulator.faults.clear();
      emulator.plans.clear();
      emulator.delivery.mode = 'normal';
      setUp(emulator, options);
    },
  };
}

async function listen(server: Server, port: number, host: string): Promise<string> {
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Not listening on a port.');
  return `http://${host}:${address.port}`;
}

async function stop(emulator: Emulator, server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  forgetTestClocks(emulator);
  emulator.clock.clear();
  await emulator.delivery.stop();
  await closed;
  await emulator.snapshot.written();
}
