import { AppShell, Burger, Group, NavLink } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { lazy, Suspense, useEffect } from 'react';
import { useUnreadNotices } from '../../api/unread-notices.ts';
import { t } from '../../texts/index.ts';
import { Icon } from '../../ui/icon.tsx';
import { useWorkspace } from '../workspace.ts';
import { Activity } from './activity.tsx';
import { LiveBalance } from './live-balance.tsx';
import { Keyboard } from './keyboard.tsx';
import { destinationsOf, OPERATOR_DESTINATIONS, type Destination } from './navigation.ts';
import { PersonMenu } from './person-menu.tsx';
import { UnreadNotices } from './unread-notices.tsx';
import { WorkspaceSwitcher } from './workspace-switcher.tsx';

// Nothing is said in passing before somebody did something, so it need not be there first.
const Toasts = lazy(async () => ({ default: (await import('../toasts.tsx')).Toasts }));

/** The frame around every page: who, where, how much. */
export function Shell() {
  const [open, { toggle, close }] = useDisclosure();
  const workspace = useWorkspace();
  const unread = useUnreadNotices();
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const operating = path.startsWith('/operator');
  const destinations = operating ? OPERATOR_DESTINATIONS : destinationsOf(workspace);
  useEffect(close, [path, close]);
  return (
    <>
      <a href="#page" className="skip-link">
        {t.shell.skip}
      </a>
      <AppShell
        header={{ height: 60 }}
        navbar={{ width: 232, breakpoint: 'sm', collapsed: { mobile: !open } }}
        padding={{ base: 'sm', sm: 'lg' }}
      >
        <AppShell.Header>
          <Group h="100%" px="md" justify="space-between" wrap="nowrap" gap="xs">
            <Group gap="xs" wrap="nowrap" miw={0}>
              <Burger
                opened={open}
                onClick={toggle}
                hiddenFrom="sm"
                size="sm"
                aria-label={open ? t.shell.closeNavigation : t.shell.openNavigation}
                aria-expanded={open}
              />
              <WorkspaceSwitcher current={workspace} operating={operating} />
            </Group>
            <Group gap="xs" wrap="nowrap">
              {!operating && <LiveBalance workspace={workspace} />}
              <UnreadNotices some={unread} />
              <Activity />
              <PersonMenu unread={unread} />
            </Group>
          </Group>
        </AppShell.Header>
        <AppShell.Navbar p="sm" aria-label={t.shell.mainNavigation}>
          <AppShell.Section grow style={{ overflowY: 'auto' }}>
            {destinations.map((one) => (
              <Entry key={one.to} destination={one} active={path.startsWith(one.to)} />
            ))}
          </AppShell.Section>
        </AppShell.Navbar>
        <AppShell.Main id="page" tabIndex={-1}>
          <Outlet />
        </AppShell.Main>
      </AppShell>
      <Keyboard destinations={destinations} />
      <Suspense fallback={null}>
        <Toasts />
      </Suspense>
    </>
  );
}

function Entry({ destination, active }: { destination: Destination; active: boolean }) {
  return (
    <NavLink
      component={Link}
      to={destination.to}
      label={destination.label}
      leftSection={<Icon name={destination.icon} />}
      active={active}
      aria-current={active ? 'page' : undefined}
      mb={2}
      style={{ borderRadius: 'var(--mantine-radius-md)' }}
    />
  );
}
