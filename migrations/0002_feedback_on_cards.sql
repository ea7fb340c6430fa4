-- What a seller did with a card is feedback of a kind of its own, and names the card. Until now it
-- was kept as a comment without words, and the card was lost.

create table feedback_with_cards (
    id            text primary key check (length(id) = 36),
    owner_id      text not null references users (id) on delete restrict,
    session_id    text references sessions (id) on delete cascade,
    strategy_id   text references strategies (id) on delete cascade,
    -- The stored suggestion that showed the card; null where it was not noted.
    card_id       text references conversations (id) on delete cascade,
    kind          text not null check (kind in ('rating', 'correction', 'comment', 'bug_report', 'card')),
    rating        integer check (rating between 1 and 5),
    effectiveness text check (effectiveness in ('helped', 'neutral', 'hurt')),
    comments      blob, -- sealed
    created_ms    integer not null,
    check (kind <> 'rating' or rating is not null),
    check (kind <> 'card' or effectiveness is not null and session_id is not null),
    check (card_id is null or kind = 'card')
) strict;

insert into feedback_with_cards (id, owner_id, session_id, strategy_id, kind, rating, effectiveness,
    comments, created_ms)
select id, owner_id, session_id, strategy_id,
    case when kind = 'comment' and comments is null and effectiveness is not null
            and session_id is not null
        then 'card' else kind end,
    rating, effectiveness, comments, created_ms
from feedback;

drop table feedback;
alter table feedback_with_cards rename to feedback;
create index feedback_session on feedback (session_id, created_ms);
create index feedback_owner on feedback (owner_id, created_ms, id);
create index feedback_strategy on feedback (strategy_id);
create index feedback_card on feedback (card_id);
