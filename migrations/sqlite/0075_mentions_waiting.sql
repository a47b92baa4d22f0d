-- Mentions that wait in a letter, each by itself: what is deleted before the letter is sent is not in it, and what is
-- edited is in it as it reads then. Emptied when the letter is sent.
create table outbox_mentions (
    id        text    not null primary key,
    outbox_id text    not null references outbox (id) on delete cascade,
    -- The number of the incident in which somebody is mentioned, and the record that does.
    incident  integer not null,
    noun      text    not null,
    record_id text    not null,
    -- Who is mentioned, and by whom in words.
    person_id text    not null,
    by_name   text    not null,
    -- What the letter is about while it holds nothing else, and its line in it.
    subject   text    not null,
    line      text    not null
) strict;

create index outbox_mentions_by_letter on outbox_mentions (outbox_id, id);
create index outbox_mentions_by_incident on outbox_mentions (incident);
