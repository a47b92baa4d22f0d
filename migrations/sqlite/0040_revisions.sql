-- What was published, as it was written then. The record of the postmortem holds the digest of `manifest.json`,
-- and that the digest of every other file, so that nothing here can be altered unseen.
create table revision_files (
    incident_id text    not null references incidents (id) on delete cascade,
    number      integer not null,
    -- manifest.json, internal.md, public.html, …
    file        text    not null,
    body        blob    not null,
    primary key (incident_id, number, file)
) strict;
