-- What became of a lot: which other lots its credits went into. Written with transfers only, never by charges.
create index lots_by_parent on bursar.lots (parent_lot, id) where parent_lot is not null;

-- Whatever is no charge is rare and is what people filter for. Charges do not enter it, so they cost nothing more.
create index transactions_but_charges on bursar.transactions (wallet_id, version) where kind <> 'charge';
