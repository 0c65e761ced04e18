-- Reviews, which a rule of the shop opens at Stripe, freeze codes as the warnings of banks do.

alter table bursar.payment_warnings drop constraint payment_warnings_kind_check;
alter table bursar.payment_warnings
  add constraint payment_warnings_kind_check check (kind in ('fraud_warning', 'dispute', 'review')) not valid;
