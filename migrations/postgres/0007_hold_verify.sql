-- What is not an incident has a log of its own, by the same rules: each line
-- carries sha256(hash before it, then itself as JSON).

-- What is logged besides incidents. One row now, the instance: who may come in
-- and do what. Raising its version takes the lock, as it does for an incident.
create table subjects (
    id      text    not null primary key,
    version bigint  not null,
    -- The hash of the last change: the head of the chain.
    head    text    not null
);

insert into subjects (id, version, head) values ('instance', 0, '');

create table subject_changes (
    subject_id text    not null references subjects (id),
    version    bigint  not null,
    at         bigint  not null,
    -- Who, as JSON.
    actor      text    not null,
    kind       text    not null,
    -- account, token, invitation
    noun       text    not null,
    record_id  text    not null,
    -- What it grants before and after, as JSON. Of a secret, only a digest.
    before     text,
    after      text,
    hash       text    not null,
    primary key (subject_id, version)
);

create index subject_changes_by_record on subject_changes (subject_id, noun, record_id, version);

-- The lock on accounts is the version of the instance now.
delete from counters where name = 'accounts';

-- The digest of the inbox rows as they were written: whom a text mentions
-- depends on the accounts of that day, so that they cannot be worked out again.
alter table incidents add column asked text not null default '';

