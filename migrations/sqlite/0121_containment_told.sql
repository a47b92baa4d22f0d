-- How far the incident of a containment was told of it. What is told twice changes nothing, so this only saves the looking.
create table containment_told (
    containment_id text    not null primary key,
    -- The version of the agent's file that last wrote the containment when it was told.
    version        integer not null
) strict;
