import type { Request, RequestHandler, Response, Router } from 'express';
import express from 'express';
import type { Caller } from '../access/caller.ts';
import { isProblem, notFound, problem, type Problem } from '../problems/problem.ts';
import {
  NOTHING_THERE,
  validationProblem,
  type RequestPart,
} from '../problems/validation-problem.ts';
import type { z } from 'zod';
import type { Answer } from './answer.ts';
import { BODY_BYTES_MAX, createBodyReader } from './read-body.ts';
import type { Call, Route } from './route.ts';
import { nameRoute } from './observe.ts';

export interface MountOptions {
  authenticate: (request: Request) => Promise<Caller | Problem>;
  send: (response: Response, answer: Answer) => Promise<void>;
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

function handlerOf(row: Route, { authenticate, send }: MountOptions): RequestHandler {
  const readBody = createBodyReader(row.bodyBytesMax ?? BODY_BYTES_MAX);
  return async (request, response) => {
    nameRoute(response, row.path);
    const caller = await authenticate(request);
    if (isProblem(caller)) return send(response, caller);
    const params = read('path', row.params, request.params);
    if (isProblem(params)) return send(response, params);
    const query = read('query', row.query, { ...request.query });
    if (isProblem(query)) return send(response, query);
    const body = await readBodyOf(row, () => readBody(request, response));
    if (isProblem(body)) return send(response, body);
    const call: Call<unknown, unknown, unknown> = {
      caller,
      params: params.value,
      rawParams: textsOf(request.params),
      query: query.value,
      body: body.value,
      header: (name) => request.get(name),
    };
    return send(response, await row.handle(call));
  };
}

async function readBodyOf(
  row: Route,
  readBody: () => ReturnType<ReturnType<typeof createBodyReader>>,
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
