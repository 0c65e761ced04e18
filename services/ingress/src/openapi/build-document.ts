import { PROBLEMS, type ProblemCode } from '@bursar/contracts';
import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
} from 'zod-openapi';
import { z } from 'zod';
import type { Route } from '../http/route.ts';
import { PROBLEM_ADVICE } from '../pages/problem-advice.ts';
import { ProblemSchema } from '../problems/problem-schema.ts';
import { openDoors } from './open-doors.ts';
import { spellAmounts } from './spell-amounts.ts';

/** Refusals that every route can answer with. */
const EVERYWHERE: readonly ProblemCode[] = [
  'unauthenticated',
  'forbidden',
  'not_found',
  'rate_limited',
  'unavailable',
];
const COMMANDS: readonly ProblemCode[] = ['invalid_amount', 'idempotency_key_reused'];
const BODIES: readonly ProblemCode[] = [
  'invalid_request',
  'payload_too_large',
  'unsupported_media_type',
];

const ActAs = z.string().optional().meta({
  description: 'With an operator key: act with the rights of this person only',
  example: 'user:ana',
});

const Role = z.literal('operator').optional().meta({
  description: 'With the session of an operator: act as one, under their own name',
});

const SECURITY_SCHEMES = {
  apiKey: { type: 'http', scheme: 'bearer', bearerFormat: 'bsk_…' },
  token: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'A JWT of the provider that people sign in at, for OIDC_AUDIENCE',
  },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: '__Host-bursar_session',
    description:
      'Of the console (bursar_session without HTTPS, on one machine). Changes need our own origin and "Bursar-Console: 1".',
  },
} as const;

/** The OpenAPI 3.1 document, from the very table that the requests are served by. */
export function buildDocument(routes: readonly Route[], publicUrl: string): object {
  const paths: ZodOpenApiPathsObject = { ...openDoors() };
  for (const row of routes) {
    paths[row.path] = { ...paths[row.path], [row.method]: describe(row) };
  }
  return createDocument(
    {
      openapi: '3.1.1',
      info: {
        title: 'Bursar',
        version: '0.1.0',
        description:
          'Prepaid credits on a double-entry ledger. Credits are decimal strings, money is in minor units, times are UTC. Commands are accepted with 202 and become operations; enumerations may grow.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: publicUrl }],
      security: [{ apiKey: [] }, { token: [] }, { session: [] }],
      tags: [...new Set(routes.map((row) => row.tag))].map((name) => ({ name })),
      paths,
      components: {
        securitySchemes: SECURITY_SCHEMES,
      },
    },
    { override: spellAmounts },
  );
}

function describe(row: Route): ZodOpenApiOperationObject {
  return {
    operationId: row.operationId,
    tags: [row.tag],
    summary: row.summary,
    ...(row.description !== undefined && { description: row.description }),
    requestParams: {
      path: row.params,
      query: row.query,
      header: z.object({ 'Bursar-Act-As': ActAs, 'Bursar-Role': Role, ...commandHeaders(row) }),
    },
    ...(row.body !== null && {
      requestBody: { required: row.method !== 'delete', content: contentOf(row, row.body) },
    }),
    responses: { ...successes(row), ...refusals(row) },
  };
}

const contentOf = (row: Route, body: z.ZodType) =>
  Object.fromEntries(
    [
      [row.textBody ?? 'application/json', row.example] as const,
      ...Object.entries(row.bodyTypes ?? {}),
    ].map(([type, example]) => [
      type,
      {
        schema: row.documentedBody ?? body,
        ...(example !== undefined && { example }),
      },
    ]),
  );

function commandHeaders(row: Route): z.ZodRawShape {
  if (row.waits === true) return { Prefer: PREFER };
  if (row.command === undefined) return {};
  const key = z.string().max(255).meta({
    description: 'A value of your own; the same one for a repetition of the same request',
    example: 'order-4711',
  });
  return {
    ...(row.command !== 'keys_inside' && {
      'Idempotency-Key': row.command === 'key_required' ? key : key.optional(),
    }),
    Prefer: PREFER,
  };
}

const PREFER = z.string().optional().meta({
  description: 'wait=N: hold the answer up to N seconds (25 at most) for the outcome',
  example: 'wait=5',
});

const successes = (row: Route): ZodOpenApiOperationObject['responses'] =>
  Object.fromEntries(
    Object.entries(row.answers).map(([status, { description, schema, contentType }]) => [
      status,
      {
        description,
        headers: answerHeaders(row),
        ...((schema !== undefined || contentType !== undefined) && {
          content: { [contentType ?? 'application/json']: { schema: schema ?? z.string() } },
        }),
      },
    ]),
  );

const ANSWER_HEADERS = z.object({
  'RateLimit-Policy': z.string().optional().meta({
    description: 'The limits of the key: q requests or items in w seconds; absent without limits',
    example: '"write";q=120000;w=60, "burst";q=4000;w=1',
  }),
  RateLimit: z.string().optional().meta({
    description: 'What is left of them: r for the next t seconds',
    example: '"write";r=119999;t=60, "burst";r=3999;t=1',
  }),
});

const COMMAND_ANSWER_HEADERS = ANSWER_HEADERS.extend({
  Location: z.string().optional().meta({ description: 'The address of the operation' }),
  'Idempotent-Replayed': z.literal('true').optional(),
  'Preference-Applied': z.string().optional(),
});

const BATCH_ANSWER_HEADERS = ANSWER_HEADERS.extend({ 'Preference-Applied': z.string().optional() });

function answerHeaders({ command }: Route): z.ZodObject {
  if (command === undefined) return ANSWER_HEADERS;
  return command === 'keys_inside' ? BATCH_ANSWER_HEADERS : COMMAND_ANSWER_HEADERS;
}

const RETRY_HEADERS = z.object({
  'Retry-After': z.string().optional().meta({
    description: 'Seconds to wait before the same request is sent again',
    example: '3',
  }),
});

/** Every refusal with its code, one response per status. */
function refusals(row: Route): ZodOpenApiOperationObject['responses'] {
  const codes = new Set<ProblemCode>([
    ...EVERYWHERE,
    'invalid_request',
    ...(row.body === null ? [] : BODIES),
    ...(row.command === undefined ? [] : COMMANDS),
    ...(row.command === 'key_required' ? (['idempotency_key_missing'] as const) : []),
    ...(row.problems ?? []),
  ]);
  const byStatus = Map.groupBy(codes, (code) => PROBLEMS[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => [
      String(status),
      {
        description: group.map((code) => `\`${code}\`: ${PROBLEM_ADVICE[code]}`).join('\n\n'),
        ...((status === 429 || status === 503) && { headers: RETRY_HEADERS }),
        content: { 'application/problem+json': { schema: ProblemSchema } },
      },
    ]),
  );
}
