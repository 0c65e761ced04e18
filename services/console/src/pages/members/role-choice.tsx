import { Radio, Stack } from '@mantine/core';
import type { Membership } from '../../api/session.ts';
import { useOrganization } from '../../app/workspace.ts';
import { t } from '../../texts/for-management.ts';

const ROLES = ['member', 'admin', 'owner'] as const;

interface RoleChoiceProps {
  value: Membership['role'];
  onChange: (role: Membership['role']) => void;
}

/** The roles with what they may do; owners are made by owners alone. */
export function RoleChoice({ value, onChange }: RoleChoiceProps) {
  const { role: own } = useOrganization();
  const offered = ROLES.filter((role) => role !== 'owner' || own === 'owner');
  return (
    <Radio.Group
      label={t.members.invite.role}
      value={value}
      onChange={(next) => onChange(offered.find((role) => role === next) ?? value)}
    >
      <Stack gap="xs" mt={6}>
        {offered.map((role) => (
          <Radio
            key={role}
            value={role}
            label={t.members.roles[role]}
            description={t.members.rolesExplained[role]}
          />
        ))}
      </Stack>
    </Radio.Group>
  );
}
