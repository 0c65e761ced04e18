import { useQuery } from '@tanstack/react-query';
import { organizationQuery } from '../../api/organization.ts';
import { useOrganization } from '../../app/workspace.ts';
import { t } from '../../texts/for-management.ts';
import { formatCredits } from '../../ui/amounts.tsx';
import { NotYet } from '../../ui/not-yet.tsx';
import { Section } from '../../ui/section.tsx';
import { AmountSetting } from '../organization-settings/amount-setting.tsx';

const texts = t.seats;

/** How many credits a seat brings. */
export function SeatCredits() {
  const { id } = useOrganization();
  const { data, error, refetch } = useQuery(organizationQuery(id));
  if (data === undefined) return <NotYet h={150} error={error} again={() => void refetch()} />;
  const amount = data.settings.seat_allocation;
  return (
    <Section
      title={texts.perSeat}
      text={amount === null ? texts.perSeatNothing : texts.perSeatText(formatCredits(amount))}
    >
      <AmountSetting
        name="seat_allocation"
        value={amount}
        label={texts.amount}
        hint={texts.amountHint}
      />
    </Section>
  );
}
