-- Posts that came under a key of their sender, so that one that is sent again is kept once. A day later they go.
create table source_posts (
    source_id text    not null references sources (id),
    -- SHA-256 of the key and the bytes.
    key       text    not null,
    at        bigint not null,
    primary key (source_id, key)
);

create index source_posts_by_time on source_posts (at);
