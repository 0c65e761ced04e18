import { holds } from './holds/holds.ts';
import { NO_EXITS, type Exits } from './meter/exits.ts';
import type { MeterOptions } from './meter/meter-options.ts';
import { createMeter, type Meter } from './meter/meter.ts';
import type { Spill, SpillPlace } from './meter/spill.ts';
import { readOptions, type BursarOptions, type ClientLogger, type Settings } from './options.ts';
import { budgets } from './resources/budgets.ts';
import { catalog, prices, purchases } from './resources/buying.ts';
import { charges } from './resources/charges.ts';
import { organizations, users } from './resources/directory.ts';
import { events } from './resources/events.ts';
import { invitations } from './resources/inviting.ts';
import { notifications } from './resources/notifying.ts';
import { apiKeys, grants, operations } from './resources/operating.ts';
import { autoTopUp, paymentMethods, payments } from './resources/paying.ts';
import { bonusCodes, paymentWarnings } from './resources/promoting.ts';
import { reports } from './resources/reports.ts';
import { allocations, creditRequests, transfers } from './resources/sharing.ts';
import { rules, seats } from './resources/standing.ts';
import { plans, subscriptions } from './resources/subscribing.ts';
import { wallets } from './resources/wallets.ts';
import { webhooks } from './resources/webhooks.ts';

/** A client of one Bursar server with one API key. */
export type Bursar = ReturnType<typeof clientOf>;

/** What a runtime adds to the core. */
export interface Runtime {
  exits: Exits;
  /** `null` where there is no disk. */
  openSpill: ((place: SpillPlace, logger: ClientLogger) => Spill) | null;
  /** A name for the holder of a key from which the key cannot be told. */
  fingerprint: (key: string) => string;
}

export const NO_RUNTIME: Runtime = { exits: NO_EXITS, openSpill: null, fingerprint: () => '' };

/** Makes clients for a runtime. */
export const createBursarFor =
  (runtime: Runtime) =>
  (options: BursarOptions): Bursar =>
    clientOf(readOptions(options), runtime);

function clientOf(settings: Settings, runtime: Runtime) {
  const chargesOf = charges(settings);
  return {
    charges: chargesOf,
    holds: holds(settings),
    wallets: wallets(settings),
    reports: reports(settings),
    transfers: transfers(settings),
    allocations: allocations(settings),
    creditRequests: creditRequests(settings),
    seats: seats(settings),
    rules: rules(settings),
    purchases: purchases(settings),
    paymentMethods: paymentMethods(settings),
    autoTopUp: autoTopUp(settings),
    payments: payments(settings),
    plans: plans(settings),
    subscriptions: subscriptions(settings),
    bonusCodes: bonusCodes(settings),
    paymentWarnings: paymentWarnings(settings),
    catalog: catalog(settings),
    prices: prices(settings),
    budgets: budgets(settings),
    events: events(settings),
    grants: grants(settings),
    operations: operations(settings),
    users: users(settings),
    organizations: organizations(settings),
    invitations: invitations(settings),
    notifications: notifications(settings),
    webhooks: webhooks(settings),
    apiKeys: apiKeys(settings),
    /** Takes charges at once and sends them in the background, none lost and none doubled. */
    meter: (options: MeterOptions = {}): Meter =>
      createMeter(
        {
          send: (batch, callOptions) =>
            chargesOf.batch(batch, { ...callOptions, wait: options.outcomes }),
          spill: spillOf(settings, runtime, options),
          exits: runtime.exits,
          logger: settings.logger,
        },
        options,
      ),
  };
}

function spillOf(settings: Settings, runtime: Runtime, options: MeterOptions): Spill | null {
  if (options.spillDir === undefined) return null;
  if (runtime.openSpill === null) {
    throw new TypeError('"spillDir" needs a disk, which there is under Node.js only.');
  }
  const caller = settings.actAs === undefined ? '' : ` as ${settings.actAs}`;
  const place: SpillPlace = {
    dir: options.spillDir,
    account: (options.account ?? runtime.fingerprint(settings.key)) + caller,
  };
  return runtime.openSpill(place, settings.logger);
}
