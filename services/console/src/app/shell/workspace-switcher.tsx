import { Button, Menu, Text } from '@mantine/core';
import { useNavigate, useRouterState } from '@tanstack/react-router';
import { useSession } from '../../api/session.ts';
import { t } from '../../texts/index.ts';
import { Icon } from '../../ui/icon.tsx';
import { organizationWorkspace, personalWorkspace, type Workspace } from '../workspace.ts';
import { destinationsOf, OPERATOR_DESTINATIONS } from './navigation.ts';

/** Changes the workspace and stays on the same kind of page where the other one has it. */
export function WorkspaceSwitcher({
  current,
  operating,
}: {
  current: Workspace;
  operating: boolean;
}) {
  const session = useSession();
  const navigate = useNavigate();
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const organizations = session.organizations.map(organizationWorkspace);
  const go = (workspace: Workspace): void => void navigate({ to: samePage(path, workspace) });
  return (
    <Menu width={260} position="bottom-start">
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          px="xs"
          rightSection={<Icon name="down" size={16} />}
          aria-label={`${t.shell.workspace}: ${operating ? t.shell.operator : current.name}`}
        >
          <Text fw={650} truncate maw={{ base: 96, sm: 220 }} component="span">
            {operating ? t.shell.operator : current.name}
          </Text>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          onClick={() => go(personalWorkspace(session))}
          leftSection={<Icon name="wallet" />}
        >
          {t.shell.personal}
        </Menu.Item>
        {organizations.length > 0 && <Menu.Label>{t.shell.organizations}</Menu.Label>}
        {organizations.map((one) => (
          <Menu.Item key={one.owner} onClick={() => go(one)} leftSection={<Icon name="people" />}>
            {one.name}
          </Menu.Item>
        ))}
        {session.operator && (
          <>
            <Menu.Divider />
            <Menu.Item
              onClick={() => void navigate({ to: OPERATOR_DESTINATIONS[0]?.to ?? '/' })}
              leftSection={<Icon name="shield" />}
            >
              {t.shell.operator}
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

function samePage(path: string, workspace: Workspace): string {
  const page = path.split('/').at(workspacePage(path)) ?? '';
  const offered = destinationsOf(workspace);
  return (offered.find(({ to }) => to.endsWith(`/${page}`)) ?? offered[0])?.to ?? '/';
}

/** Where in the address the page stands: `/me/usage`, `/orgs/acme/usage`. */
const workspacePage = (path: string): number => (path.startsWith('/orgs/') ? 3 : 2);
