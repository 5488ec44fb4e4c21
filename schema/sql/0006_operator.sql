-- Schema 6: what operators need: messages to runs, tags, schedules, forks.

-- The phase of its parent in which it was emitted: a fork finds the children of each phase by it.
alter table signal add column parent_phase integer not null default 0;
-- It went on with its `then`: blob.seq of the result that it went on from, 0 where that is not needed.
alter table signal add column interim integer;
-- 1: the work was done in the run that this one was forked from, by the signal of the same number
alter table signal add column copied integer not null default 0;

alter table run add column tags text;      -- JSON, a list of strings; null: none
alter table run add column origin integer; -- the run it was forked from
create index run_network on run(organization, network);

create table tag(
    organization integer not null, tag text not null, run integer not null, primary key(organization, tag, run)
) without rowid;

-- The name of the message that a signal waits for.
alter table open add column asks text not null default '';
create index open_asking on open(organization, waits_for, id) where status = 1 and waits_for >= 3;

-- Sent and not yet received. They end with their run.
create table message(
    run integer not null, number integer not null, name text not null, sender text not null, at integer not null,
    body integer not null, -- blob.seq
    primary key(run, number)
) without rowid;

create table schedule(
    organization integer not null, name text not null, network text not null, cron text not null,
    missed integer not null,   -- 0 skip, 1 once, 2 all
    input text not null,       -- JSON
    grants text not null, tags text not null, principal text not null, created integer not null,
    next integer not null,     -- 0: it has no next time
    last integer not null, last_run integer,
    error text,                -- JSON: why the last start was none
    primary key(organization, name)
) without rowid;
create index schedule_next on schedule(next, organization, name) where next > 0;
