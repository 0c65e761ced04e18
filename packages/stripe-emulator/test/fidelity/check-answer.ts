import { Ajv, type ValidateFunction } from 'ajv';
import { apiSchema } from './api-schema.ts';

type Json = Record<string, unknown>;

const ERROR_FIELDS = new Set([
  'advice_code',
  'charge',
  'code',
  'decline_code',
  'doc_url',
  'message',
  'network_decline_code',
  'param',
  'payment_intent',
  'payment_method',
  'setup_intent',
  'type',
]);
const ERROR_TYPES = new Set([
  'api_error',
  'card_error',
  'idempotency_error',
  'invalid_request_error',
]);
const EVENT_FIELDS = [
  'api_version',
  'created',
  'data',
  'id',
  'livemode',
  'object',
  'pending_webhooks',
  'request',
  'type',
].join();

/** What an answer of the API, or an event, has that Stripe's types do not allow; empty when fine. */
export function faultsOf(body: unknown): string[] {
  if (!isObject(body)) return ['the answer is no object'];
  if (isObject(body['error'])) return faultsOfError(body['error']);
  if (body['object'] === 'list') return faultsOfList(body);
  if (body['object'] === 'event') return faultsOfEvent(body);
  return faultsOfObject(body);
}

function faultsOfObject(object: Json): string[] {
  const name = `${String(object['object'])}${object['deleted'] === true ? ':deleted' : ''}`;
  const validate = validatorOf(name);
  if (!validate) return [`the SDK knows no object '${name}'`];
  if (validate(object)) return [];
  const faults = (validate.errors ?? []).map(
    ({ instancePath, message, params }) =>
      `${name}${instancePath} ${message ?? ''} ${JSON.stringify(params)}`,
  );
  return faults.slice(0, 20);
}

function faultsOfList(list: Json): string[] {
  const { data, has_more: hasMore, url } = list;
  if (!Array.isArray(data) || typeof hasMore !== 'boolean' || typeof url !== 'string')
    return ['a list lacks data, has_more or url'];
  if (Object.keys(list).length !== 4) return [`a list has fields ${Object.keys(list).join()}`];
  return data.flatMap((item: unknown) => faultsOf(item));
}

function faultsOfEvent(event: Json): string[] {
  const fields = Object.keys(event).toSorted().join();
  if (fields !== EVENT_FIELDS) return [`an event has the fields ${fields}`];
  const { data } = event;
  if (!isObject(data) || !isObject(data['object'])) return ['an event has no data.object'];
  return faultsOf(data['object']).map((fault) => `${String(event['type'])}: ${fault}`);
}

function faultsOfError(error: Json): string[] {
  const unknown = Object.keys(error).filter((field) => !ERROR_FIELDS.has(field));
  const faults = unknown.map((field) => `an error has the field ${field}`);
  if (!ERROR_TYPES.has(String(error['type']))) faults.push(`an error is ${String(error['type'])}`);
  if (typeof error['message'] !== 'string') faults.push('an error has no message');
  for (const field of ['payment_intent', 'payment_method', 'setup_intent'])
    if (error[field] !== undefined) faults.push(...faultsOf(error[field]));
  return faults;
}

let ajv: Ajv | undefined;

function validatorOf(name: string): ValidateFunction | undefined {
  const { defs, roots } = loadedSchema();
  ajv ??= new Ajv({ inlineRefs: false, strict: false, validateSchema: false }).addSchema({
    $id: 'stripe',
    $defs: defs,
  });
  const root = roots[name];
  return root === undefined ? undefined : ajv.getSchema(`stripe#/$defs/${root}`);
}

let schema: ReturnType<typeof apiSchema> | undefined;

function loadedSchema(): ReturnType<typeof apiSchema> {
  schema ??= apiSchema();
  return schema;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
