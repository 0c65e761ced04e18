import { Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { walletQuery } from '../../../api/wallet.ts';
import { t } from '../../../texts/for-management.ts';
import { NotYet } from '../../../ui/not-yet.tsx';
import { TransferForm } from './transfer-form.tsx';

/** Hands out credits of the pool: to one member, several, all, or as a list says. */
export function TransferDialog({ owner, onClose }: { owner: string; onClose: () => void }) {
  const { data, error, refetch } = useQuery(walletQuery(owner));
  return (
    <Modal opened onClose={onClose} title={t.billing.transfer.title} size="xl">
      {data === undefined ? (
        <NotYet h={360} error={error} again={() => void refetch()} />
      ) : (
        <TransferForm wallet={data} onDone={onClose} onCancel={onClose} />
      )}
    </Modal>
  );
}
