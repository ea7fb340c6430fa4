-- The tablet in the client's hands: a PIN by which its seller takes it back, and which visit's
-- client screen a sign-in is held to meanwhile.

-- Argon2id as a PHC string; null until the person chose one.
alter table users add column pin text check (length(pin) between 1 and 300);

-- With the visit goes the sign-in that was held to it: better signed out than let loose.
alter table logins add column shows text references sessions (id) on delete cascade;
create index logins_shows on logins (shows) where shows is not null;
