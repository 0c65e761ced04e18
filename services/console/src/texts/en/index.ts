import { activity } from './activity.ts';
import { amount } from './amount.ts';
import { autoTopUp } from './auto-top-up.ts';
import { buying } from './buying.ts';
import { forecast } from './forecast.ts';
import { lots } from './lots.ts';
import { operation } from './operation.ts';
import { payments } from './payments.ts';
import { provenance } from './provenance.ts';
import { requests } from './requests.ts';
import { shell } from './shell.ts';
import { subscription } from './subscription.ts';
import { transaction } from './transaction.ts';
import { usage } from './usage.ts';
import { wallet } from './wallet.ts';
import { words } from './words.ts';

/** What every page may show. */
export const en = {
  activity,
  amount,
  autoTopUp,
  buying,
  forecast,
  lots,
  operation,
  payments,
  provenance,
  requests,
  shell,
  subscription,
  transaction,
  usage,
  wallet,
  words,
};
