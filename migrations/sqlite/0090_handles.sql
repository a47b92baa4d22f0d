-- What lists search records by, each under its own name: until now `status` also held the kind of a principal and the
-- control of a gap, and `owner` the name of a principal and the state of a gap. The next start writes them anew.
alter table records add column kind text;
alter table records add column name text;
create index records_by_kind on records (noun, kind, name);
