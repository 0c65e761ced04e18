import { ActionIcon, Indicator } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { t } from '../../texts/index.ts';
import { Icon } from '../../ui/icon.tsx';

/** The way to what one is told, with a dot while some of it is new; on a phone the menu of the person has it. */
export function UnreadNotices({ some }: { some: boolean }) {
  return (
    <Indicator visibleFrom="xs" disabled={!some} color="indigo.7" size={9} offset={7}>
      <ActionIcon
        component={Link}
        to="/me/notifications"
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={some ? t.shell.newNotices : t.shell.notices}
      >
        <Icon name="bell" />
      </ActionIcon>
    </Indicator>
  );
}
