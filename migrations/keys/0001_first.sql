-- keys.db: the data keys, each wrapped by the key-encryption key named by kek_id. A destroyed key
-- leaves its row as a tombstone, so that a restored backup can be told whom to forget.
create table keys (
    subject_id   text not null check (length(subject_id) between 1 and 60),
    version      integer not null check (version between 1 and 65535),
    kek_id       text not null check (length(kek_id) between 1 and 64),
    wrapped      blob check (length(wrapped) between 32 and 128),
    nonce        blob check (length(nonce) = 24),
    created_ms   integer not null,
    destroyed_ms integer,
    primary key (subject_id, version),
    check ((wrapped is null) = (destroyed_ms is not null) and (nonce is null) = (wrapped is null))
) strict, without rowid;

create table schema_log (
    version    integer primary key,
    applied_ms integer not null
) strict;
