-- The alert that was raised because the source is silent; null while it speaks. One silence raises one.
alter table source_states add column silent_alert text;
