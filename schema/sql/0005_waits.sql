-- Schema 5: what a signal waits for, joins that are decided before all children ended, runs that a signal started, and
-- keys: the order in which signals were released, and the state of each key.

-- 0 the children it emitted, 1 the signal of its `then`, 2 another run, 3 a person, 4 a message
alter table open add column waits_for integer not null default 0;
-- the number of the first child of the present phase: lower ones belong to earlier phases, and nobody waits for them
alter table open add column children_from integer not null default 0;
-- the ordinals that a decided join counts, 4 bytes each, little-endian, rising; null: not decided, or all of them
alter table open add column counted blob;

alter table run add column parent integer;                   -- the signal that started it
alter table run add column depth integer not null default 0; -- of its root signal
create index run_parent on run(parent) where parent is not null;

-- rises with each release of signals in the whole store: the order in which the signals of one key run
alter table open add column released integer not null default 0;
alter table chunk add column released integer not null default 0;

create table key_state(
    organization integer not null, network text not null, neuron text not null, key text not null, -- canonical JSON
    state text not null, -- JSON
    changed integer not null, expires integer not null,
    primary key(organization, network, neuron, key)
) without rowid;
create index key_state_expires on key_state(organization, expires) where expires > 0;
