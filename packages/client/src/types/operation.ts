import type { Problem } from '../errors.ts';

/** How far an operation is that takes a while. */
export interface Progress {
  done: number;
  total: number;
}

/** A command and its outcome. */
export interface Operation<Result> {
  id: string;
  object: 'operation';
  /** Open: types may be added. */
  type: string;
  status: 'pending' | 'succeeded' | 'rejected';
  result: Result | null;
  error: Problem | null;
  progress: Progress | null;
  created_at: string | null;
  completed_at: string | null;
}

export interface Succeeded<Result> extends Operation<Result> {
  status: 'succeeded';
  result: Result;
}

/** What a command would do; nothing was changed. */
export interface Preview<Result> {
  object: 'preview';
  would: 'succeed' | 'be_rejected';
  result: Result | null;
  error: Problem | null;
}
