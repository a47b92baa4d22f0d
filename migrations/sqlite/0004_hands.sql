-- Many hands: what people type and have not saved, and who is looking. Neither
-- is part of the case file, and nothing of it enters the log.

-- What somebody typed into a form and did not save. Only they see it; saving
-- or throwing it away deletes it, and so does a month.
create table drafts (
    incident_id text    not null references incidents (id) on delete cascade,
    person_id   text    not null,
    -- The id of the form on its page.
    form        text    not null,
    -- What the form writes, below the incident: events/<id>, sections/summary.
    record      text    not null,
    -- The version on which it was typed; null for what is new.
    seen        integer,
    -- The fields as the form would send them: a JSON list of names and values.
    fields      text    not null,
    updated_at  integer not null,
    primary key (incident_id, person_id, form, record)
) strict;

create index drafts_by_age on drafts (updated_at);

-- Pages that are open now. A page says every few seconds that it still is.
create table presence (
    incident_id text    not null references incidents (id) on delete cascade,
    -- One page in one tab of one browser.
    page_id     text    not null,
    person_id   text    not null,
    name        text    not null,
    -- What is edited there, as a form and what it writes; blank for somebody who reads.
    place       text    not null,
    -- The page's path and query, to follow there.
    at          text    not null,
    seen_at     integer not null,
    primary key (incident_id, page_id)
) strict;

create index presence_by_age on presence (seen_at);
