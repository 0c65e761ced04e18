import { Badge } from '@mantine/core';
import { t } from '../../../texts/for-management.ts';
import type { CreditRequest } from './credit-request.ts';

const COLOURS = {
  pending: 'indigo',
  approved: 'green',
  rejected: 'red',
  cancelled: 'gray',
  expired: 'gray',
};

export const RequestStatus = ({ status }: Pick<CreditRequest, 'status'>) => (
  <Badge variant="light" color={COLOURS[status]}>
    {t.billing.requests.status[status]}
  </Badge>
);
