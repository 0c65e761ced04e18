import { Button, Center, Paper, Stack, Text, Title } from '@mantine/core';
import { useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import { t } from '../texts/index.ts';

/** The door: the provider asks who it is, and the way back leads where somebody wanted to go. */
export function SignIn() {
  const { return_to: back = '/me/wallet' } = useSearch({ from: '/sign-in' });
  useEffect(() => {
    document.title = `${t.shell.signIn} · Bursar`;
  }, []);
  return (
    <Center mih="100vh" p="md" component="main">
      <Paper withBorder p="xl" radius="lg" maw={420} w="100%">
        <Stack>
          <img src="/console/icon.svg" width={48} height={48} alt="" />
          <Title order={1} size="h2">
            {t.shell.welcome.title}
          </Title>
          <Text c="dimmed">{t.shell.welcome.text}</Text>
          <Button
            component="a"
            size="md"
            href={`/auth/sign-in?return_to=${encodeURIComponent(back)}`}
          >
            {t.shell.welcome.button}
          </Button>
        </Stack>
      </Paper>
    </Center>
  );
}
