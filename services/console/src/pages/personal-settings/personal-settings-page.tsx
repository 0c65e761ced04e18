import { Stack } from '@mantine/core';
import { t } from '../../texts/for-management.ts';
import { PageHeading } from '../../ui/page-heading.tsx';
import { DeleteAccount } from './delete-account.tsx';
import { Organizations } from './organizations.tsx';
import { PersonalNotices } from './personal-notices.tsx';
import { ProfileForm } from './profile-form.tsx';
import { SessionsSection } from './sessions-section.tsx';

/** Who one is, what one is told, where one belongs, and the end of it. */
export function PersonalSettingsPage() {
  return (
    <>
      <PageHeading title={t.settings.title} text={t.settings.person.text} />
      <Stack gap="lg" maw={860}>
        <ProfileForm />
        <Organizations />
        <PersonalNotices />
        <SessionsSection />
        <DeleteAccount />
      </Stack>
    </>
  );
}
