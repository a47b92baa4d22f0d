-- What awaits people, and the letters that tell them.

-- What an incident asks of people: mentions without an answer, second reviews,
-- approvals, signatures. Rewritten from the case file with every change, as the
-- index card is, and never read for the truth.
create table inbox (
    incident_id text    not null references incidents (id) on delete cascade,
    ask         text    not null check (ask in ('mention', 'review', 'approval', 'signature')),
    noun        text    not null,
    record_id   text    not null,
    -- Of whom; empty for everybody who may.
    person_id   text    not null,
    -- Who may not, and how it is told, as JSON.
    body        text    not null,
    primary key (incident_id, ask, noun, record_id, person_id)
) strict;

create index inbox_by_person on inbox (person_id, ask);

-- Whether somebody wants mail. Invitations are sent in any case: they come
-- before there is an account.
alter table users add column mail text not null default 'on' check (mail in ('on', 'off'));

-- Letters to send. Written in the transaction of what they tell of, so that
-- none is lost; a node that sends claims the row first, so that no other does.
create table outbox (
    id            text    not null primary key,
    -- What the letter is: a second one of the same key is not written. It makes
    -- a day's digest one, however many nodes come to write it.
    key           text    not null unique,
    email         text    not null,
    subject       text    not null,
    -- Emptied when it is sent: an invitation holds a secret.
    body          text    not null,
    created_at    integer not null,
    -- Not before this.
    next_at       integer not null,
    attempts      integer not null,
    -- The process that sends it, and until when it is taken to live.
    node          text,
    claimed_until integer,
    -- When it was sent, or given up.
    done_at       integer,
    -- Why the last attempt failed.
    trouble       text
) strict;

create index outbox_by_time on outbox (done_at, next_at);
