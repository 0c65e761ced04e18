import { userInfo } from 'node:os';

/** A start that failed for a reason somebody can mend; the message is one sentence that says how. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
  /** True when the cause may go away by itself within seconds, so that a new attempt makes sense. */
  readonly passing: boolean;

  constructor(sentence: string, options: { cause?: unknown; passing?: boolean } = {}) {
    super(sentence, options.cause === undefined ? {} : { cause: options.cause });
    this.passing = options.passing ?? false;
  }

  /** Says which folder the operating system refused, to whom, and what to do about it. */
  static forFolder(what: string, path: string, cause: unknown): EmbeddedPostgresError {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    const advice: Record<string, string> = {
      ENOSPC: 'the disk is full: free some space and start again',
      EROFS: 'the disk is read-only: choose another folder with BURSAR_DATA_DIR',
      ENOTDIR: 'a file is in the way: remove it or choose another folder with BURSAR_DATA_DIR',
      EEXIST: 'a file is in the way: remove it or choose another folder with BURSAR_DATA_DIR',
    };
    const permission = `the user ${userInfo().username} may not read and write it (${code}): give it to that user with chown, or choose another folder with BURSAR_DATA_DIR`;
    return new EmbeddedPostgresError(
      `The ${what} ${path} cannot be used, because ${advice[code] ?? permission}.`,
      { cause },
    );
  }
}
