-- Incidents that rules draft.

-- What became of a draft; null where people filed the incident.
alter table incidents add column drafted text check (drafted in ('drafted', 'adopted', 'discarded'));
create index incidents_by_drafted on incidents (drafted, number) where drafted is not null;

-- Whose alert it is: the id of an agent, or the folded name of one that nobody knows. What happens again within a day
-- joins the incident of the same.
alter table alerts add column who text not null default '';
update alerts set who = coalesce(agent_id, 'name:' || lower(name));
create index alerts_by_who on alerts (who, seen_at);
-- How many acts its event on the timeline says there were; 0 while there is none.
alter table alerts add column told integer not null default 0;

-- The event that tells of the act, once it is promoted; empty where there was no room for it.
alter table alert_records add column event_id text;
-- The evidence that shows it, once it is found there; empty where it will not be.
alter table alert_records add column evidence_id text;
create index alert_records_unproven on alert_records (source_id, batch) where promoted = 1 and evidence_id is null;
create index alert_records_to_promote on alert_records (alert_id) where promoted = 0;

-- The batch with which a segment is sealed at once, because the act of an alert is in it.
alter table source_states add column seal_asked integer not null default 0;

-- Segments that become evidence of the incidents that rules drafted: a node claims one, so that it is attached once.
create table draft_segments (
    incident    integer not null,
    source_id   text    not null,
    number      integer not null,
    claimed_at  integer not null,
    -- Null until it is attached; empty where it will not be.
    evidence_id text,
    primary key (incident, source_id, number)
) strict;
