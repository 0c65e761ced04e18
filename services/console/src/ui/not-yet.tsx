import { Skeleton } from '@mantine/core';
import { ProblemAlert } from './problem-alert.tsx';

interface NotYetProps {
  /** The room that it will take, in pixels. */
  h: number;
  /** Why it could not be read, once it could not. */
  error: Error | null;
  again?: () => void;
}

/**
 * In place of what was not read: room for it, or why it could not be read. Only while there is
 * nothing to show: what was read once stays in sight when reading it again fails.
 */
export function NotYet({ h, error, again }: NotYetProps) {
  if (error === null) return <Skeleton h={h} radius="lg" />;
  return <ProblemAlert error={error} {...(again && { again })} />;
}
