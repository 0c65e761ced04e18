import type { OperationType } from '@bursar/contracts';
import { z } from 'zod';
import { isProblem, type Problem } from '../problems/problem.ts';
import { route, type Call, type NoParameters, type Route, type RouteSpec } from '../http/route.ts';
import type { Services } from '../service/services.ts';
import { identify, onOwnAccount } from './identify.ts';
import { derivedKey, idempotencyKeyMissing, parseIdempotencyKey } from './idempotency-key.ts';
import { parseWait } from './prefer.ts';
import { preview, PreviewSchema } from './preview.ts';
import { OperationSchema } from './render-operation.ts';
import { requestHash } from './request-hash.ts';
import { submit } from './submit.ts';
import type { Work } from './work.ts';

type CommandSpec<
  Params extends z.ZodObject,
  Body extends z.ZodType,
  Query extends z.ZodObject,
> = Omit<RouteSpec<Params, Query, Body>, 'handle' | 'answers' | 'command'> & {
  type: OperationType;
  /** Whether `"preview": true`, in the body or the query, is understood. */
  previews?: boolean;
  /** Whether the caller may; `null` means yes. */
  authorize: (call: CommandCall<Params, Body, Query>) => Promise<Problem | null> | Problem | null;
  /** What is enqueued; asked for new commands only. */
  work: (call: CommandCall<Params, Body, Query>) => Work | Problem | Promise<Work | Problem>;
  /** The key of a command that is idempotent by its address, for callers that send none. */
  deriveKey?: (call: CommandCall<Params, Body, Query>) => Promise<string>;
};

type CommandCall<
  Params extends z.ZodObject,
  Body extends z.ZodType,
  Query extends z.ZodObject,
> = Call<z.output<Params>, z.output<Query>, z.output<Body>>;

/** Declares a command: authorise, name the operation, accept it once, answer it. */
export function commandRoute<
  Params extends z.ZodObject = NoParameters,
  Body extends z.ZodType = z.ZodUndefined,
  Query extends z.ZodObject = NoParameters,
>(services: Services, spec: CommandSpec<Params, Body, Query>): Route {
  const { type, previews = false, authorize, work, deriveKey, ...documentation } = spec;
  return route<Params, Query, Body>({
    ...documentation,
    command: deriveKey === undefined ? 'key_required' : 'key_optional',
    answers: {
      200: {
        description: previews ? 'The finished operation, or the preview' : 'The finished operation',
        schema: previews ? z.union([OperationSchema, PreviewSchema]) : OperationSchema,
      },
      202: { description: 'Accepted and durable, not applied yet', schema: OperationSchema },
    },
    handle: async (call) => {
      const refusal = await authorize(call);
      if (refusal !== null) return refusal;
      const hash = requestHash({
        method: spec.method.toUpperCase(),
        route: spec.path,
        params: call.rawParams,
        body: hashedBody(call.body, call.query),
      });
      if (previews && (asksForPreview(call.body) || asksForPreview(call.query))) {
        return preview(services, call.caller, hash, () => work(call));
      }
      const idempotencyKey = await keyOf(call, deriveKey);
      if (isProblem(idempotencyKey)) return idempotencyKey;
      const identity = identify(services.secrets, type, {
        ...onOwnAccount(call.caller),
        idempotencyKey: idempotencyKey.value,
        hash,
      });
      return submit(services, identity, () => work(call), parseWait(call.header('Prefer')));
    },
  });
}

/** What parameters a query has belong to what was asked; most commands have none. */
const hashedBody = (body: unknown, query: object): unknown =>
  Object.keys(query).length === 0 ? body : { body, query: { ...query, preview: undefined } };

async function keyOf<Params extends z.ZodObject, Body extends z.ZodType, Query extends z.ZodObject>(
  call: CommandCall<Params, Body, Query>,
  deriveKey: CommandSpec<Params, Body, Query>['deriveKey'],
): Promise<{ kind: 'key'; value: string } | Problem> {
  const sent = parseIdempotencyKey(call.header('Idempotency-Key'));
  if (sent.kind !== 'absent') return sent;
  if (deriveKey === undefined) return idempotencyKeyMissing();
  return { kind: 'key', value: derivedKey(await deriveKey(call)) };
}

const asksForPreview = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && 'preview' in body && body.preview === true;
