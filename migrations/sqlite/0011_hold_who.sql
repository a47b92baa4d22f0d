-- Who is who. Whoever judges is told apart by account; the timeline names people by what they are called.

-- Every name and address an account ever had: what somebody was called when they took part is held against
-- the account, whatever it is called since.
create table account_names (
    user_id     text    not null references users (id) on delete cascade,
    kind        text    not null check (kind in ('name', 'email')),
    name        text    not null,
    -- What the name looks like (UTS 39), as it is typed and in small letters: no other account takes one that
    -- looks the same. Empty for addresses.
    look_typed  text    not null,
    look_small  text    not null,
    since       integer not null,
    -- When the case files in which the account judged were told of it; null while they are not.
    told_at     integer,
    primary key (user_id, kind, name)
) strict;

create index account_names_by_look_typed on account_names (look_typed);
create index account_names_by_look_small on account_names (look_small);
create index account_names_by_telling on account_names (told_at);

-- Browsers in which somebody signed in before: they sign in on a count of their own, so that strangers who
-- guess do not lock them out. The cookie is a secret; only its SHA-256 is kept.
create table devices (
    user_id    text    not null references users (id) on delete cascade,
    digest     text    not null,
    used_at    integer not null,
    primary key (user_id, digest)
) strict;

create index devices_by_use on devices (used_at);
