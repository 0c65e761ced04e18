import { change, remove, type Corruption } from './corruption.ts';

export const topUpCorruptions: readonly Corruption[] = [
  change('top_up_attempts', 'id = gen_random_uuid()', `x.status = 'succeeded'`, 'top-up-orders'),
  change('top_up_attempts', `status = 'declined'`, `x.status = 'succeeded'`, 'top-up-orders'),
  change('top_up_attempts', `status = 'succeeded'`, `x.status = 'charging'`, 'top-up-orders'),
  change('top_up_attempts', 'started_at = null', 'x.started_at is not null', 'top-up-orders'),
  change('top_up_attempts', 'settled_at = null', `x.status = 'declined'`, 'top-up-orders'),
  change(
    'top_up_attempts',
    `payment_intent = 'pi_other'`,
    `x.status = 'succeeded'`,
    'top-up-orders',
  ),
  change('top_up_attempts', `customer = 'cus_other'`, `x.status = 'charging'`, 'top-up-orders'),
  change('top_up_attempts', 'wallet_id = wallet_id + 1', `x.status = 'charging'`, 'top-up-orders'),
  remove('top_up_attempts', `x.status = 'charging'`, 'top-up-orders'),
  change(
    'top_up_attempts',
    `settled_at = null, wallet_id = (
      select a.wallet_id from bursar.top_up_attempts a where a.status = 'charging' limit 1)`,
    `x.status = 'succeeded'`,
    'top-ups-under-way',
  ),
  change(
    'top_up_attempts',
    `payment_method = (
      select m.id from bursar.payment_methods m where m.wallet_id <> top_up_attempts.wallet_id limit 1)`,
    `x.status = 'succeeded'`,
    'top-ups-under-way',
  ),
  change('wallets', 'top_up_below = null', 'x.top_up_below is not null', 'top-ups-armed'),
  change('wallets', 'top_up_below = 1', 'x.top_up_below is null', 'top-ups-armed'),
  change(
    'wallets',
    'top_up_below = credits + 1, held = 0',
    'x.top_up_below is not null',
    'top-ups-noticed',
  ),
  change('auto_top_ups', 'enabled = false', 'x.resume_at is null', 'top-ups-armed'),
  change('auto_top_ups', 'resume_at = null', 'x.resume_at is not null', 'top-ups-armed'),
  change('auto_top_ups', 'threshold = threshold + 1', 'true', 'top-up-consent'),
  change('auto_top_ups', 'amount = amount + 1', 'true', 'top-up-consent'),
  change('auto_top_ups', 'monthly_cap = monthly_cap + 1', 'true', 'top-up-consent'),
  change('auto_top_ups', `currency = 'eur'`, 'true', 'top-up-consent'),
  change('auto_top_ups', `payment_method = 'pm_paid'`, 'true', 'top-up-consent'),
  change('auto_top_ups', 'consent_by = null', 'true', 'top-up-consent'),
  change('auto_top_ups', 'consent_at = null', 'true', 'top-up-consent'),
  change('auto_top_ups', 'declines = declines + 1', 'true', 'top-up-breakers'),
  change(
    'auto_top_ups',
    `breaker_fingerprint = 'other'`,
    'x.breaker_fingerprint is not null',
    'top-up-breakers',
  ),
  change('auto_top_ups', `paused_reason = 'disputed'`, 'true', 'top-up-breakers'),
  change('payment_methods', 'detached_at = now()', 'x.is_default', 'default-cards'),
];
