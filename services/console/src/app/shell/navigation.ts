import { t } from '../../texts/index.ts';
import type { IconName } from '../../ui/icon.tsx';
import { manages, type Workspace } from '../workspace.ts';

export interface Destination {
  to: string;
  label: string;
  icon: IconName;
  /** Pressed after `g`. */
  key?: string;
}

const n = t.shell.navigation;

/** What a workspace offers to who is in it. */
export function destinationsOf(workspace: Workspace): readonly Destination[] {
  const at = (page: string): string => `${workspace.base}/${page}`;
  const everywhere: Destination[] = [
    { to: at('transactions'), label: n.transactions, icon: 'list', key: 't' },
    { to: at('usage'), label: n.usage, icon: 'chart', key: 'u' },
  ];
  const settings: Destination = { to: at('settings'), label: n.settings, icon: 'gear' };
  if (workspace.kind === 'person') {
    return [
      { to: at('wallet'), label: n.wallet, icon: 'wallet', key: 'w' },
      ...everywhere,
      { to: at('notifications'), label: n.notifications, icon: 'bell', key: 'n' },
      settings,
    ];
  }
  const billing: Destination = { to: at('billing'), label: n.billing, icon: 'wallet', key: 'w' };
  if (!manages(workspace)) return [billing];
  return [
    billing,
    { to: at('members'), label: n.members, icon: 'people' },
    { to: at('seats'), label: n.seats, icon: 'seat' },
    { to: at('rules'), label: n.rules, icon: 'rule' },
    ...everywhere,
    { to: at('keys'), label: n.keys, icon: 'key' },
    { to: at('webhooks'), label: n.webhooks, icon: 'hook' },
    settings,
  ];
}

export const OPERATOR_DESTINATIONS: readonly Destination[] = [
  { to: '/operator/attention', label: n.attention, icon: 'flag' },
  { to: '/operator/operations', label: n.operations, icon: 'clock' },
  { to: '/operator/queues', label: n.queues, icon: 'queue' },
  { to: '/operator/reconciliation', label: n.reconciliation, icon: 'scale' },
  { to: '/operator/audit', label: n.audit, icon: 'shield' },
  { to: '/operator/grants', label: n.grants, icon: 'gift' },
  { to: '/operator/catalogue', label: n.catalogue, icon: 'list' },
];
