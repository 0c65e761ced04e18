-- An invitation's page asks who has the address that the mail went to.
create index users_by_address on bursar.users (lower(email)) where email is not null;
