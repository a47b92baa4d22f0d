-- Keys of this instance, and what they signed. The secret of a key is in the data folder of the node that signs with
-- it and never here: whoever can write to the database still cannot sign.
create table signing_keys (
    -- The first 16 digits of the SHA-256 of the public key.
    id          text    not null primary key,
    -- Ed25519, in hex.
    public_key  text    not null unique,
    created_at  bigint  not null,
    -- Since when nothing is signed with it; what it signed before stays signed.
    retired_at  bigint
);

-- Heads of chains, signed: what a log said at some time, to be kept by others as well.
create table checkpoints (
    -- Without a gap, from 1.
    number      bigint  not null primary key,
    -- The incident, or the instance. Others are told its SHA-256 only.
    subject_id  text    not null,
    changes     bigint  not null,
    head        text    not null,
    at          bigint  not null,
    -- The SHA-256 of the checkpoint before, so that none can be left out.
    previous    text    not null,
    key_id      text    not null references signing_keys (id),
    signature   text    not null
);

create index checkpoints_by_subject on checkpoints (subject_id, number);

-- The number of the last checkpoint; the row is the lock.
insert into counters (name, value) values ('checkpoints', 0);
