-- The registry of agents. Each agent is a subject: it has a version, a log and a chain as an incident and the instance
-- have. What it says of itself, its grants, reviews and comments are its records.

-- One row for each record. SQL does not look inside the body; the rules do.
create table registry_records (
    subject_id text    not null references subjects (id),
    -- agent, grant, review, comment
    noun       text    not null,
    id         text    not null,
    -- The version of the subject that last wrote it: its optimistic lock.
    version    bigint  not null,
    body       text    not null,
    primary key (subject_id, noun, id)
);

-- What lists find an agent by. All of it follows from its records, and is written with them.
create table agents (
    id            text    not null primary key references subjects (id),
    name          text    not null,
    -- The name as names are compared.
    folded        text    not null,
    status        text    not null,
    -- The account that answers for it, and the name of somebody without one.
    owner         text,
    owner_name    text    not null,
    team          text    not null,
    -- When it is next to be reviewed; nothing where nobody set an interval.
    next_review   bigint,
    -- The agent that it was merged into.
    merged_into   text,
    -- How many of its grants were neither revoked nor ended for good.
    grants        bigint  not null,
    -- Name, identifiers, owner, team and purpose, folded, to look for a part of a word.
    words         text    not null,
    registered_at bigint  not null,
    updated_at    bigint  not null
);

create index agents_by_name on agents (folded, id);
create index agents_by_owner on agents (owner, folded, id);
create index agents_by_review on agents (next_review);

-- Under which names logs know an agent. Folded where it is a name and as it stands where it is a pattern.
create table agent_identifiers (
    agent_id   text    not null references agents (id),
    identifier text    not null,
    -- 1 where a * stands for other characters.
    is_pattern bigint  not null check (is_pattern in (0, 1)),
    primary key (agent_id, identifier)
);

create index agent_identifiers_by_text on agent_identifiers (identifier, agent_id);

-- How many agents were ever registered; the row is the lock of the registry, so that no name is given twice.
insert into counters (name, value) values ('agent', 0);
