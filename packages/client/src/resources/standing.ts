import type { CallOptions, Settings } from '../options.ts';
import { ROUTES } from '../routes.ts';
import { listing } from '../transport/listing.ts';
import type { RuleInput, SimulationInput } from '../types/inputs.ts';
import type { Rule, Seat } from '../types/resources.ts';
import type { SeatResult, SimulationResult } from '../types/results.ts';
import { ask, issue } from './issue.ts';

/** Here `org` and `user` are the caller's own ids, without `org:` or `user:`. */
export const seats = (settings: Settings) => ({
  list: (org: string, options?: CallOptions) =>
    listing<Seat>(settings, { route: ROUTES.listSeats, params: { org } }, options),
  /** Stays pending while the pool cannot pay what the seat brings. */
  assign: issue<[org: string, user: string], SeatResult>(settings, 2, (org, user) => ({
    route: ROUTES.assignSeat,
    params: { org, user },
    body: {},
    keyless: true,
  })),
  /** What the seat brought stays with the member. */
  revoke: issue<[org: string, user: string], SeatResult>(settings, 2, (org, user) => ({
    route: ROUTES.revokeSeat,
    params: { org, user },
    body: {},
    keyless: true,
  })),
});

/** Standing rules of an organization. */
export const rules = (settings: Settings) => ({
  list: (org: string, options?: CallOptions) =>
    ask<{ data: Rule[] }>(settings, { route: ROUTES.listRules, params: { org } }, options),
  get: (org: string, rule: string, options?: CallOptions) =>
    ask<Rule>(settings, { route: ROUTES.getRule, params: { org, rule } }, options),
  put: (org: string, rule: string, body: RuleInput, options?: CallOptions) =>
    ask<Rule>(settings, { route: ROUTES.putRule, params: { org, rule }, body }, options),
  delete: (org: string, rule: string, options?: CallOptions) =>
    ask<null>(settings, { route: ROUTES.deleteRule, params: { org, rule } }, options),
  /** Replays a rule over the last periods; nothing moves. `progress` says how far it is. */
  simulate: issue<[org: string, rule: string, body: SimulationInput], SimulationResult>(
    settings,
    3,
    (org, rule, body) => ({ route: ROUTES.simulateRule, params: { org, rule }, body }),
  ),
});
