import { Alert } from '@mantine/core';

/** Says that something was done, to whoever sees it and whoever listens. */
export function Notice({ text }: { text: string }) {
  return (
    <Alert component="output" display="block" color="green" variant="light">
      {text}
    </Alert>
  );
}
