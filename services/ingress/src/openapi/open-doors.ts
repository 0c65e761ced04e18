import { z } from 'zod';
import type { ZodOpenApiPathsObject } from 'zod-openapi';

/** The addresses that need no key. */
export const openDoors = (): ZodOpenApiPathsObject => ({
  '/livez': { get: open('checkLiveness', 'Whether the process runs', { 200: 'It does' }) },
  '/readyz': {
    get: open('checkReadiness', 'Whether commands would be accepted', { 200: 'Yes', 503: 'No' }),
  },
  '/webhooks/stripe': {
    post: {
      ...open('receiveStripeEvent', 'Take an event of Stripe', {
        200: 'Written down, known already, or of the other mode',
        400: 'The signature does not fit',
        503: 'Send it again',
      }),
      requestParams: { header: z.object({ 'Stripe-Signature': z.string() }) },
    },
  },
  '/problems/{code}': {
    get: {
      ...open('getProblem', 'Explain a problem code', {
        200: 'Its title and what to do',
        404: 'No such code',
      }),
      requestParams: { path: z.object({ code: z.string() }) },
    },
  },
});

const open = (operationId: string, summary: string, answers: Record<number, string>) => ({
  operationId,
  tags: ['Service'],
  summary,
  security: [],
  responses: Object.fromEntries(
    Object.entries(answers).map(([status, description]) => [status, { description }]),
  ),
});
