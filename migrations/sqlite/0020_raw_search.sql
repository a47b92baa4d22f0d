-- Whole raw records in columns, to be searched for any text: up to 4,096 in a row, fewer where they are long.
create table log_raws (
    incident_id  text    not null references incidents (id) on delete cascade,
    evidence_id  text    not null,
    number       integer not null,
    -- The number of its first record, counted from 1, and how many there are.
    first_record integer not null,
    records      integer not null,
    -- Of how many nothing is missing here.
    whole        integer not null,
    -- Every different text, and which record has which.
    words        blob    not null,
    places       blob    not null,
    primary key (incident_id, evidence_id, number)
) strict;
