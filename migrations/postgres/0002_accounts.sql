-- Accounts and everything that lets somebody in. No secret is kept as it is:
-- passwords as argon2id, tokens, links and session names as SHA-256.

create table users (
    id            text    not null primary key,
    -- Lower case; what a person signs in with.
    email         text    not null unique,
    name          text    not null,
    role          text    not null check (role in ('admin', 'responder', 'reviewer', 'viewer')),
    password_hash text    not null,
    zone          text    not null,
    theme         text    not null check (theme in ('auto', 'light', 'dark')),
    created_at    bigint  not null,
    -- When the account was closed; null while it is in use. Accounts are never
    -- deleted: the records name them.
    disabled_at   bigint
);

create table invitations (
    id          text    not null primary key,
    digest      text    not null unique,
    email       text    not null,
    role        text    not null check (role in ('admin', 'responder', 'reviewer', 'viewer')),
    -- Who invited, as JSON.
    inviter     text    not null,
    created_at  bigint  not null,
    expires_at  bigint  not null,
    accepted_at bigint
);

create table tokens (
    id           text    not null primary key,
    user_id      text    not null references users (id) on delete cascade,
    name         text    not null,
    digest       text    not null unique,
    scope        text    not null check (scope in ('read', 'write', 'admin')),
    -- The agent that writes with this token, if one does.
    agent        text,
    created_at   bigint  not null,
    expires_at   bigint,
    last_used_at bigint,
    revoked_at   bigint
);

create index tokens_by_user on tokens (user_id);

-- Browser sessions.
create table sessions (
    -- SHA-256 of the session's name: the table alone lets nobody in.
    id         text    not null primary key,
    -- Who is signed in, so that closing an account ends its sessions.
    user_id    text,
    data       text    not null,
    expires_at bigint  not null
);

create index sessions_by_user on sessions (user_id);
create index sessions_by_expiry on sessions (expires_at);

-- Attempts by key within a window of time.
create table rate_limits (
    key          text    not null,
    window_start bigint  not null,
    attempts     bigint  not null,
    primary key (key, window_start)
);

create index rate_limits_by_window on rate_limits (window_start);

-- Answers to writes that carried an Idempotency-Key, kept for a day.
create table answers (
    user_id     text    not null,
    key         text    not null,
    -- SHA-256 of the request: a key stands for one request only.
    fingerprint text    not null,
    -- Null while the write is still under way.
    status      bigint,
    body        text,
    created_at  bigint  not null,
    primary key (user_id, key)
);

create index answers_by_age on answers (created_at);

-- The few things the instance remembers about itself.
create table settings (
    name  text not null primary key,
    value text not null
);
