-- What people decided about alerts, each decision as the instance's log has it. The alert itself has the same in its
-- steps, beside what rules made of it; `verify` holds the two together.
create table alert_steps (
    id         text    not null primary key,
    alert_id   text    not null references alerts (id),
    -- Decisions about one alert are counted from 1.
    number     bigint not null,
    -- What the alert became; null where it was only given to somebody.
    state      text check (state in ('open', 'acknowledged', 'muted', 'false_alarm', 'closed')),
    -- The decision, as JSON.
    body       text    not null,
    created_at bigint not null
);

create unique index alert_steps_by_alert on alert_steps (alert_id, number);
