-- Incidents. What an incident says lives in `records`, one JSON document per
-- record; everything else here is an index over them, or the log of how they
-- came to be. Ids are text, instants are microseconds since 1970 UTC.

-- One index card per incident: what lists show, filter and sort by. It is
-- rewritten from the records with every change and never read for the truth.
create table incidents (
    id          text    not null primary key,
    -- The number in the key: INC-12.
    number      bigint  not null unique,
    -- How many changes the incident has seen. A write begins by raising it,
    -- which takes SQLite's write lock and orders writers on PostgreSQL.
    version     bigint  not null,
    title       text    not null,
    status      text    not null check (status in ('declared', 'contained', 'resolved', 'postmortem', 'closed')),
    visibility  text    not null check (visibility in ('open', 'private')),
    -- The effective severity, 0 (worst) to 4; null until somebody says anything of it.
    severity    bigint check (severity between 0 and 4),
    verdict     text    not null,
    -- The tags once more as a JSON list, so that a list of cards is one statement.
    tags        text    not null,
    -- When it happened, as JSON: a range keeps its ends and how finely it was reported.
    occurred    text   not null,
    filed_at    bigint  not null,
    updated_at  bigint  not null,
    -- The hash of the last change: the head of the chain.
    head        text    not null,
    -- The distinct words to find the incident by, lower case, separated by blanks.
    words       text    not null
);

create index incidents_by_status on incidents (status, number);
create index incidents_by_severity on incidents (severity, number);
create index incidents_by_verdict on incidents (verdict, number);
create index incidents_by_update on incidents (updated_at);

-- Full-text search over `words`. They are already split and lower case, so the
-- plainest configuration serves every language alike.
create index incident_words on incidents using gin (to_tsvector('simple', words));

create table incident_tags (
    incident_id text    not null references incidents (id) on delete cascade,
    tag         text    not null,
    number      bigint  not null,
    primary key (incident_id, tag)
);

create index incident_tags_by_tag on incident_tags (tag, number);

-- Who sees a private incident, besides admins.
create table incident_members (
    incident_id text not null references incidents (id) on delete cascade,
    person_id   text not null,
    primary key (incident_id, person_id)
);

-- The documents. A deleted record keeps its body, so that it can come back.
create table records (
    incident_id text    not null references incidents (id) on delete cascade,
    noun        text    not null,
    id          text    not null,
    -- The incident's version that last wrote this record: its optimistic lock.
    version     bigint  not null,
    -- Who deleted it and when, as JSON; null while it stands.
    deleted     text,
    body        text    not null,
    -- Handles for lists across incidents; null where a noun needs none and
    -- where the record is deleted.
    --   remediation: status, owner, due    principal: kind, name    gap: control, state
    status      text,
    -- Ordered byte by byte, whatever the server's locale.
    owner       text collate "C",
    due_at      bigint,
    primary key (incident_id, noun, id)
);

create index records_by_handle on records (noun, status, owner);
-- The board of remediations: the most urgent first, those without a date last.
create index records_by_due on records (noun, (coalesce(due_at, 9223372036854775807)), id);

-- The log. Each line carries sha256(hash before it, then itself as JSON), so a
-- line that is altered or taken out breaks every hash after it.
create table changes (
    incident_id text    not null references incidents (id) on delete cascade,
    version     bigint  not null,
    at          bigint  not null,
    actor       text    not null,
    kind        text    not null,
    noun        text    not null,
    record_id   text    not null,
    -- The record before and after, as JSON; null before it was there and after it was deleted.
    before      text,
    after       text,
    hash        text    not null,
    primary key (incident_id, version)
);

create index changes_by_record on changes (incident_id, noun, record_id, version);

-- Numbers handed out one by one. The row is the lock: two writers never get
-- the same number, and a write that is rolled back gives its number back.
create table counters (
    name  text    not null primary key,
    value bigint  not null
);

insert into counters (name, value) values ('incident', 0), ('accounts', 0);
