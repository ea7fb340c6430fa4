-- Times are milliseconds since the Unix epoch, UTC. Ids are UUIDs as text and no secrets.
-- A column that the comment calls sealed holds a `Sealed` value: XChaCha20-Poly1305 under the
-- subject's key. docs/schema.md maps the columns of the seed to these.

create table schema_log (
    version    integer primary key,
    applied_ms integer not null
) strict;

-- Accounts

create table users (
    id          text primary key check (length(id) = 36),
    name        text not null check (length(name) between 1 and 100),
    -- The name folded to lower case by the appliance: SQLite folds ASCII only.
    name_key    text not null unique check (length(name_key) between 1 and 200),
    role        text not null check (role in ('seller', 'manager', 'admin', 'auditor', 'privacy')),
    lang        text not null check (lang in ('pl', 'en')),
    password    text not null check (length(password) between 1 and 300),
    created_ms  integer not null,
    updated_ms  integer not null,
    disabled_ms integer
) strict;

create table logins (
    id         text primary key check (length(id) = 36),
    user_id    text not null references users (id) on delete cascade,
    token_hash blob not null unique check (length(token_hash) = 32),
    created_ms integer not null,
    used_ms    integer not null,
    expires_ms integer not null
) strict;
create index logins_user on logins (user_id);

create table tokens (
    id         text primary key check (length(id) = 36),
    user_id    text not null references users (id) on delete cascade,
    name       text not null check (length(name) between 1 and 100),
    token_hash blob not null unique check (length(token_hash) = 32),
    created_ms integer not null,
    used_ms    integer,
    expires_ms integer not null,
    revoked_ms integer
) strict;
create index tokens_user on tokens (user_id);

create table settings (
    key        text primary key check (length(key) between 1 and 100),
    value      text not null check (length(value) <= 65536),
    updated_ms integer not null
) strict;

create table idempotency (
    actor_id    text not null references users (id) on delete cascade,
    key         text not null check (length(key) between 1 and 200),
    -- SHA-256 of the request, so that a key reused for another request is noticed.
    request     blob not null check (length(request) = 32),
    status      integer not null check (status between 100 and 599),
    body        blob, -- sealed
    created_ms  integer not null,
    primary key (actor_id, key)
) strict;
create index idempotency_age on idempotency (created_ms);

-- Clients and their visits

create table clients (
    id         text primary key check (length(id) = 36),
    owner_id   text not null references users (id) on delete restrict,
    alias      blob, -- sealed
    created_ms integer not null,
    updated_ms integer not null
) strict;
create index clients_owner on clients (owner_id, created_ms);

create table sessions (
    id                  text primary key check (length(id) = 36),
    client_id           text not null references clients (id) on delete cascade,
    owner_id            text not null references users (id) on delete restrict,
    profiling           integer not null check (profiling in (0, 1)),
    lang                text not null check (lang in ('pl', 'en')),
    stage               text not null check (stage in ('discovery', 'analysis', 'decision')),
    status              text not null check (status in ('active', 'paused', 'completed', 'abandoned')),
    outcome             text check (length(outcome) between 1 and 40),
    metadata            text not null default '{}' check (json_valid(metadata) and length(metadata) <= 16384),
    client_context      blob, -- sealed
    archetype_evolution blob, -- sealed
    created_ms          integer not null,
    updated_ms          integer not null
) strict;
create index sessions_owner on sessions (owner_id, created_ms, id);
create index sessions_client on sessions (client_id, created_ms);
create index sessions_status on sessions (status, updated_ms);

create table conversations (
    id           text primary key check (length(id) = 36),
    session_id   text not null references sessions (id) on delete cascade,
    seq          integer not null check (seq >= 1),
    message_type text not null check (message_type in ('client', 'observation', 'salesperson', 'ai_suggestion')),
    content      blob not null, -- sealed
    at_ms        integer not null,
    metadata     text not null default '{}' check (json_valid(metadata) and length(metadata) <= 65536),
    unique (session_id, seq)
) strict;

create table profile_events (
    session_id text not null references sessions (id) on delete cascade,
    rev        integer not null check (rev >= 1),
    at_ms      integer not null,
    event      blob not null, -- sealed
    primary key (session_id, rev)
) strict;

create table client_profiles (
    session_id        text primary key references sessions (id) on delete cascade,
    rev               integer not null check (rev >= 0),
    profile           blob not null, -- sealed
    psychometric_data blob,          -- sealed
    created_ms        integer not null,
    updated_ms        integer not null
) strict;

