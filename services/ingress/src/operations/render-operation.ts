import { OPERATION_TYPES, type OperationType } from '@bursar/contracts';
import type { OperationView } from '@bursar/ledger/reads';
import { z } from 'zod';
import { rejectionProblem } from '../problems/rejection-problem.ts';
import { renderProblem } from '../problems/render-problem.ts';
import { ProblemSchema } from '../problems/problem-schema.ts';

const Facts = z.record(z.string(), z.unknown());

export const OperationSchema = z
  .object({
    id: z.string().meta({ example: 'op_5kq3f0f8s2e9v8r6w1c7a4m2n0' }),
    object: z.literal('operation'),
    type: z.enum(OPERATION_TYPES),
    status: z.enum(['pending', 'succeeded', 'rejected']),
    result: Facts.nullable(),
    error: ProblemSchema.nullable(),
    progress: Facts.nullable(),
    created_at: z.iso.datetime().nullable(),
    completed_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Operation', description: 'A command and its outcome' });
export type WireOperation = z.infer<typeof OperationSchema>;

/** An operation that the ledger knows. */
export function renderOperation(
  id: string,
  operation: OperationView,
  publicUrl: string,
): WireOperation {
  return {
    id,
    object: 'operation',
    type: operation.type,
    status: operation.status,
    result: operation.result,
    error:
      operation.status === 'rejected'
        ? renderProblem(rejectionProblem(operation.error), publicUrl)
        : null,
    progress: operation.progress,
    created_at: operation.createdAt.toISOString(),
    completed_at: operation.completedAt?.toISOString() ?? null,
  };
}

/** An operation that was accepted but not applied yet; `acceptedAt` is known where it was accepted. */
export const renderPending = (
  id: string,
  type: OperationType,
  acceptedAt: string | null,
): WireOperation => ({
  id,
  object: 'operation',
  type,
  status: 'pending',
  result: null,
  error: null,
  progress: null,
  created_at: acceptedAt,
  completed_at: null,
});
