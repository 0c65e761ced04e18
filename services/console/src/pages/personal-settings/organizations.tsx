import { Anchor, Badge, Button, Group, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useSession, type Membership } from '../../api/session.ts';
import { organizationWorkspace } from '../../app/workspace.ts';
import { t } from '../../texts/for-management.ts';
import { Section } from '../../ui/section.tsx';
import { CreateOrganizationDialog } from './create-organization-dialog.tsx';
import { LeaveDialog } from './leave-dialog.tsx';

const texts = t.settings.person;

/** Where a person belongs; joining is by invitation, leaving and founding are here. */
export function Organizations() {
  const { organizations } = useSession();
  const [creating, create] = useState(false);
  return (
    <Section
      title={texts.organizations}
      text={texts.organizationsText}
      actions={
        <Button variant="light" onClick={() => create(true)}>
          {texts.create}
        </Button>
      }
    >
      {organizations.length === 0 && <Text c="dimmed">{texts.none}</Text>}
      <Stack component="ul" gap="sm" p={0} m={0} aria-label={texts.organizations}>
        {organizations.map((membership) => (
          <Belonging key={membership.id} membership={membership} />
        ))}
      </Stack>
      {creating && <CreateOrganizationDialog onClose={() => create(false)} />}
    </Section>
  );
}

function Belonging({ membership }: { membership: Membership }) {
  const [leaving, leave] = useState(false);
  const { name, role, status } = membership;
  const { base } = organizationWorkspace(membership);
  return (
    <Group component="li" justify="space-between" style={{ listStyle: 'none' }}>
      <Group gap="sm">
        <Anchor component={Link} to={`${base}/billing`} fw={600}>
          {name}
        </Anchor>
        <Badge variant="light" color="gray">
          {t.members.roles[role]}
        </Badge>
        {status === 'suspended' && (
          <Badge variant="light" color="orange">
            {t.members.status.suspended}
          </Badge>
        )}
      </Group>
      <Button
        size="xs"
        variant="default"
        onClick={() => leave(true)}
        aria-label={texts.leaveOf(name)}
      >
        {texts.leave}
      </Button>
      {leaving && <LeaveDialog membership={membership} onClose={() => leave(false)} />}
    </Group>
  );
}
