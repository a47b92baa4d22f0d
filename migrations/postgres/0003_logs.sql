-- What was read of evidence. The bytes in the evidence store are the truth:
-- everything here can be thrown away and read again.

-- How far the reading of an item is. A process that reads tells of it here, so
-- that another one can go on when it dies.
create table readings (
    incident_id  text    not null references incidents (id) on delete cascade,
    evidence_id  text    not null,
    state        text    not null check (state in ('receiving', 'reading', 'read', 'cancelled', 'failed')),
    -- As named by a person, else as detected; null before that.
    format       text,
    -- Which columns mean what, as JSON; null where nobody said.
    mapping      text,
    bytes_read   bigint  not null,
    records      bigint  not null,
    unreadable   bigint  not null,
    -- The counts so far, as JSON.
    summary      text,
    -- When the file was collected: gives a year to times that have none.
    collected_at bigint  not null,
    started_at   bigint  not null,
    updated_at   bigint  not null,
    -- The process that reads.
    node         text    not null,
    -- Why it failed, in a sentence.
    trouble      text,
    primary key (incident_id, evidence_id)
);

create index readings_by_state on readings (state, updated_at);

-- Up to 4,096 records in columns, for filters and counts. The small columns
-- come first: a look at them does not touch the blobs.
create table log_segments (
    incident_id  text    not null references incidents (id) on delete cascade,
    evidence_id  text    not null,
    number       bigint  not null,
    records      bigint  not null,
    -- The number of its first record, counted from 1.
    first_record bigint  not null,
    -- The earliest and the latest time in it; null where no record has one.
    first_at     bigint ,
    last_at      bigint ,
    codes        bytea   not null,
    names        bytea   not null,
    texts        bytea   not null,
    primary key (incident_id, evidence_id, number)
);

-- The same records whole, up to 256 in a block: JSON lines, zstd.
create table log_blocks (
    incident_id  text    not null references incidents (id) on delete cascade,
    evidence_id  text    not null,
    number       bigint  not null,
    body         bytea   not null,
    primary key (incident_id, evidence_id, number)
);

-- What could not be read, with line, offset and reason: up to 500 in a JSON list.
create table log_complaints (
    incident_id  text    not null references incidents (id) on delete cascade,
    evidence_id  text    not null,
    number       bigint  not null,
    body         text    not null,
    primary key (incident_id, evidence_id, number)
);
