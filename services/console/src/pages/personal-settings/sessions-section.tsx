import { Button } from '@mantine/core';
import { bareId } from '../../api/organization.ts';
import { read } from '../../api/request.ts';
import { useSession } from '../../api/session.ts';
import { t } from '../../texts/for-management.ts';
import { useAct } from '../../ui/confirm-dialog.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { Section } from '../../ui/section.tsx';

const texts = t.settings.person.sessions;

/** For whoever lost a device, or left a browser open somewhere. */
export function SessionsSection() {
  const { user } = useSession();
  const { run, running, error } = useAct(
    () => read(`/v1/users/${bareId(user.id)}/sessions`, { method: 'DELETE' }),
    () => location.assign('/sign-in'),
  );
  return (
    <Section title={texts.title} text={texts.text}>
      {error !== null && <ProblemAlert error={error} />}
      <div>
        <Button variant="default" loading={running} onClick={() => void run()}>
          {texts.endAll}
        </Button>
      </div>
    </Section>
  );
}
