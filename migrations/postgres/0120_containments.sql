-- Agents that are stopped. A containment is a record in the file of its agent; what stands here follows from it, or is
-- what is still to be done.

-- Ways to stop agents. They hold no secret: only names of environment variables.
create table stops (
    id            text    not null primary key,
    name          text    not null,
    -- webhook, http
    kind          text    not null,
    method        text    not null,
    url           text    not null,
    -- JSON: names and values with placeholders.
    headers       text    not null,
    template      text    not null,
    -- The environment variable with the key of the signature.
    secret        text,
    -- JSON: the agents it stops; empty for every agent.
    agents        text    not null,
    quiet_seconds bigint  not null,
    is_dry_run    bigint  not null check (is_dry_run in (0, 1)),
    undone_by     text    not null,
    created_at    bigint  not null,
    retired_at    bigint 
);

-- What lists find containments by. All of it follows from the records of the agent, and is written with them.
create table containments (
    id            text    not null primary key,
    agent_id      text    not null references agents (id),
    state         text    not null,
    stop_id       text,
    incident_id   text,
    -- 1 where a rule asked.
    by_rule       bigint  not null check (by_rule in (0, 1)),
    is_dry_run    bigint  not null check (is_dry_run in (0, 1)),
    -- 1 where a second person has yet to agree.
    awaits_second bigint  not null check (awaits_second in (0, 1)),
    requested_at  bigint  not null,
    sent_at       bigint ,
    quiet_until   bigint ,
    review_due    bigint  not null,
    -- When it came to its state.
    since         bigint  not null
);

create index containments_by_agent on containments (agent_id, requested_at);
create index containments_by_state on containments (state, quiet_until);
create index containments_by_time on containments (requested_at, id);

-- What rules ask for. A request is written with the alert, and answered a moment later.
create table containment_requests (
    id           text    not null primary key,
    agent_id     text    not null,
    rule         text    not null,
    -- One alert asks once.
    alert_id     text    not null,
    why          text    not null,
    incident_id  text,
    -- JSON: the names of those whose acts are the reason.
    caused_by    text    not null,
    requested_at bigint  not null,
    done_at      bigint ,
    -- What became of it, in a sentence.
    outcome      text    not null default ''
);

create unique index containment_requests_by_alert on containment_requests (alert_id);
create index containment_requests_by_done on containment_requests (done_at, requested_at);

-- Requests to send, as letters are: a node claims one, sends, and says what came of it.
create table containment_sends (
    containment_id text    not null,
    -- suspend, restore
    purpose        text    not null,
    agent_id       text    not null,
    stop_id        text    not null,
    next_at        bigint  not null,
    attempts       bigint  not null,
    node           text,
    claimed_until  bigint ,
    -- What the last attempt came to.
    trouble        text,
    done_at        bigint ,
    primary key (containment_id, purpose)
);

create index containment_sends_by_next on containment_sends (done_at, next_at);

-- Acts of agents that were seen since they were stopped, the first ones.
create table containment_acts (
    containment_id text    not null,
    number         bigint  not null,
    body           text    not null,
    primary key (containment_id, number)
);

-- Further acts, counted by source.
create table containment_counts (
    containment_id text    not null,
    source_id      text    not null,
    acts           bigint  not null,
    last_at        bigint  not null,
    primary key (containment_id, source_id)
);