create table strategies (
    id                  text primary key check (length(id) = 36),
    session_id          text not null references sessions (id) on delete cascade,
    strategy_type       text not null check (length(strategy_type) between 1 and 40),
    state               text not null check (state in ('queued', 'running', 'partial', 'complete', 'failed', 'cancelled')),
    fingerprint         blob not null check (length(fingerprint) = 32),
    template            integer not null check (template >= 0),
    knowledge_rev       integer not null check (knowledge_rev >= 0),
    profile_rev         integer not null check (profile_rev >= 0),
    confidence          real check (confidence between 0 and 1),
    effectiveness_score real check (effectiveness_score between 0 and 1),
    created_ms          integer not null,
    updated_ms          integer not null
) strict;
create index strategies_session on strategies (session_id, created_ms);
create index strategies_fingerprint on strategies (session_id, fingerprint);
create index strategies_unfinished on strategies (state) where state in ('queued', 'running');

create table generations (
    id          text primary key check (length(id) = 36),
    session_id  text not null references sessions (id) on delete cascade,
    strategy_id text references strategies (id) on delete cascade,
    section     text check (section in ('opening', 'arguments', 'next', 'language', 'plan', 'objections')),
    provider    text not null check (length(provider) between 1 and 60),
    model       text not null check (json_valid(model) and length(model) <= 2048),
    template    integer not null check (template >= 0),
    seed        integer not null,
    temperature real not null check (temperature >= 0),
    max_tokens  integer not null check (max_tokens >= 0),
    prompt      blob, -- sealed
    token_ids   blob, -- sealed
    queue_ms    integer not null check (queue_ms >= 0),
    prefill_ms  integer not null check (prefill_ms >= 0),
    decode_ms   integer not null check (decode_ms >= 0),
    finish      text not null check (length(finish) between 1 and 40),
    -- What else a replay needs: binary, tokenizer, device, threads, fact ids.
    details     text not null default '{}' check (json_valid(details) and length(details) <= 65536),
    at_ms       integer not null
) strict;
create index generations_strategy on generations (strategy_id, at_ms);
create index generations_session on generations (session_id);

create table strategy_sections (
    strategy_id   text not null references strategies (id) on delete cascade,
    key           text not null check (key in ('opening', 'arguments', 'next', 'language', 'plan', 'objections')),
    position      integer not null check (position >= 0),
    source        text not null check (source in ('model', 'remote', 'playbook')),
    model         text check (model is null or json_valid(model) and length(model) <= 2048),
    body          blob not null, -- sealed
    removed       blob,          -- sealed
    generation_id text references generations (id) on delete set null,
    at_ms         integer not null,
    primary key (strategy_id, key),
    check ((source = 'playbook') = (model is null))
) strict;
create index strategy_sections_generation on strategy_sections (generation_id);

create table feedback (
    id            text primary key check (length(id) = 36),
    owner_id      text not null references users (id) on delete restrict,
    session_id    text references sessions (id) on delete cascade,
    strategy_id   text references strategies (id) on delete cascade,
    kind          text not null check (kind in ('rating', 'correction', 'comment', 'bug_report')),
    rating        integer check (rating between 1 and 5),
    effectiveness text check (effectiveness in ('helped', 'neutral', 'hurt')),
    comments      blob, -- sealed
    created_ms    integer not null,
    check (kind <> 'rating' or rating is not null)
) strict;
create index feedback_session on feedback (session_id, created_ms);
create index feedback_owner on feedback (owner_id, created_ms, id);
create index feedback_strategy on feedback (strategy_id);

create table consents (
    id           text primary key check (length(id) = 36),
    client_id    text not null references clients (id) on delete cascade,
    session_id   text references sessions (id) on delete set null,
    purpose      text not null check (purpose in ('advice', 'profiling', 'contact', 'remote', 'learning')),
    legal_basis  text not null check (length(legal_basis) between 1 and 200),
    text_version text not null check (length(text_version) between 1 and 100),
    lang         text not null check (lang in ('pl', 'en')),
    channel      text not null check (length(channel) between 1 and 40),
    given_ms     integer not null,
    given_by     text references users (id) on delete set null,
    withdrawn_ms integer check (withdrawn_ms >= given_ms),
    withdrawn_by text references users (id) on delete set null
) strict;
create index consents_client on consents (client_id, purpose, given_ms);
create index consents_session on consents (session_id);

-- Knowledge. `body` is the row as the rules read it; the other columns are copies that SQL may ask
-- for, held equal to it by checks. Numbers live in `facts` only.

