import type { ProblemDocument } from './problem.ts';

/** A command and its outcome, as the API shows it. */
export interface Operation<Result = Readonly<Record<string, unknown>>> {
  id: string;
  type: string;
  status: 'pending' | 'succeeded' | 'rejected';
  result: Result | null;
  error: ProblemDocument | null;
  progress: { done?: number; total?: number } | null;
  created_at: string | null;
  completed_at: string | null;
  /** It had been given before under the same key, when nobody learned its outcome: nothing moved again. */
  repeated?: boolean;
}
