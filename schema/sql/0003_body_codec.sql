-- Schema 3: bodies may be compressed. null: as they are; 1: one Zstandard frame (RFC 8878) over the whole body, which then
-- lies in `body` or in the parts.
alter table blob add column codec integer;