create table facts (
    id         text primary key check (length(id) between 1 and 100),
    about      text not null check (about = json_extract(body, '$.about')),
    value      text not null check (value = body -> '$.value'),
    unit       text not null check (unit = json_extract(body, '$.unit')),
    source     text not null check (source = json_extract(body, '$.source')),
    as_of      text not null check (as_of = json_extract(body, '$.as_of')),
    valid_from text not null check (valid_from = json_extract(body, '$.valid_from')),
    valid_to   text check (valid_to is json_extract(body, '$.valid_to')),
    review_by  text not null check (review_by = json_extract(body, '$.review_by')),
    confidence text not null check (confidence in ('H', 'M', 'L') and confidence = json_extract(body, '$.confidence')),
    body       text not null check (json_valid(body) and length(body) <= 16384 and json_extract(body, '$.id') = id),
    created_ms integer not null,
    updated_ms integer not null
) strict;
create index facts_about on facts (about);

create table archetypes (
    id         text primary key check (id in ('status_achiever', 'family_guardian', 'pragmatic_analyst',
        'eco_enthusiast', 'tech_pioneer', 'technical_skeptic', 'premium_loyalist', 'deal_hunter',
        'undecided_explorer', 'performance_enthusiast')),
    position   integer not null unique,
    name       text not null check (name = json_extract(body, '$.name.pl')),
    traits     text not null check (traits = json_extract(body, '$.traits')),
    strategies text not null check (strategies = json_extract(body, '$.strategies')),
    body       text not null check (json_valid(body) and length(body) <= 262144 and json_extract(body, '$.id') = id),
    created_ms integer not null,
    updated_ms integer not null
) strict;

-- How to speak while there is not enough data: one row, of no archetype.
create table undecided_approach (
    id         integer primary key check (id = 1),
    body       text not null check (json_valid(body) and length(body) <= 262144),
    created_ms integer not null,
    updated_ms integer not null
) strict;

create table objections (
    id         text primary key check (length(id) between 1 and 100),
    position   integer not null unique,
    category   text not null check (category in ('money', 'range_and_charging', 'technology_and_trust',
        'comparison', 'decision', 'brand') and category = json_extract(body, '$.group')),
    content    text not null check (content = json_extract(body, '$.name.pl')),
    response   text not null check (response = json_extract(body, '$.say.pl')),
    body       text not null check (json_valid(body) and length(body) <= 262144 and json_extract(body, '$.id') = id),
    created_ms integer not null,
    updated_ms integer not null
) strict;

create table playbooks (
    id         text primary key check (length(id) between 1 and 100),
    position   integer not null unique,
    title      text not null check (title = json_extract(body, '$.title.pl')),
    content    text not null check (content = json_extract(body, '$.steps')),
    archetype  text not null check (archetype = json_extract(body, '$.archetypes')),
    body       text not null check (json_valid(body) and length(body) <= 262144 and json_extract(body, '$.id') = id),
    created_ms integer not null,
    updated_ms integer not null
) strict;

create table arguments (
    id         text primary key check (length(id) between 1 and 100),
    position   integer not null unique,
    title      text not null check (title = json_extract(body, '$.title.pl')),
    body       text not null check (json_valid(body) and length(body) <= 65536 and json_extract(body, '$.id') = id),
    created_ms integer not null,
    updated_ms integer not null
) strict;

create table questions (
    id         text primary key check (length(id) between 1 and 100),
    position   integer not null unique,
    text       text not null check (text = json_extract(body, '$.text.pl')),
    body       text not null check (json_valid(body) and length(body) <= 65536 and json_extract(body, '$.id') = id),
    created_ms integer not null,
    updated_ms integer not null
) strict;

create table signals (
    id         text primary key check (length(id) between 1 and 100),
    position   integer not null unique,
    name       text not null check (name = json_extract(body, '$.name.pl')),
    body       text not null check (json_valid(body) and length(body) <= 65536 and json_extract(body, '$.id') = id),
    created_ms integer not null,
    updated_ms integer not null
) strict;

