import { billing } from './billing.ts';
import { keys } from './keys.ts';
import { members } from './members.ts';
import { notifications } from './notifications.ts';
import { rules } from './rules.ts';
import { seats } from './seats.ts';
import { settings } from './settings.ts';
import { webhooks } from './webhooks.ts';

/** What is shown where people, rules, keys and settings are managed. */
export const enForManagement = {
  billing,
  keys,
  members,
  notifications,
  rules,
  seats,
  settings,
  webhooks,
};
