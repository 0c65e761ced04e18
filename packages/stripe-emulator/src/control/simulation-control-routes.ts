import type { Emulator } from '../emulator.ts';
import { PLAN_ACTIONS } from '../delivery/delivery-plans.ts';
import type { FormObject } from '../protocol/decode-form.ts';
import { flag, integer, oneOf, required, text, type Field } from '../protocol/fields.ts';
import { route, type Route } from '../protocol/route.ts';
import { invalidRequest, noSuchResource } from '../protocol/stripe-error.ts';
import { forgetTestClocks } from '../resources/test-clocks/advance-clock.ts';
import { takeUp } from '../set-up.ts';
import { newId } from '../state/ids.ts';
import { overwriteObject } from './overwrite-object.ts';

const ADVANCE_MAX_SECONDS = 400 * 24 * 60 * 60;
const SAVED_MAX = 20;
const CLOCK = {
  advance: integer({ min: 0, max: ADVANCE_MAX_SECONDS }),
  freeze: flag(),
  set: integer({ min: 0 }),
};
const PLAN = {
  action: required(oneOf(...PLAN_ACTIONS)),
  copies: integer({ min: 2, max: 20 }),
  delay_seconds: integer({ min: 0, max: ADVANCE_MAX_SECONDS }),
  times: integer({ min: 1, max: 10_000 }),
  type: required(text({ max: 100 })),
};

/** The control API of the world around: time, the network's tricks, and states to return to. */
export const SIMULATION_CONTROL_ROUTES: Route[] = [
  route('POST', '/_emu/clock', CLOCK, ({ emulator, params }) => moveClock(emulator, params)),
  route('GET', '/_emu/clock', {}, ({ emulator }) => describeClock(emulator)),
  route('POST', '/_emu/plans', PLAN, ({ emulator, params }) => {
    const { type, action, times = 1, copies = 2, delay_seconds: delay = 60 } = params;
    return { ...emulator.plans.add({ type, action, times, copies, delay_seconds: delay }) };
  }),
  route('GET', '/_emu/plans', {}, ({ emulator }) => ({ plans: emulator.plans.list() })),
  route('DELETE', '/_emu/plans', {}, ({ emulator }) => {
    emulator.plans.clear();
    return { plans: [] };
  }),
  route('POST', '/_emu/snapshots', {}, ({ emulator }) => {
    const { savedStates, state, clock, baseUrl } = emulator;
    if (savedStates.size >= SAVED_MAX)
      throw invalidRequest(`There are ${SAVED_MAX} snapshots already. Delete them first.`);
    const id = newId('snap');
    savedStates.set(id, state.toSnapshot(clock.offsetMs, baseUrl));
    return { id };
  }),
  route('DELETE', '/_emu/snapshots', {}, ({ emulator }) => {
    emulator.savedStates.clear();
    return { snapshots: [] };
  }),
  route('POST', '/_emu/snapshots/{id}/restore', {}, ({ emulator, id }) => {
    const saved = emulator.savedStates.get(id);
    if (!saved) throw noSuchResource('snapshot', id);
    emulator.state.clear();
    forgetTestClocks(emulator);
    emulator.clock.clear();
    emulator.state.load(saved);
    takeUp(emulator, saved);
    return { restored: id };
  }),
  route(
    'POST',
    '/_emu/objects/{id}',
    { announce: text({ max: 100 }), set: required(anyObject()) },
    ({ emulator, params, id }) => ({
      object: overwriteObject(emulator, id, params.set, params.announce),
    }),
  ),
  route('DELETE', '/_emu/events/{id}', {}, ({ emulator, id }) => {
    const event = emulator.state.events.get(id);
    if (!event) throw noSuchResource('event', id);
    for (const delivery of event.deliveries) emulator.state.deliveries.remove(delivery);
    emulator.state.events.remove(id);
    return { id, deleted: true };
  }),
];

/** Freezing comes first and thawing last, so one call may freeze time at a moment. */
async function moveClock(
  emulator: Emulator,
  wanted: { advance?: number | undefined; freeze?: boolean | undefined; set?: number | undefined },
): Promise<object> {
  const { clock } = emulator;
  const { advance, freeze, set } = wanted;
  if (set !== undefined && set < clock.nowSeconds())
    throw invalidRequest(
      'Time only moves forward. Restore a snapshot that was taken earlier to go back.',
      'set',
    );
  if (freeze === true) clock.freeze();
  if (set !== undefined) await clock.advanceTo(set * 1000);
  if (advance !== undefined) await clock.advance(advance);
  if (freeze === false) clock.thaw();
  emulator.snapshot.markChanged();
  return describeClock(emulator);
}

function describeClock({ clock }: Emulator): object {
  return {
    frozen: clock.isFrozen,
    now: clock.nowSeconds(),
    offset: Math.round(clock.offsetMs / 1000),
  };
}

function anyObject(): Field<FormObject> {
  return {
    read(value, path) {
      if (typeof value === 'string' || Array.isArray(value))
        throw invalidRequest('Invalid object', path);
      return value;
    },
  };
}
