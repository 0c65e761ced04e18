import { activity } from './activity.ts';
import { amount } from './amount.ts';
import { autoTopUp } from './auto-top-up.ts';
import { billing } from './billing.ts';
import { buying } from './buying.ts';
import { forecast } from './forecast.ts';
import { keys } from './keys.ts';
import { lots } from './lots.ts';
import { members } from './members.ts';
import { notifications } from './notifications.ts';
import { operation } from './operation.ts';
import { operator } from './operator.ts';
import { payments } from './payments.ts';
import { provenance } from './provenance.ts';
import { reconciliation } from './reconciliation.ts';
import { requests } from './requests.ts';
import { rules } from './rules.ts';
import { seats } from './seats.ts';
import { settings } from './settings.ts';
import { shell } from './shell.ts';
import { subscription } from './subscription.ts';
import { transaction } from './transaction.ts';
import { usage } from './usage.ts';
import { wallet } from './wallet.ts';
import { webhooks } from './webhooks.ts';
import { words } from './words.ts';

export const en = {
  activity,
  amount,
  autoTopUp,
  billing,
  buying,
  forecast,
  keys,
  lots,
  members,
  notifications,
  operation,
  operator,
  payments,
  provenance,
  reconciliation,
  requests,
  rules,
  seats,
  settings,
  shell,
  subscription,
  transaction,
  usage,
  wallet,
  webhooks,
  words,
};
