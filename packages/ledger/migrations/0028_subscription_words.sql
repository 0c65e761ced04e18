-- Words that subscriptions add; what uses them comes with the next migration.

alter type bursar.transaction_kind add value 'subscription' after 'adjustment';
alter type bursar.transaction_kind add value 'rollover' after 'subscription';
alter type bursar.operation_type add value 'subscription' after 'seat_revocation';
alter type bursar.operation_type add value 'subscription_change' after 'subscription';
