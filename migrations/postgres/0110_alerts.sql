-- How the rules of the watch are set, and who is told: rows of those that somebody set otherwise than by default.
create table watch_settings (
    -- The word of a rule, or notices.
    id         text    not null primary key,
    body       text    not null,
    created_at bigint not null
);

-- Numbers that only rise: how often the registry and the alerts changed. The row of the alerts is the lock under which
-- they are raised, so that two nodes do not raise one alert each for the same thing.
create table watch_counts (
    name  text    not null primary key,
    value bigint not null
);

-- What a rule said of one agent at one resource within its window.
create table alerts (
    id         text    not null primary key,
    version    bigint not null,
    -- SHA-256 of the rule, who acted, and the resource: what happens again is looked up by it.
    key        text    not null,
    rule       text    not null,
    level      text    not null,
    response   text    not null,
    source_id  text    not null,
    agent_id   text,
    name       text    not null,
    resource   text    not null,
    why        text    not null,
    count      bigint not null,
    raised_at  bigint not null,
    seen_at    bigint not null,
    -- What happens again before then is counted here.
    window_end bigint not null,
    -- Where the first and the last act stand, as JSON.
    first      text    not null,
    last       text    not null,
    state      text    not null check (state in ('open', 'acknowledged', 'muted', 'false_alarm', 'closed')),
    -- Until when it is muted.
    until      bigint,
    -- A person, as JSON.
    assignee   text,
    -- The number of the incident it belongs to.
    incident   bigint,
    -- What people did with it, as JSON.
    steps      text    not null,
    -- 1 while something is to be done about it: an incident to be drafted or added to, people to be told.
    to_draft   bigint not null check (to_draft in (0, 1)),
    to_tell    bigint not null check (to_tell in (0, 1))
);

create index alerts_of_same on alerts (key, raised_at);
create index alerts_by_state on alerts (state, id);
create index alerts_by_agent on alerts (agent_id, id);
create index alerts_by_incident on alerts (incident);
create index alerts_to_draft on alerts (id) where to_draft = 1;
create index alerts_to_tell on alerts (id) where to_tell = 1;

-- The first acts of an alert, as they were read.
create table alert_records (
    alert_id  text    not null references alerts (id),
    number    bigint not null,
    source_id text    not null,
    -- The batch that brought it, and where it is sealed the segment.
    batch     bigint,
    segment   bigint,
    received  bigint not null,
    -- 1 once it is an event of the incident.
    promoted  bigint not null check (promoted in (0, 1)),
    record    text    not null,
    primary key (alert_id, number)
);
