-- What somebody typed into a form of an agent's page and did not save: as `unsaved` has it for incidents.
create table agent_unsaved (
    agent_id    text    not null references agents (id) on delete cascade,
    person_id   text    not null,
    -- The id of the form on its page.
    form        text    not null,
    -- What the form writes, below the agent: agent, grants, comments.
    record      text    not null,
    -- The page, in one tab of one browser; blank where a form was sent without JavaScript.
    page        text    not null,
    -- The version on which it was typed; null for what is new.
    seen        bigint,
    -- The fields as the form would send them: a JSON list of names and values.
    fields      text    not null,
    updated_at  bigint  not null,
    primary key (agent_id, person_id, form, record, page)
);

create index agent_unsaved_by_age on agent_unsaved (updated_at);
