import { Alert } from '@mantine/core';

/** Says that something was done, to whoever sees it and whoever listens. */
export function Notice({ text }: { text: string }) {
  return (
    <Alert color="green" variant="light" role="status">
      {text}
    </Alert>
  );
}
