import { activity } from './activity.ts';
import { amount } from './amount.ts';
import { operation } from './operation.ts';
import { shell } from './shell.ts';
import { wallet } from './wallet.ts';
import { words } from './words.ts';

export const en = {
  activity,
  amount,
  operation,
  shell,
  wallet,
  words,
};
