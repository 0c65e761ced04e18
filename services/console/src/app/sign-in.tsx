import { Alert, Button, Center, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import { read } from '../api/request.ts';
import { t } from '../texts/index.ts';

/** The door: the provider asks who it is, and the way back leads where somebody wanted to go. */
export function SignIn() {
  const { return_to: back = '/me/wallet' } = useSearch({ from: '/sign-in' });
  // As long as nothing is known the button is there, and leads to a page that says the same.
  const { data: status } = useQuery({
    queryKey: ['sign-in'],
    queryFn: ({ signal }) => read<{ set_up: boolean }>('/auth/status', { signal }),
  });
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
          {status?.set_up === false ? (
            <Alert color="yellow" role="alert" title={t.shell.welcome.notSetUp}>
              {t.shell.welcome.notSetUpText}
            </Alert>
          ) : (
            <Button
              component="a"
              size="md"
              href={`/auth/sign-in?return_to=${encodeURIComponent(back)}`}
            >
              {t.shell.welcome.button}
            </Button>
          )}
        </Stack>
      </Paper>
    </Center>
  );
}
