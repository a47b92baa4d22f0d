-- What somebody typed and did not save, once for each page on which it was
-- typed: a second text does not take the place of one that still waits for its
-- answer. Takes over from `drafts`, which a later version drops: a node of the
-- version before may still write to it.
create table unsaved (
    incident_id text    not null references incidents (id) on delete cascade,
    person_id   text    not null,
    -- The id of the form on its page.
    form        text    not null,
    -- What the form writes, below the incident: events/<id>, sections/summary.
    record      text    not null,
    -- The page, in one tab of one browser; blank where a form was sent without JavaScript.
    page        text    not null,
    -- The version on which it was typed; null for what is new.
    seen        bigint,
    -- The fields as the form would send them: a JSON list of names and values.
    fields      text    not null,
    updated_at  bigint  not null,
    primary key (incident_id, person_id, form, record, page)
);

create index unsaved_by_age on unsaved (updated_at);

insert into unsaved (incident_id, person_id, form, record, page, seen, fields, updated_at)
select incident_id, person_id, form, record, '', seen, fields, updated_at from drafts;
