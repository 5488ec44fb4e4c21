-- Schema 2: the commit log, cursor of subscriptions to come, and the order in which dead letters are listed.

-- One row a commit group: the runs it touched as a JSON array, null when they are too many to say. The oldest rows go.
create table commit_log(seq integer primary key, at integer not null, changes text);

create index open_parked on open(organization, id) where status = 2;
