-- How much of what a source sent is judged, in bytes: the rest waits, and senders wait where it is too much.
alter table source_states add column judged_bytes bigint not null default 0;
update source_states set judged_bytes = bytes - coalesce(
    (select sum(b.bytes) from source_batches b
     where b.source_id = source_states.source_id and b.seq > source_states.judged_seq), 0);
