-- Alerts that people were told of, or that were withheld because too many came.
create table notices (
    id        text    not null primary key,
    alert_id  text    not null references alerts (id),
    at        integer not null,
    withheld  integer not null check (withheld in (0, 1)),
    -- When what was withheld was told together.
    summed_at integer
) strict;

create index notices_by_time on notices (withheld, at);

-- Webhooks about alerts to send, as letters are: a node claims one, sends, and says what came of it.
create table notice_posts (
    id            text    not null primary key,
    -- Emptied when it is sent.
    body          text    not null,
    next_at       integer not null,
    attempts      integer not null,
    node          text,
    claimed_until integer,
    done_at       integer,
    trouble       text
) strict;

create index notice_posts_by_next on notice_posts (done_at, next_at);
