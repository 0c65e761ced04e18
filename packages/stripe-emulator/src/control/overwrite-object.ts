import type { Emulator } from '../emulator.ts';
import { BY_ITSELF } from '../emulator.ts';
import { emitEvent } from '../events/emit-event.ts';
import type { FormObject, FormValue } from '../protocol/decode-form.ts';
import { invalidRequest, noSuchResource } from '../protocol/stripe-error.ts';

/**
 * Changes fields of a stored object behind everybody's back, as no API call could: no rule is
 * checked, and no event tells of it unless `announce` names one. Throws a 400 for unknown fields.
 */
export function overwriteObject(
  emulator: Emulator,
  id: string,
  changes: FormObject,
  announce: string | undefined,
): object {
  const { state } = emulator;
  const after =
    change(state.charges, id, changes) ??
    change(state.customers, id, changes) ??
    change(state.disputes, id, changes) ??
    change(state.paymentIntents, id, changes) ??
    change(state.paymentMethods, id, changes) ??
    change(state.prices, id, changes) ??
    change(state.products, id, changes) ??
    change(state.refunds, id, changes) ??
    changeInside(state.sessions, 'session', id, changes) ??
    changeInside(state.subscriptions, 'subscription', id, changes) ??
    changeInside(state.invoices, 'invoice', id, changes);
  if (!after) throw noSuchResource('object', id);
  if (announce !== undefined) emitEvent(emulator, BY_ITSELF, announce, after);
  return after;
}

interface Records<T> {
  get(id: string): T | undefined;
  put(record: T): T;
}

function change<T extends object>(
  table: Records<T>,
  id: string,
  changes: FormObject,
): object | undefined {
  const before = table.get(id);
  return before && table.put(changed(before, changes));
}

/** For records that keep the API's object under a name of its own. */
function changeInside<K extends string, T extends Record<K, object>>(
  table: Records<T>,
  name: K,
  id: string,
  changes: FormObject,
): object | undefined {
  const before = table.get(id);
  return before && table.put({ ...before, [name]: changed(before[name], changes) })[name];
}

function changed<T extends object>(before: T, changes: FormObject): T {
  const fields = new Map<string, unknown>(Object.entries(before));
  const values = Object.entries(changes).map(([name, value]): [string, unknown] => {
    if (!fields.has(name)) throw invalidRequest(`This object has no field ${name}.`, name);
    return [name, like(fields.get(name), value)];
  });
  return { ...before, ...Object.fromEntries(values) };
}

/** Control bodies arrive as text; a field keeps the kind of value that it has. */
function like(before: unknown, value: FormValue): unknown {
  if (value === 'null') return null;
  if (typeof before === 'number') return Number(value);
  if (typeof before === 'boolean') return value === 'true';
  return value;
}
