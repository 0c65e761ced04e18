import { Alert, Button, Group, Text } from '@mantine/core';
import { ApiProblem, OutcomeUnknown } from '../api/problem.ts';
import { t } from '../texts/index.ts';
import { CopyId } from './copy-id.tsx';
import { wordsOf } from './words-of-error.ts';

/** What happened, whether credits moved (the API's sentence says so), and what to do. */
export function ProblemAlert({ error, again }: { error: Error; again?: () => void }) {
  const isUnknown = error instanceof OutcomeUnknown;
  const cause = isUnknown ? error.cause : error;
  const problem = cause instanceof ApiProblem ? cause : null;
  const wait = problem?.retryAfterSeconds ?? null;
  const requestId = problem?.requestId ?? null;
  return (
    <Alert color="red" variant="light" title={isUnknown ? null : problem?.title} role="alert">
      <Text size="sm">{wordsOf(error)}</Text>
      {wait !== null && <Text size="sm">{t.words.retryIn(wait)}</Text>}
      <Group mt="xs" gap="md">
        {again && (
          <Button size="xs" variant="default" onClick={again}>
            {t.words.tryAgain}
          </Button>
        )}
        {requestId !== null && (
          <Text size="xs" c="dimmed" component="span">
            {t.words.requestId} <CopyId id={requestId} />
          </Text>
        )}
      </Group>
    </Alert>
  );
}
