-- Schema 5: what a signal waits for, joins that are decided before all children ended, and runs that a signal started.

-- 0 the children it emitted, 1 the signal of its `then`, 2 another run, 3 a person, 4 a message
alter table open add column waits_for integer not null default 0;
-- the number of the first child of the present phase: lower ones belong to earlier phases, and nobody waits for them
alter table open add column children_from integer not null default 0;
-- the ordinals that a decided join counts, 4 bytes each, little-endian, rising; null: not decided, or all of them
alter table open add column counted blob;

alter table run add column parent integer;                   -- the signal that started it
alter table run add column depth integer not null default 0; -- of its root signal
create index run_parent on run(parent) where parent is not null;
