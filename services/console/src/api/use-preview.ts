import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { ApiProblem, type ProblemDocument } from './problem.ts';
import { read } from './request.ts';
import type { Command } from './run-command.ts';
import { previewsOf } from './wallet.ts';

/** What a command would do, by the code that would do it; nothing moves. */
export type Preview<Result> =
  /** There is nothing to try yet. */
  | { state: 'none' }
  | { state: 'looking' }
  | { state: 'would'; result: Result }
  | { state: 'refused'; error: Error };

interface PreviewDocument<Result> {
  would: 'succeed' | 'be_rejected';
  result: Result | null;
  error: ProblemDocument | null;
}

const TYPING_MS = 350;

/**
 * Tries a command while its form is filled in, and again, in a while, when the owner's credits moved.
 *
 * @param command what would be sent, without `preview`; `null` while it is not complete.
 */
export function usePreview<Result>(owner: string, command: Command | null): Preview<Result> {
  const wanted = command === null ? null : JSON.stringify(command);
  const [settled] = useDebouncedValue(wanted, TYPING_MS);
  const { data, error, isFetching } = useQuery({
    queryKey: [...previewsOf(owner), settled],
    queryFn: ({ signal }) => tryOut<Result>(settled ?? '', signal),
    enabled: settled !== null && settled === wanted,
    staleTime: 0,
    gcTime: 0,
    retry: false,
    refetchOnWindowFocus: false,
  });
  if (wanted === null) return { state: 'none' };
  if (settled !== wanted || (data === undefined && isFetching)) return { state: 'looking' };
  if (error !== null) return { state: 'refused', error };
  if (data === undefined) return { state: 'looking' };
  return verdictOf(data);
}

function tryOut<Result>(wanted: string, signal: AbortSignal): Promise<PreviewDocument<Result>> {
  const { method = 'POST', path, body, csv, operator = false } = JSON.parse(wanted) as Command;
  const asked =
    csv === undefined ? { body: { ...(body as object | undefined), preview: true } } : { csv };
  const address = csv === undefined ? path : `${path}${path.includes('?') ? '&' : '?'}preview=true`;
  return read<PreviewDocument<Result>>(address, { method, ...asked, operator, signal });
}

function verdictOf<Result>({ error, result }: PreviewDocument<Result>): Preview<Result> {
  if (error !== null) return { state: 'refused', error: new ApiProblem(error) };
  if (result === null) throw new Error('A preview that would succeed says what it would do.');
  return { state: 'would', result };
}
