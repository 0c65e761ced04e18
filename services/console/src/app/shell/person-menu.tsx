import {
  ActionIcon,
  Avatar,
  Indicator,
  Menu,
  SegmentedControl,
  Text,
  useMantineColorScheme,
} from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useSession } from '../../api/session.ts';
import { t } from '../../texts/index.ts';
import { Icon } from '../../ui/icon.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { signOut } from './sign-out.ts';

const SETTINGS: string = '/me/settings';
const NOTICES: string = '/me/notifications';

/** Who is signed in, what they were told, how things look, and the way out. */
export function PersonMenu({ unread }: { unread: boolean }) {
  const { user } = useSession();
  const navigate = useNavigate();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const [failure, setFailure] = useState<Error | null>(null);
  const leave = async (): Promise<void> => {
    setFailure(null);
    try {
      await signOut();
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      setFailure(error);
    }
  };
  const name = user.name ?? user.email ?? user.id;
  return (
    <Menu width={260} position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" radius="xl">
          <span className="visually-hidden">{t.shell.account}</span>
          <Indicator className="dot-on-phones" disabled={!unread} color="indigo.7" size={9}>
            <Avatar size={30} color="indigo" name={name} aria-hidden="true" />
          </Indicator>
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text size="sm">{t.shell.signedInAs(name)}</Text>
        </Menu.Label>
        <Menu.Item
          leftSection={<Icon name="bell" />}
          onClick={() => void navigate({ to: NOTICES })}
        >
          {unread ? t.shell.newNotices : t.shell.notices}
        </Menu.Item>
        <Menu.Item
          leftSection={<Icon name="gear" />}
          onClick={() => void navigate({ to: SETTINGS })}
        >
          {t.shell.navigation.settings}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>{t.shell.theme.label}</Menu.Label>
        <SegmentedControl
          fullWidth
          size="xs"
          aria-label={t.shell.theme.label}
          value={colorScheme}
          onChange={(value) => setColorScheme(value)}
          data={[
            { value: 'light', label: t.shell.theme.light },
            { value: 'dark', label: t.shell.theme.dark },
            { value: 'auto', label: t.shell.theme.system },
          ]}
        />
        <Menu.Divider />
        {/* Nobody should walk away from a machine believing that they signed out. */}
        <Menu.Item
          leftSection={<Icon name="out" />}
          closeMenuOnClick={false}
          onClick={() => void leave()}
        >
          {t.shell.signOut}
        </Menu.Item>
        {failure !== null && (
          <>
            <Menu.Label>{t.shell.stillSignedIn}</Menu.Label>
            <ProblemAlert error={failure} />
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
