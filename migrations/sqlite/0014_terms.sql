-- What a person says of a log as a whole: its encoding, the zone of its times and the order of its dates, as JSON.
alter table readings add column terms text;
