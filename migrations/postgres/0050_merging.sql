-- The number of the incident that this one was merged into; null while it is one of its own.
alter table incidents add column merged_into bigint;
