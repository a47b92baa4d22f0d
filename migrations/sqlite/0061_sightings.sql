-- Where agents appear: the principals of incidents that are agents. All of it follows from the records of the incident
-- and is written with every change, as its card is.
create table incident_agents (
    incident_id  text    not null references incidents (id) on delete cascade,
    principal_id text    not null,
    name         text    not null,
    -- The name as names are compared.
    folded       text    not null,
    -- The agent of the registry that a person linked it to.
    agent_id     text,
    -- When it was last seen to act; nothing where no time of an act is known.
    last_at      integer,
    acts         integer not null,
    -- How many of the acts lay outside of what it was granted.
    outside      integer not null,
    primary key (incident_id, principal_id)
) strict;

create index incident_agents_by_name on incident_agents (folded, incident_id);
create index incident_agents_by_agent on incident_agents (agent_id, incident_id);
