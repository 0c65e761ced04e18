import { Anchor, Button, Container, Stack, Text, Title } from '@mantine/core';
import { Link, useRouter, type ErrorComponentProps } from '@tanstack/react-router';
import { useEffect } from 'react';
import { SignedOut } from '../api/session.ts';
import { t } from '../texts/index.ts';
import { ProblemAlert } from '../ui/problem-alert.tsx';

export function Missing() {
  return (
    <Container size="xs" py="xl">
      <Stack>
        <Title order={1} size="h2">
          {t.shell.missing.title}
        </Title>
        <Text>{t.shell.missing.text}</Text>
        <Anchor component={Link} to="/me/wallet">
          {t.shell.missing.home}
        </Anchor>
      </Stack>
    </Container>
  );
}

/** A page that could not be shown; who was signed out is led to the door instead, and back from there. */
export function Failed({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const signedOut = error instanceof SignedOut;
  useEffect(() => {
    if (signedOut) leave();
  }, [signedOut]);
  if (signedOut) return null;
  const again = (): void => {
    reset();
    void router.invalidate();
  };
  return (
    <Container size="xs" py="xl">
      <Stack>
        <Title order={1} size="h2">
          {t.shell.failed.title}
        </Title>
        <Text>{t.shell.failed.text}</Text>
        <ProblemAlert error={error instanceof Error ? error : new Error(String(error))} />
        <Button onClick={again}>{t.shell.failed.again}</Button>
      </Stack>
    </Container>
  );
}

/** By loading afresh: what one person saw and asked for must not stay for whoever signs in next. */
function leave(): void {
  const { pathname, search } = globalThis.location;
  globalThis.location.replace(`/sign-in?return_to=${encodeURIComponent(pathname + search)}`);
}
