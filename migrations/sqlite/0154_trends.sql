-- What trends count of each incident; written again from the records on the next start.

-- The moment by which it counts in a month: when it began, or when it was filed where that is not known to the month.
alter table incidents add column counted_at integer not null default 0;
-- How the time to detect compares with the target.
alter table incidents add column detection text not null default 'unknown'
    check (detection in ('within', 'possibly', 'over', 'unknown'));
-- Time to detect and time to contain, in microseconds: from and to. Null is not known, never zero.
alter table incidents add column detect_min integer;
alter table incidents add column detect_max integer;
alter table incidents add column contain_min integer;
alter table incidents add column contain_max integer;

create index incidents_by_month on incidents (counted_at);
