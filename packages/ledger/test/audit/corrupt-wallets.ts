import { change, remove, type Corruption } from './corruption.ts';

export const walletCorruptions: readonly Corruption[] = [
  change('wallets', 'credits = credits + 1', 'true', 'wallet-credits'),
  change('wallets', 'credits = credits + 1', 'true', 'system-accounts'),
  change('wallets', 'owed = owed + 1', 'true', 'wallet-movements'),
  change('wallets', 'held = held + 1', 'true', 'wallet-held'),
  change('wallets', 'held = -1', 'true', 'wallet-bounds'),
  change('wallets', 'version = version + 1', 'true', 'versions-gapless'),
  change('wallets', `next_change_at = 'infinity'`, `x.owner = 'user:order'`, 'next-change'),
  change('wallets', `frozen_by = '{1}'`, `x.frozen_by is null`, 'frozen-credits'),
  change('wallets', `owner = 'user:ghost'`, 'true', 'wallet-owners'),
  remove('wallets', 'x.version > 0', 'versions-gapless'),
  change('memberships', `status = 'suspended'`, `x.status = 'active'`, 'frozen-credits'),
  remove('users', 'true', 'wallet-owners'),
  remove('organizations', 'true', 'wallet-owners'),
];
