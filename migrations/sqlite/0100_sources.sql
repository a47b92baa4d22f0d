-- Where records come in while agents act.
create table sources (
    id                text   not null primary key,
    name              text   not null,
    -- The name as names are compared: no two open sources are called alike.
    folded            text   not null,
    -- A word of the formats, or auto.
    format            text   not null,
    -- JSON lists: agents of the registry, and resources.
    agents            text   not null,
    resources         text   not null,
    agents_only       integer not null check (agents_only in (0, 1)),
    heartbeat_seconds integer,
    retention_days    integer,
    seal_seconds      integer not null,
    -- SHA-256 of the token by which its senders come in.
    digest            text   not null,
    token_at          integer not null,
    created_at        integer not null,
    closed_at         integer
) strict;

create unique index sources_by_digest on sources (digest);
create index sources_by_name on sources (folded, id);

-- How far a source is: what came, what was judged of it, and the end of its chain.
create table source_states (
    source_id     text   not null primary key references sources (id),
    -- The last batch that came; they are numbered without a hole.
    last_seq      integer not null,
    -- All up to this batch was read, and what was whole by then was judged.
    read_seq      integer not null,
    -- Everything in the batches up to this one was judged.
    judged_seq    integer not null,
    -- The batch up to which the next segment is being sealed, if one is.
    sealing_seq   integer,
    -- The last segment and its link.
    last_segment  integer not null,
    head          text   not null,
    -- What came in all.
    records       integer not null,
    bytes         integer not null,
    last_at       integer,
    -- Of that, what was judged.
    judged        integer not null,
    -- Of the last evaluation: how long the oldest record in it had waited, in microseconds, and when it was.
    lag           integer,
    read_at       integer
) strict;

-- What came and is in no segment yet, as it came. The body is packed (zstd).
create table source_batches (
    source_id    text   not null references sources (id),
    seq          integer not null,
    received_at  integer not null,
    records      integer not null,
    bytes        integer not null,
    bytes_sha256 text   not null,
    body         blob   not null,
    primary key (source_id, seq)
) strict;

-- What is sealed. Its bytes lie in the evidence store under their SHA-256.
create table source_segments (
    source_id  text   not null references sources (id),
    number     integer not null,
    previous   text   not null,
    -- SHA-256 of the link before and the bytes.
    hash       text   not null,
    sha256     text   not null,
    bytes      integer not null,
    records    integer not null,
    first_seq  integer not null,
    last_seq   integer not null,
    first_at   integer not null,
    last_at    integer not null,
    sealed_at  integer not null,
    -- When the bytes were removed, if they were; the row stays, so that the chain does.
    removed_at integer,
    primary key (source_id, number)
) strict;

create index source_segments_by_digest on source_segments (sha256);

-- Which incidents hold a segment: its bytes are not removed.
create table source_segment_uses (
    incident_id text   not null references incidents (id) on delete cascade,
    source_id   text   not null,
    number      integer not null,
    evidence_id text   not null,
    primary key (incident_id, source_id, number, evidence_id),
    foreign key (source_id, number) references source_segments (source_id, number)
) strict;

create index source_segment_uses_by_segment on source_segment_uses (source_id, number);

-- Which node judges a source, and until when unless it says so again.
create table source_leases (
    source_id  text   not null primary key references sources (id),
    node       text   not null,
    held_until integer not null
) strict;
