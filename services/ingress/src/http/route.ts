import type { ProblemCode } from '@bursar/contracts';
import { z } from 'zod';
import type { Caller } from '../access/caller.ts';
import type { Problem } from '../problems/problem.ts';
import type { Answer } from './answer.ts';

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** A request after authentication and validation. */
export interface Call<Params, Query, Body> {
  caller: Caller;
  params: Params;
  /** The path's parameters as they were sent, decoded. */
  rawParams: Readonly<Record<string, string>>;
  query: Query;
  body: Body;
  header: (name: string) => string | undefined;
  /** Asks anew who is calling, for answers that go on after sessions and keys may have ended. */
  callerNow: () => Promise<Caller | Problem>;
}

interface Documentation {
  /** Verb and noun; unique. */
  operationId: string;
  tag: string;
  summary: string;
  description?: string;
  /** What is answered on success, by status. */
  answers: Record<number, { description: string; schema?: z.ZodType; contentType?: string }>;
  /** The refusals of this route beyond those that every route has. */
  problems?: readonly ProblemCode[];
  /** What a request with this body counts for against the caller's rate limit; 1 without it. */
  points?: (body: unknown) => number;
  /** Takes Prefer: wait, though it is no command. */
  waits?: true;
  /** Takes Idempotency-Key (`keys_inside`: in each item of its body) and Prefer, answers with operations. */
  command?: 'key_required' | 'key_optional' | 'keys_inside';
  /** What bodies should look like, where the route itself reads them one part at a time. */
  documentedBody?: z.ZodType;
  /** Bodies are text of this type, and nothing else. */
  textBody?: 'text/csv';
  /** The types of bodies beside `application/json`, each with an example. */
  bodyTypes?: Readonly<Record<string, unknown>>;
  /** Example of a body. */
  example?: unknown;
}

interface Address {
  method: Method;
  /** As OpenAPI writes it, e.g. `/v1/wallets/{wallet}`. */
  path: string;
  /** Largest body in bytes. */
  bodyBytesMax?: number;
}

export interface RouteSpec<
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Body extends z.ZodType,
>
  extends Documentation, Address {
  params?: Params;
  query?: Query;
  body?: Body;
  // As a method, because the table below takes handlers of every kind of call.
  handle(call: Call<z.output<Params>, z.output<Query>, z.output<Body>>): Answer | Promise<Answer>;
}

/** A row of the table that routing, validation, refusals and the OpenAPI document are made from. */
export interface Route extends Documentation, Address {
  params: z.ZodObject;
  query: z.ZodObject;
  body: z.ZodType | null;
  handle(call: Call<unknown, unknown, unknown>): Answer | Promise<Answer>;
}

/** For routes without parameters; strict, so that what is sent in vain is refused. */
const NOTHING = z.strictObject({});
export type NoParameters = typeof NOTHING;

/** Declares a route; its handler sees exactly what its schemas let through. */
export function route<
  Params extends z.ZodObject = NoParameters,
  Query extends z.ZodObject = NoParameters,
  Body extends z.ZodType = z.ZodUndefined,
>(spec: RouteSpec<Params, Query, Body>): Route {
  return {
    ...spec,
    params: spec.params ?? NOTHING,
    query: spec.query ?? NOTHING,
    body: spec.body ?? null,
  };
}
