-- What people do with their saved cards; each is an operation of its own.
alter type bursar.operation_type add value 'card_setup' after 'seat_revocation';
alter type bursar.operation_type add value 'card_removal' after 'card_setup';
alter type bursar.operation_type add value 'card_default' after 'card_removal';
