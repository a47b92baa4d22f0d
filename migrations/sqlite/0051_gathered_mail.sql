-- Mentions of one person that come within a minute are one letter: whose it gathers, and how many there are in it.
alter table outbox add column gathers text;
alter table outbox add column mentions integer not null default 0;
-- What such a letter ends with.
alter table outbox add column ending text not null default '';
create index outbox_by_gathers on outbox (gathers, done_at);
