import type { Emulator } from '../emulator.ts';
import type { FormObject, FormValue } from '../protocol/decode-form.ts';
import { matchRoute } from '../protocol/route.ts';
import { invalidRequest, unrecognizedUrl } from '../protocol/stripe-error.ts';
import { newId } from '../state/ids.ts';
import { CONTROL_ROUTES } from './control-routes.ts';

/** What the control API acts on. */
export interface Control {
  readonly emulator: Emulator;
  /** Forgets everything and sets the emulator up as at its first start. */
  readonly reset: () => void;
}

export interface ControlAnswer {
  status: number;
  body: object;
}

/** Answers one call of `/_emu`; bodies are JSON, refusals have Stripe's error shape. */
export async function handleControl(
  control: Control,
  method: string,
  path: string,
  contentType: string | undefined,
  body: string,
): Promise<ControlAnswer> {
  const match = matchRoute(CONTROL_ROUTES, method, path);
  if (!match) throw unrecognizedUrl(method, path);
  // A form posted by a foreign web page cannot carry this type without asking first.
  if (body !== '' && !contentType?.startsWith('application/json'))
    throw invalidRequest('Send the body as application/json.');
  const cause = { id: newId('req', 14), idempotency_key: null };
  const context = { emulator: control.emulator, id: match.id, cause };
  try {
    const result = match.route.perform(parse(body), context);
    return { status: 200, body: await Promise.resolve(result) };
  } finally {
    if (path === '/_emu/reset') control.reset();
  }
}

function parse(body: string): FormObject {
  if (body === '') return {};
  try {
    const form = toForm(JSON.parse(body));
    if (typeof form !== 'string' && !Array.isArray(form)) return form;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw invalidRequest('The body must be a JSON object.');
}

/** JSON as the form that would say the same, so both kinds of call share one validation. */
function toForm(json: unknown): FormValue {
  if (Array.isArray(json)) return json.map((item) => toForm(item));
  if (typeof json === 'object' && json !== null)
    return Object.fromEntries(
      Object.entries(json)
        .filter(([, value]) => value !== null)
        .map(([key, value]) => [key, toForm(value)]),
    );
  if (typeof json === 'string' || typeof json === 'number' || typeof json === 'boolean')
    return String(json);
  throw invalidRequest('The body must be a JSON object.');
}
