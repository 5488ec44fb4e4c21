-- Schema 4: what an operator decided about a network, all versions of it. No row: it is active. state: 1 paused, 2 deleted.
create table network(
    organization integer not null, name text not null, state integer not null, changed integer not null,
    primary key(organization, name)
) without rowid;
