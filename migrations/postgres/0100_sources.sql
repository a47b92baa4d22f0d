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
    agents_only       bigint not null check (agents_only in (0, 1)),
    heartbeat_seconds bigint,
    retention_days    bigint,
    seal_seconds      bigint not null,
    -- SHA-256 of the token by which its senders come in.
    digest            text   not null,
    token_at          bigint not null,
    created_at        bigint not null,
    closed_at         bigint
);

create unique index sources_by_digest on sources (digest);
create index sources_by_name on sources (folded, id);

-- How far a source is: what came, what was judged of it, and the end of its chain.
create table source_states (
    source_id     text   not null primary key references sources (id),
    -- The last batch that came; they are numbered without a hole.
    last_seq      bigint not null,
    -- All up to this batch was read, and what was whole by then was judged.
    read_seq      bigint not null,
    -- Everything in the batches up to this one was judged.
    judged_seq    bigint not null,
    -- The batch up to which the next segment is being sealed, if one is.
    sealing_seq   bigint,
    -- The last segment and its link.
    last_segment  bigint not null,
    head          text   not null,
    -- What came in all.
    records       bigint not null,
    bytes         bigint not null,
    last_at       bigint,
    -- Of that, what was judged.
    judged        bigint not null,
    -- Of the last evaluation: how long the oldest record in it had waited, in microseconds, and when it was.
    lag           bigint,
    read_at       bigint
);

-- What came and is in no segment yet, as it came. The body is packed (zstd).
create table source_batches (
    source_id    text   not null references sources (id),
    seq          bigint not null,
    received_at  bigint not null,
    records      bigint not null,
    bytes        bigint not null,
    bytes_sha256 text   not null,
    body         bytea   not null,
    primary key (source_id, seq)
);

-- What is sealed. Its bytes lie in the evidence store under their SHA-256.
create table source_segments (
    source_id  text   not null references sources (id),
    number     bigint not null,
    previous   text   not null,
    -- SHA-256 of the link before and the bytes.
    hash       text   not null,
    sha256     text   not null,
    bytes      bigint not null,
    records    bigint not null,
    first_seq  bigint not null,
    last_seq   bigint not null,
    first_at   bigint not null,
    last_at    bigint not null,
    sealed_at  bigint not null,
    -- When the bytes were removed, if they were; the row stays, so that the chain does.
    removed_at bigint,
    primary key (source_id, number)
);

create index source_segments_by_digest on source_segments (sha256);

-- Which incidents hold a segment: its bytes are not removed.
create table source_segment_uses (
    incident_id text   not null references incidents (id) on delete cascade,
    source_id   text   not null,
    number      bigint not null,
    evidence_id text   not null,
    primary key (incident_id, source_id, number, evidence_id),
    foreign key (source_id, number) references source_segments (source_id, number)
);

create index source_segment_uses_by_segment on source_segment_uses (source_id, number);

-- Which node judges a source, and until when unless it says so again.
create table source_leases (
    source_id  text   not null primary key references sources (id),
    node       text   not null,
    held_until bigint not null
);
