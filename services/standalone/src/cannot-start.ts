/** Ends the start with one sentence that says what to do. */
export class CannotStart extends Error {
  override name = 'CannotStart';
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'this user has no right to',
  EPERM: 'this user has no right to',
  EEXIST: 'a file of that name is in the way',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EISDIR: 'a folder of that name is in the way',
  ENOSPC: 'the disk is full',
  EROFS: 'the disk is mounted read-only',
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'the host name could not be looked up',
  CONNECT_TIMEOUT: 'no answer in time',
  ETIMEDOUT: 'no answer in time',
};

/** Why the system refused, in words where we know them. */
export function reasonOf(error: unknown): string {
  const code = codeOf(error);
  const words = REASONS[code];
  if (words !== undefined) return `${words}, ${code}`;
  if (code !== '') return code;
  return error instanceof Error ? error.message : String(error);
}

/** The system's or the database's code of an error, or an empty text. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** The sentence for whatever ended the start; files that the system refuses are named with advice. */
export function sentenceOf(error: unknown): string {
  if (error instanceof Error && 'path' in error && REASONS[codeOf(error)] !== undefined) {
    return `${String(error.path)} cannot be used (${reasonOf(error)}); make it readable and writable for this user, or set BURSAR_DATA_DIR to another folder.`;
  }
  const text = error instanceof Error ? error.message : String(error);
  return text === '' ? `${String(error)} (${reasonOf(error)})` : text;
}
