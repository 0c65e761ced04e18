import type { Cause, Emulator } from '../emulator.ts';
import type { FormObject } from './decode-form.ts';
import { list, readParams, text, type Fields, type ParamsOf } from './fields.ts';

export type Method = 'GET' | 'POST' | 'DELETE';

/** One authenticated, validated call of the API. */
export interface Call<P> {
  readonly emulator: Emulator;
  readonly params: P;
  /** The `{id}` of the address; empty on addresses without one. */
  readonly id: string;
  readonly cause: Cause;
}

/** What `perform` needs besides the raw form. */
type CallContext = Omit<Call<unknown>, 'params'>;

export interface Route {
  readonly method: Method;
  /** Such as `/v1/customers/{id}`. */
  readonly path: string;
  /** Validates the form and acts; synchronous, so every call is atomic. Throws `StripeError`. */
  readonly perform: (form: FormObject, context: CallContext) => object;
}

/** Accepted by every route; the dispatcher acts on it after the route has answered. */
const EVERYWHERE = { expand: list(text(), { max: 20 }) };

/** Declares a route: its documented parameters and what it does. `expand` is added to all. */
export function route<F extends Fields>(
  method: Method,
  path: string,
  fields: F,
  handle: (call: Call<ParamsOf<F>>) => object,
): Route {
  return rawRoute(method, path, (form, context) =>
    handle({ ...context, params: readParams(fields, form) }),
  );
}

/** A route that reads its own parameters; `form` comes without `expand`. */
export function rawRoute(method: Method, path: string, perform: Route['perform']): Route {
  return {
    method,
    path,
    perform: (form, context) => {
      const { taken, rest } = takeOut(form, EVERYWHERE);
      readParams(EVERYWHERE, taken);
      return perform(rest, context);
    },
  };
}

/** Splits a form in two: the parameters of one table, and the others. */
export function takeOut(form: FormObject, fields: Fields): { taken: FormObject; rest: FormObject } {
  const entries = Object.entries(form);
  return {
    taken: Object.fromEntries(entries.filter(([key]) => Object.hasOwn(fields, key))),
    rest: Object.fromEntries(entries.filter(([key]) => !Object.hasOwn(fields, key))),
  };
}

export interface RouteMatch {
  route: Route;
  id: string;
}

/** Finds the route of a request; undefined when Stripe, or this emulator, has no such address. */
export function matchRoute(
  routes: readonly Route[],
  method: string,
  path: string,
): RouteMatch | undefined {
  for (const candidate of routes) {
    if (candidate.method !== method) continue;
    const id = matchPath(candidate.path, path);
    if (id !== undefined) return { route: candidate, id };
  }
  return undefined;
}

/** The `{id}` in `path`, '' when the pattern has none, undefined when it does not match. */
export function matchPath(pattern: string, path: string): string | undefined {
  const [head = '', tail] = pattern.split('{id}');
  if (tail === undefined) return path === pattern ? '' : undefined;
  if (!path.startsWith(head) || !path.endsWith(tail)) return undefined;
  const id = path.slice(head.length, path.length - tail.length);
  return id === '' || id.includes('/') ? undefined : decodeSegment(id);
}

/** Broken percent signs are no id of ours, so the address is simply unknown. */
function decodeSegment(segment: string): string | undefined {
  return /%(?![0-9a-f]{2})/i.test(segment) ? undefined : decodeURIComponent(segment);
}
