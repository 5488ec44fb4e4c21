-- Schema 1 of the embedded store. Why it looks like this: docs/decisions/0002-open-work-under-chunks.md
--
-- A signal's id is run << 24 | number in the run. `urgency` is 9 - priority and `height` 64 - depth, so that ascending
-- keys are the order in which the scheduler reads. Times are microseconds since 1970, 0 means none. Steps are applied
-- inside one transaction; a step that was ever released is never edited.

-- epoch, unclean_starts, clean, secret, processing, processing_deaths
create table meta(key text primary key, value any) without rowid;

create table network_version(
    id integer primary key, organization integer not null, name text not null, hash text not null,
    definition text not null, created integer not null
);
create unique index network_version_hash on network_version(organization, name, hash);

create table run(
    id integer primary key, organization integer not null, version integer not null, network text not null,
    principal text not null, state integer not null, decided integer not null, priority integer not null,
    created integer not null, finished integer not null,
    grants text not null,            -- JSON
    idempotency_key text             -- its digest is in idem
);
create index run_organization on run(organization);
create index run_unfinished on run(organization) where state < 2;

-- Narrow, and only ever updated in place: `opened` says that the open table has a row for it, so a signal that never ran
-- is found and finished without looking there.
create table signal(
    id integer primary key, parent integer, ordinal integer not null, neuron integer not null, depth integer not null,
    priority integer not null, status integer not null, opened integer not null, phase integer not null,
    attempt integer not null, created integer not null, deadline integer not null, started integer not null,
    finished integer not null, wall_us integer not null, cpu_us integer not null, skipped integer not null,
    payload integer, result integer, -- blob.seq
    error text                       -- JSON
);

-- Roots not yet run, and signals that wait, are to be tried again, have a timer or are parked.
create table open(
    organization integer not null, urgency integer not null, height integer not null, id integer not null,
    status integer not null, phase integer not null, attempt integer not null, attempts_allowed integer not null,
    not_before integer not null, pending integer not null,
    primary key(organization, urgency, height, id)
) without rowid;
create index open_timer on open(organization, not_before) where not_before > 0;

-- Children of a signal by the transaction that wrote them. state: 0 held, 1 released, 2 lost (nobody waits for them).
create table chunk(
    organization integer not null, urgency integer not null, height integer not null, parent integer not null,
    phase integer not null, first_ordinal integer not null, epoch integer not null, attempt integer not null,
    first integer not null, count integer not null, state integer not null,
    primary key(organization, urgency, height, parent, phase, first_ordinal, epoch, attempt)
) without rowid;

-- Payloads and results, appended and never changed; `body` is null where blob_part has it, in parts of 64 KiB.
create table blob(seq integer primary key, key_id integer, body blob);
create table blob_part(
    seq integer not null, part integer not null, body blob not null, primary key(seq, part)
) without rowid;

create table idem(
    organization integer not null, key text not null, digest text not null, run integer not null, at integer not null,
    primary key(organization, key)
) without rowid;
