-- Uploads that go on after a broken line. Their bytes lie in the evidence store
-- in pieces, under partial/<id>/, until all of them are there.
create table partial_uploads (
    incident_id  text    not null references incidents (id) on delete cascade,
    id           text    not null,
    -- Whose it is: nobody else sees it or goes on with it.
    person_id    text    not null,
    -- How many bytes it will have.
    length       bigint  not null,
    -- What is said of the file: a JSON object of names and values, as an upload's query has them.
    metadata     text    not null,
    -- The evidence item that it became.
    evidence_id  text,
    -- Since when somebody puts the pieces together, if somebody does.
    finishing_at bigint,
    updated_at   bigint  not null,
    primary key (incident_id, id)
);

create index partial_uploads_by_person on partial_uploads (person_id);
create index partial_uploads_by_age on partial_uploads (updated_at);

-- The pieces that count. Of two senders of the same bytes one gets its row in,
-- and the piece of the other is never looked at.
create table partial_pieces (
    incident_id  text    not null,
    upload_id    text    not null,
    -- Where in the file it begins, and how long it is.
    at           bigint  not null,
    bytes        bigint  not null,
    -- Its name in the evidence store.
    name         text    not null,
    primary key (incident_id, upload_id, at),
    foreign key (incident_id, upload_id) references partial_uploads (incident_id, id) on delete cascade
);