create table tesla_models (
    id                text primary key check (length(id) between 1 and 100),
    position          integer not null unique,
    model_name        text not null check (model_name = json_extract(body, '$.model_name')),
    variant           text not null check (variant = json_extract(body, '$.variant')),
    price_fact        text references facts (id) on delete restrict check (price_fact is json_extract(body, '$.price_fact')),
    range_fact        text references facts (id) on delete restrict check (range_fact is json_extract(body, '$.range_fact')),
    acceleration_fact text references facts (id) on delete restrict check (acceleration_fact is json_extract(body, '$.acceleration_fact')),
    features          text not null check (features = json_extract(body, '$.features')),
    availability      text not null check (availability in ('order', 'stock_only', 'unknown')
        and availability = json_extract(body, '$.availability')),
    body              text not null check (json_valid(body) and length(body) <= 65536 and json_extract(body, '$.id') = id),
    created_ms        integer not null,
    updated_ms        integer not null
) strict;

create table competitors (
    id             text primary key check (length(id) between 1 and 100),
    position       integer not null unique,
    brand          text not null check (brand = json_extract(body, '$.brand')),
    model          text not null check (model = json_extract(body, '$.model')),
    price_fact     text references facts (id) on delete restrict check (price_fact is json_extract(body, '$.price_fact')),
    range_fact     text references facts (id) on delete restrict check (range_fact is json_extract(body, '$.range_fact')),
    strengths      text not null check (strengths = json_extract(body, '$.strengths')),
    weaknesses     text not null check (weaknesses = json_extract(body, '$.weaknesses')),
    our_advantages text not null check (our_advantages = json_extract(body, '$.our_advantages')),
    body           text not null check (json_valid(body) and length(body) <= 65536 and json_extract(body, '$.id') = id),
    created_ms     integer not null,
    updated_ms     integer not null
) strict;

create table promotions (
    id              text primary key check (length(id) between 1 and 100),
    position        integer not null unique,
    title           text not null check (title = json_extract(body, '$.title.pl')),
    amount_fact     text not null references facts (id) on delete restrict check (amount_fact = json_extract(body, '$.amount_fact')),
    lowest_30d_fact text references facts (id) on delete restrict check (lowest_30d_fact is json_extract(body, '$.lowest_30d_fact')),
    body            text not null check (json_valid(body) and length(body) <= 65536 and json_extract(body, '$.id') = id),
    created_ms      integer not null,
    updated_ms      integer not null
) strict;

-- Every change of the knowledge; the highest revision is the knowledge's.
create table knowledge_log (
    rev        integer primary key check (rev >= 1),
    at_ms      integer not null,
    actor_id   text references users (id) on delete set null,
    table_name text not null check (length(table_name) between 1 and 40),
    row_id     text not null check (length(row_id) between 1 and 100),
    before     text check (before is null or json_valid(before)),
    after      text check (after is null or json_valid(after)),
    -- The change that this one takes back.
    undoes     integer references knowledge_log (rev) on delete restrict
) strict;
create index knowledge_log_row on knowledge_log (table_name, row_id, rev);

-- Audit: append-only. `details` and `subject` alone may be emptied, when the subject is erased; the
-- chain holds only the commitment to the details.

create table audit (
    seq        integer primary key check (seq >= 1),
    at_ms      integer not null,
    actor      blob not null check (length(actor) = 16),
    role       text check (role in ('seller', 'manager', 'admin', 'auditor', 'privacy')),
    action     text not null check (length(action) between 1 and 60),
    object     blob not null check (length(object) = 16),
    outcome    text not null check (length(outcome) between 1 and 60),
    commitment blob not null check (length(commitment) = 32),
    hash       blob not null check (length(hash) = 32),
    subject    text check (length(subject) between 1 and 60),
    details    blob -- sealed
) strict;
create index audit_object on audit (object, seq);
create index audit_actor on audit (actor, seq);
create index audit_subject on audit (subject);

create table audit_checkpoints (
    seq       integer primary key check (seq >= 1),
    at_ms     integer not null,
    hash      blob not null check (length(hash) = 32),
    tag       blob not null check (length(tag) between 32 and 64)
) strict;

create trigger audit_is_append_only_update before update on audit
when new.seq is not old.seq or new.at_ms is not old.at_ms or new.actor is not old.actor
    or new.role is not old.role or new.action is not old.action or new.object is not old.object
    or new.outcome is not old.outcome or new.commitment is not old.commitment
    or new.hash is not old.hash or new.details is not null or new.subject is not null
begin select raise(abort, 'audit is append-only'); end;
create trigger audit_is_append_only_delete before delete on audit
begin select raise(abort, 'audit is append-only'); end;
create trigger audit_checkpoints_stand_update before update on audit_checkpoints
begin select raise(abort, 'audit checkpoints stand'); end;
create trigger audit_checkpoints_stand_delete before delete on audit_checkpoints
begin select raise(abort, 'audit checkpoints stand'); end;
