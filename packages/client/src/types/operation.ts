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

/** A result as far as a preview can say it: ids of what was not made are not in it. */
type Foreseen<Result> = Result extends readonly (infer Part)[]
  ? Foreseen<Part>[]
  : Result extends object
    ? {
        [Name in keyof Result as Name extends 'id' | 'transaction' ? never : Name]: Foreseen<
          Result[Name]
        >;
      }
    : Result;

/** What a command would do; nothing was changed. */
export interface Preview<Result> {
  object: 'preview';
  would: 'succeed' | 'be_rejected';
  result: Foreseen<Result> | null;
  error: Problem | null;
  /** Until when the recipients that were sent are kept, if they are more than 1,000. */
  kept_until: string | null;
}
