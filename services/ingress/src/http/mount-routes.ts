import type { Request, RequestHandler, Response, Router } from 'express';
import express from 'express';
import type { Caller } from '../access/caller.ts';
import type { RateLimiter } from '../limits/rate-limiter.ts';
import { isProblem, notFound, problem, type Problem } from '../problems/problem.ts';
import {
  NOTHING_THERE,
  validationProblem,
  type RequestPart,
} from '../problems/validation-problem.ts';
import type { z } from 'zod';
import type { Answer } from './answer.ts';
import { bodyBytes, noRoomForBody, type BodyBudget } from '../overload/body-budget.ts';
import {
  BODY_BYTES_MAX,
  createBodyReader,
  createTextReader,
  type BodyReader,
} from './read-body.ts';
import type { Call, Route } from './route.ts';
import { nameOperator, nameRoute } from './observe.ts';

export interface MountOptions {
  authenticate: (request: Request) => Promise<Caller | Problem>;
  send: (response: Response, answer: Answer) => Promise<void>;
  limiter: RateLimiter;
  bodies: BodyBudget;
  /** Told when there was no room for a body. */
  onNoRoom: () => void;
}

/** Serves the table of routes; other methods on their addresses answer 405. */
export function mountRoutes(routes: readonly Route[], options: MountOptions): Router {
  const router = express.Router({ caseSensitive: true });
  for (const [path, group] of Map.groupBy(routes, (row) => row.path)) {
    const address = router.route(path.replaceAll(/\{(\w+)\}/g, ':$1'));
    for (const row of group) address[row.method](handlerOf(row, options));
    address.all(methodNotAllowed(group, options));
  }
  return router;
}

function handlerOf(row: Route, options: MountOptions): RequestHandler {
  const { authenticate, send } = options;
  const bytesMax = row.bodyBytesMax ?? BODY_BYTES_MAX;
  const readBody =
    row.textBody === undefined
      ? createBodyReader(bytesMax)
      : createTextReader(row.textBody, bytesMax);
  return async (request, response) => {
    nameRoute(response, row.path);
    const caller = await authenticate(request);
    if (isProblem(caller)) return send(response, caller);
    if (caller.kind === 'operator' && caller.person !== undefined) {
      nameOperator(response, caller.person);
    }
    const limited = await countPoints(options, row, caller, response, 1);
    if (limited !== null) return send(response, limited);
    const release = options.bodies.reserve(bodyBytes(request, bytesMax));
    if (release === null) {
      options.onNoRoom();
      return send(response, noRoomForBody());
    }
    try {
      const asked = await readCall(row, caller, request, () => readBody(request, response));
      if (isProblem(asked)) return await send(response, asked);
      const call = { ...asked, callerNow: () => authenticate(request) };
      const refusal = await countItems(options, row, call, response);
      await send(response, refusal ?? (await row.handle(call)));
    } finally {
      release();
    }
  };
}

type ReadCall = Omit<Call<unknown, unknown, unknown>, 'callerNow'>;

/** Everything that the route's schemas check. */
async function readCall(
  row: Route,
  caller: Caller,
  request: Request,
  readBody: ReadBody,
): Promise<ReadCall | Problem> {
  const params = read('path', row.params, request.params);
  if (isProblem(params)) return params;
  const query = read('query', row.query, { ...request.query });
  if (isProblem(query)) return query;
  const body = await readBodyOf(row, readBody);
  if (isProblem(body)) return body;
  return {
    caller,
    params: params.value,
    rawParams: textsOf(request.params),
    query: query.value,
    body: body.value,
    header: (name) => request.get(name),
  };
}

/** What a body counts for beyond the one point that every request costs. */
async function countItems(
  options: MountOptions,
  row: Route,
  { caller, body }: ReadCall,
  response: Response,
): Promise<Problem | null> {
  const more = (row.points?.(body) ?? 1) - 1;
  return more > 0 ? countPoints(options, row, caller, response, more) : null;
}

/** Counts against the caller's limits and says so in the answer's header; the refusal, if any. */
async function countPoints(
  { limiter }: MountOptions,
  row: Route,
  caller: Caller,
  response: Response,
  points: number,
): Promise<Problem | null> {
  const kind = row.method === 'get' ? 'read' : 'write';
  const { headers, refusal } = await limiter.admit(caller, kind, points);
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  return refusal;
}

type ReadBody = () => ReturnType<BodyReader>;

async function readBodyOf(
  row: Route,
  readBody: ReadBody,
): Promise<{ kind: 'read'; value: unknown } | Problem> {
  if (row.body === null) return { kind: 'read', value: undefined };
  const body = await readBody();
  return isProblem(body) ? body : read('body', row.body, body.value);
}

function read(
  part: RequestPart,
  schema: z.ZodType,
  input: unknown,
): { kind: 'read'; value: unknown } | Problem {
  const parsed = schema.safeParse(input, { reportInput: false });
  if (parsed.success) return { kind: 'read', value: parsed.data };
  const { issues } = parsed.error;
  const nothing = issues.some(
    (issue) => issue.code === 'custom' && issue.params?.['problem'] === NOTHING_THERE,
  );
  return nothing ? notFound('such thing') : validationProblem(part, issues, input);
}

function methodNotAllowed(group: readonly Route[], { send }: MountOptions): RequestHandler {
  const methods = group.map((row) => row.method.toUpperCase());
  const allow = [...methods, ...(methods.includes('GET') ? ['HEAD'] : [])].join(', ');
  return (request, response) =>
    send(
      response,
      problem('method_not_allowed', `Use ${allow} here, not ${request.method}.`, {
        headers: { Allow: allow },
      }),
    );
}

const textsOf = (params: Request['params']): Record<string, string> =>
  Object.fromEntries(Object.entries(params).map(([name, value]) => [name, String(value)]));
