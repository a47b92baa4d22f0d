-- Whole raw records in columns, to be searched for any text: up to 4,096 in a row, fewer where they are long.
create table log_raws (
    incident_id  text    not null references incidents (id) on delete cascade,
    evidence_id  text    not null,
    number       bigint  not null,
    -- The number of its first record, counted from 1, and how many there are.
    first_record bigint  not null,
    records      bigint  not null,
    -- Of how many nothing is missing here.
    whole        bigint  not null,
    -- Every different text, and which record has which.
    words        bytea   not null,
    places       bytea   not null,
    primary key (incident_id, evidence_id, number)
);
