-- Conclave's tables and functions, version 6. Runs in one transaction, with a search_path of this schema alone.
--
-- A key is the UTF-8 of namespace, kind and full name, so that no two names meet; a lock is the first 64 bits of a key's SHA-256.
-- Whoever changes what a key has holds the transaction's advisory lock of it; several are taken in ascending order.
-- What ends with a session is UNLOGGED: a crash of the server ends all sessions, and empties these tables.

create table version (number int not null);
insert into version values (6);

-- Fencing tokens, tickets of queues and revisions of groups, all from one sequence. See attach().
create sequence fence;
create unlogged table server_run (started timestamptz not null, swept timestamptz) with (fillfactor = 10);

-- A session lives while its row stands, is not ended, and its connection holds the advisory lock of its id.
create unlogged table sessions (
    id bigint primary key,
    namespace bytea not null,
    member bytea not null,
    incarnation text not null,
    listener bigint not null,
    ttl_millis bigint not null,
    gone_at timestamptz,
    ended boolean not null default false
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);

-- Connections that LISTEN; each lives while it holds the shared advisory lock of its id.
create unlogged table listeners (id bigint primary key);
create unlogged table watches (subject bigint, listener bigint, primary key (subject, listener));

-- A name with one exclusive holder and nobody else has its row here and nothing more. As soon as somebody waits or shares, the
-- session here is null, and all are in the queue. A claim does not lock its session, which would cost each of them: where another
-- connection ends the session just then, a row may stay, here or in the queue, of a session that is not there. It stands for nothing,
-- and the next who asks for the name removes it.
create unlogged table heads (
    key bytea primary key,
    session bigint,
    seq bigint,
    token bigint,
    since timestamptz,
    payload bytea
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0);

-- Those who hold (with a token) and those who wait (without).
create unlogged table queue (
    key bytea,
    ticket bigint,
    session bigint not null,
    seq bigint not null,
    shared boolean not null,
    token bigint,
    since timestamptz,
    payload bytea not null,
    primary key (key, ticket),
    unique (session, seq)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0);

create table groups (key bytea primary key);
create unlogged table rosters (
    key bytea primary key,
    revision bigint not null,
    history bigint not null, -- changes after this revision are remembered
    departed int not null default 0 -- how many departures are remembered
) with (fillfactor = 50);
create unlogged table enrolments (
    key bytea,
    member bytea,
    incarnation text not null,
    session bigint not null,
    seq bigint not null,
    capabilities bytea not null,
    edition bigint not null,
    joined timestamptz not null,
    updated timestamptz not null,
    revision bigint not null,
    primary key (key, member)
);
create index on enrolments (key, revision);
create index on enrolments (session, seq);
create unlogged table departures (
    key bytea,
    revision bigint,
    member bytea not null,
    incarnation text not null,
    seq bigint not null,
    primary key (key, revision)
);

-- All that hangs on living sessions.
create view standing as
    select c.key, s.member, s.incarnation, s.ttl_millis, c.seq, c.shared, c.token, c.payload, c.ticket,
        (extract(epoch from c.since) * 1000000)::bigint as since
    from (
        select key, session, seq, false as shared, token, since, payload, 0 as ticket from heads where session is not null
        union all
        select key, session, seq, shared, token, since, payload, ticket from queue
    ) c join sessions s on s.id = c.session and not s.ended;

create function lock_of(key bytea) returns bigint language sql immutable as
    $$ select ('x' || encode(substr(sha256(key), 1, 8), 'hex'))::bit(64)::bigint $$;

-- Here and below, what looks into a table is not in language sql: that would be parsed and planned at each call.
create function is_bound(who bigint) returns boolean language plpgsql stable as $$
begin
    return current_setting('conclave.session', true) = who::text
        and exists (select from sessions where id = who and not ended);
end $$;

create function signal(listener bigint, address text) returns void language sql as
    $$ select pg_notify('conclave_' || to_hex(listener), address) $$;

create function signal_watchers(what bigint) returns void language plpgsql as $$
begin
    perform signal(w.listener, 'w' || to_hex(w.subject)) from watches w where w.subject = what;
end $$;

-- Called on each new connection. The sequence may go back: by a crash (it is logged, but commits do not wait for the disk), with an
-- older backup, with a new schema. Each of these needs a start of the server or an empty server_run, and then the sequence begins
-- anew above all that it can have given: above the clock in microseconds, since it counts slower than that, and above itself.
create function attach() returns void language plpgsql as $$
begin
    if exists (select from server_run where started = pg_postmaster_start_time()) then
        return;
    end if;
    perform pg_advisory_xact_lock(lock_of('attach'));
    if exists (select from server_run where started = pg_postmaster_start_time()) then
        return;
    end if;
    perform set_config('synchronous_commit', 'on', true);
    perform setval('fence', greatest(
        (select last_value from fence) + 1000000, (extract(epoch from clock_timestamp()) * 1000000)::bigint));
    delete from server_run;
    insert into server_run values (pg_postmaster_start_time());
end $$;

-- Binds a session to this connection. A session that ever was is not opened again.
create function open_session(
    who bigint, namespace bytea, member bytea, incarnation text, listener bigint, ttl_millis bigint)
returns boolean language plpgsql as $$
begin
    if not pg_try_advisory_lock(who) then
        return false;
    end if;
    insert into sessions values (who, namespace, member, incarnation, listener, ttl_millis) on conflict do nothing;
    if not found then
        perform pg_advisory_unlock(who);
        return false;
    end if;
    perform set_config('conclave.session', who::text, false);
    -- A member that falls silent ends after a time-to-live, not before: its own belief counts from its last statement.
    perform set_config('idle_session_timeout', ttl_millis::text, false);
    perform set_config('tcp_user_timeout', ttl_millis::text, false);
    perform set_config('tcp_keepalives_idle', (ttl_millis / 1000 + 1)::text, false);
    perform set_config('tcp_keepalives_interval', '1', false);
    perform set_config('tcp_keepalives_count', '3', false);
    return true;
end $$;

-- To be called when something was removed from a name that has a queue: removes the dead at its front, grants the name to the living
-- whose turn it now is and tells them their tokens, and removes the name if nobody is left. Who is not reached finds its grant when it
-- looks, as if the reply to its claim had been lost. Whose connection is gone is granted nothing, and stands in the way until a sweep
-- clears it away. Who knows that nobody stands at or before a ticket says so: the index still has what was deleted there, until it is
-- vacuumed, and to step over it would make each hand-over slower than the one before.
create function settle(name bytea, beyond bigint default 0) returns void language plpgsql as $$
declare
    next record;
    first boolean := true;
    granted bigint;
    reached bigint := beyond;
begin
    loop
        -- One at a time: mostly there is one, and a loop over the rows would fetch ten.
        select q.ticket, q.session, q.seq, q.shared, q.token, s.id as living, s.listener, s.gone_at into next
            from queue q left join sessions s on s.id = q.session and not s.ended
            where q.key = name and q.ticket > reached order by q.ticket limit 1;
        exit when not found;
        reached := next.ticket;
        if next.living is null then
            delete from queue where key = name and ticket = next.ticket;
            continue;
        end if;
        if next.token is null and (next.shared or first) and next.gone_at is null
            and (case when next.session::text = current_setting('conclave.session', true) then true
                else not pg_try_advisory_xact_lock_shared(next.session) end) then
            update queue set token = nextval('fence'), since = clock_timestamp()
                where key = name and ticket = next.ticket returning token into granted;
            perform pg_notify('conclave_' || to_hex(next.listener),
                'r' || to_hex(next.session) || ':' || next.seq || '=' || granted);
        end if;
        first := false;
        if not next.shared then
            return;
        end if;
    end loop;
    if first then
        delete from heads where key = name;
    end if;
end $$;

-- By a request that removed what was in the way of others too, who are not told of it by whoever clears the rest away.
create function settle_others(name bytea) returns void language plpgsql as $$
begin
    perform settle(name);
    perform signal_watchers(lock_of(name));
end $$;

-- A request that finds its name taken, or that wants to share it. Returns the token, 0 to wait, or -1 for busy.
create function claim_among(me bigint, name bytea, number bigint, sharing boolean, queueing boolean, content bytea)
returns bigint language plpgsql as $$
declare
    head heads%rowtype;
    mine queue%rowtype;
    ahead record;
    fresh boolean;
    cleared boolean := false;
begin
    loop
        select * into head from heads where key = name;
        if not found then
            if not sharing then
                insert into heads values (name, me, number, nextval('fence'), clock_timestamp(), content)
                    returning token into head.token;
                return head.token;
            end if;
            insert into heads (key) values (name);
        elsif head.session is not null then
            if head.session = me and head.seq = number then
                return head.token;
            end if;
            if not exists (select from sessions where id = head.session and not ended) then
                delete from heads where key = name and session = head.session and seq = head.seq;
                continue;
            end if;
            if not queueing then
                return -1;
            end if;
            update heads set session = null, seq = null, token = null, since = null, payload = null
                where key = name and session = head.session and seq = head.seq;
            continue when not found; -- its session was cleared away meanwhile
            insert into queue values (name, nextval('fence'), head.session, head.seq, false, head.token, head.since, head.payload);
        end if;
        exit;
    end loop;

    if queueing and not sharing then
        -- The usual case by itself, in one statement: a new request, and somebody alive is in its way.
        insert into queue select name, nextval('fence'), me, number, false, null, null, content
            from (select s.id as living from queue q left join sessions s on s.id = q.session and not s.ended
                where q.key = name order by q.ticket desc limit 1) last
            where last.living is not null
            on conflict (session, seq) do nothing;
        if found then
            return 0;
        end if;
    end if;

    select * into mine from queue where session = me and seq = number;
    fresh := not found;
    if mine.token is not null then
        return mine.token;
    end if;
    loop
        -- From behind: what the index still has of the deleted is at the front.
        select q.ticket, s.id as living into ahead
            from queue q left join sessions s on s.id = q.session and not s.ended
            where q.key = name and q.ticket < coalesce(mine.ticket, 9223372036854775807) and not (sharing and q.shared)
            order by q.ticket desc limit 1;
        exit when not found;
        if ahead.living is null then
            delete from queue where key = name and ticket = ahead.ticket;
            cleared := true;
            continue;
        end if;
        if not queueing then
            if not fresh then
                delete from queue where key = name and ticket = mine.ticket;
            end if;
            if cleared or not fresh then
                perform settle_others(name);
            end if;
            return -1;
        end if;
        if fresh then
            insert into queue values (name, nextval('fence'), me, number, sharing, null, null, content);
        end if;
        if cleared then
            perform settle_others(name);
        end if;
        return 0;
    end loop;

    if fresh then
        insert into queue values
            (name, nextval('fence'), me, number, sharing, nextval('fence'), clock_timestamp(), content) returning * into mine;
    else
        update queue set token = nextval('fence'), since = clock_timestamp()
            where key = name and ticket = mine.ticket returning * into mine;
    end if;
    if cleared then
        perform settle_others(name);
    end if;
    return mine.token;
end $$;

-- Gives up what is in a queue: 0 nothing, 1 waiting, 2 held.
create function release_among(name bytea, who bigint, number bigint) returns bigint language plpgsql as $$
declare
    mine queue%rowtype;
begin
    delete from queue where session = who and seq = number and key = name returning * into mine;
    if not found then
        return 0;
    end if;
    -- Nobody is before one who had it for itself.
    perform settle(name, case when mine.token is not null and not mine.shared then mine.ticket else 0 end);
    return case when mine.token is not null then 2 else 1 end;
end $$;

-- A claim alone in its round trip; results as in steps(). The lock is that of the name, and what its watchers have registered.
create function claim(me bigint, lock bigint, name bytea, number bigint, flags bigint, content bytea) returns bigint
language plpgsql as $$
declare
    granted bigint;
    watched boolean;
    ignored text;
begin
    ignored := pg_advisory_xact_lock(lock);
    if flags & 1 = 0 and current_setting('conclave.session', true) = me::text then
        -- Most find the name free: one statement then, since each costs as much as what it does.
        insert into heads select name, me, number, nextval('fence'), clock_timestamp(), content
            from sessions where id = me and not ended
            on conflict (key) do nothing returning token, exists (select from watches) into granted, watched;
    end if;
    if granted is null then
        if not is_bound(me) then
            return null;
        end if;
        granted := claim_among(me, name, number, flags & 1 = 1, flags & 2 = 2, content);
        watched := granted > 0 and exists (select from watches);
    end if;
    if watched then
        perform signal_watchers(lock);
    end if;
    return granted;
end $$;

-- A release alone in its round trip, likewise.
create function release(lock bigint, name bytea, who bigint, number bigint) returns bigint language plpgsql as $$
declare
    released bigint := 2;
    watched boolean;
    ignored text;
begin
    ignored := pg_advisory_xact_lock(lock);
    delete from heads where key = name and session = who and seq = number
        returning exists (select from watches) into watched;
    if not found then
        released := release_among(name, who, number);
        watched := released > 0 and exists (select from watches);
    end if;
    if watched then
        perform signal_watchers(lock);
    end if;
    return released;
end $$;

-- Claims and releases of many threads in one round trip. locks: those of all keys, ascending. Flags: 1 shared, 2 queue.
-- Results in the order of the requests. Claims: as claim_among, null without a session; releases: 0 nothing, 1 waiting, 2 held.
create function steps(
    me bigint, locks bigint[],
    c_key bytea[], c_seq bigint[], c_flags bigint[], c_payload bytea[],
    r_key bytea[], r_session bigint[], r_seq bigint[],
    out claimed bigint[], out released bigint[])
language plpgsql as $$
declare
    claims int := cardinality(c_key);
    releases int := cardinality(r_key);
    quick bigint[] := '{}';
    tokens bigint[] := '{}';
    place int;
    granted bigint;
    ignored text;
begin
    foreach granted in array locks loop
        ignored := pg_advisory_xact_lock(granted);
    end loop;

    if releases > 0 then
        with gone as (
            delete from heads h using unnest(r_key, r_session, r_seq) with ordinality r (key, session, seq, place)
            where h.key = r.key and h.session = r.session and h.seq = r.seq
            returning r.place)
        select coalesce(array_agg(g.place), '{}') into quick from gone g;
        released := array_fill(2::bigint, array[releases]);
        if cardinality(quick) < releases then
            for place in 1 .. releases loop
                if not place = any (quick) then
                    released[place] := release_among(r_key[place], r_session[place], r_seq[place]);
                end if;
            end loop;
        end if;
    end if;

    if claims > 0 then
        claimed := array_fill(null::bigint, array[claims]);
        if current_setting('conclave.session', true) = me::text
            and exists (select from sessions where id = me and not ended) then
            with granted as (
                insert into heads
                select c.key, me, c.seq, nextval('fence'), clock_timestamp(), c.payload
                from unnest(c_key, c_seq, c_flags, c_payload) c (key, seq, flags, payload)
                where c.flags & 1 = 0
                on conflict (key) do nothing
                returning seq, token)
            select coalesce(array_agg(g.seq), '{}'), coalesce(array_agg(g.token), '{}') into quick, tokens
                from granted g;
            if quick = c_seq then
                claimed := tokens;
            else
                for place in 1 .. claims loop
                    claimed[place] := tokens[array_position(quick, c_seq[place])];
                end loop;
            end if;
            if array_position(claimed, null) is not null then
                for place in 1 .. claims loop
                    if claimed[place] is null then
                        claimed[place] := claim_among(me, c_key[place], c_seq[place],
                            c_flags[place] & 1 = 1, c_flags[place] & 2 = 2, c_payload[place]);
                    end if;
                end loop;
            end if;
        end if;
    end if;

    if exists (select from watches) then
        perform signal_watchers(lock_of(changed.key)) from (
            select unnest(r_key) as key, unnest(released) > 0 as really
            union select unnest(c_key), unnest(claimed) > 0) changed
        where changed.really;
    end if;
end $$;

create function break_claim(name bytea, expected bigint) returns boolean language plpgsql as $$
declare
    loser bigint;
begin
    perform pg_advisory_xact_lock(lock_of(name));
    delete from heads where key = name and token = expected returning session into loser;
    if not found then
        delete from queue where key = name and token = expected returning session into loser;
        if not found then
            return false;
        end if;
        perform settle(name);
    end if;
    perform signal_watchers(lock_of(name));
    perform signal(listener, 's' || to_hex(id)) from sessions where id = loser and not ended;
    return found;
end $$;

-- What of the given a session does not have; null if it does not live here.
create function renew(
    me bigint, c_key bytea[], c_seq bigint[], e_key bytea[], e_seq bigint[], out lost_claims bigint[], out lost_enrolments bigint[])
language plpgsql as $$
begin
    if not is_bound(me) then
        return;
    end if;
    -- With an offset, each is looked up by its key. A join would be planned for the few that an array is expected to have, by statistics of
    -- when the tables were small, and compare each with all: seconds for ten thousand.
    select coalesce(array_agg(c.seq), '{}') into lost_claims from unnest(c_key, c_seq) c (key, seq)
        where not exists (select from heads h where h.key = c.key and h.session = me and h.seq = c.seq offset 0)
        and not exists (select from queue q where q.session = me and q.seq = c.seq and q.token is not null offset 0);
    select coalesce(array_agg(c.seq), '{}') into lost_enrolments from unnest(e_key, e_seq) c (key, seq)
        where not exists (select from enrolments e where e.session = me and e.seq = c.seq and e.key = c.key offset 0);
end $$;

create function change_roster(name bytea) returns bigint language plpgsql as $$
declare
    now_at bigint := nextval('fence');
begin
    insert into rosters values (name, now_at, now_at) on conflict (key) do update set revision = now_at;
    perform signal_watchers(lock_of(name));
    return now_at;
end $$;

create function depart(name bytea, who bigint) returns void language plpgsql as $$
declare
    now_at bigint := change_roster(name);
    oldest bigint;
begin
    with gone as (delete from enrolments where key = name and session = who returning *)
    insert into departures select key, now_at, member, incarnation, seq from gone;
    update rosters set departed = departed + 1 where key = name;
    if (select departed from rosters where key = name) > 2000 then
        select revision into oldest from departures where key = name order by revision desc offset 1000 limit 1;
        delete from departures where key = name and revision <= oldest;
        update rosters set history = greatest(history, oldest), departed = 1000 where key = name;
    end if;
end $$;

-- Ends a session and clears away what it leaves, some of it at a time: within a statement's time-out, and with few enough locks. False
-- if there is more to clear, which another call does.
create function end_session(who bigint) returns boolean language plpgsql as $$
declare
    name bytea;
    alone bytea[];
    names bytea[];
    teams bytea[];
    owner bigint;
begin
    update sessions set ended = true where id = who and not ended returning listener into owner;
    if owner is not null and current_setting('conclave.session', true) is distinct from who::text then
        perform signal(owner, 's' || to_hex(who));
    end if;
    select coalesce(array_agg(key), '{}') into teams from (select key from enrolments where session = who limit 200) e;
    select coalesce(array_agg(key), '{}') into alone from (select key from heads where session = who limit 500) h;
    select coalesce(array_agg(distinct key), '{}') into names from (select key from queue where session = who limit 200) q;
    perform pg_advisory_xact_lock(l)
        from (select distinct lock_of(k) as l from unnest(alone || names || teams) k order by 1) locks;
    for name in select key from enrolments where session = who and key = any (teams) loop
        perform depart(name, who);
    end loop;
    for name in with freed as (delete from heads where session = who and key = any (alone) returning key) select key from freed loop
        perform signal_watchers(lock_of(name));
    end loop;
    delete from queue where session = who and key = any (names);
    foreach name in array names loop
        perform settle(name);
        perform signal_watchers(lock_of(name));
    end loop;
    if cardinality(alone) = 500 or exists (select from queue where session = who)
        or exists (select from enrolments where session = who) then
        return false;
    end if;
    delete from sessions where id = who;
    return true;
end $$;

-- Finds sessions whose connection is gone, and clears them away after a pause: their owners are signalled first, so that one whose
-- connection only the server has lost stops believing before anybody else is let in. All members together look at most every 150 ms, and
-- each look finds some of the dead: it locks each until its end.
-- Returns 0 if nobody is dead, 1 if somebody is to be cleared away after the pause, 2 if there is more to clear now.
create function sweep(pause_millis bigint) returns int language plpgsql as $$
declare
    pause interval := make_interval(secs => pause_millis / 1000.0);
    suspect record;
    deaf bigint[];
    forgotten int;
    who bigint;
begin
    if not pg_try_advisory_xact_lock(lock_of('sweep')) then
        return 0;
    end if;
    update server_run set swept = clock_timestamp()
        where swept is null or not swept between clock_timestamp() - interval '150 ms' and clock_timestamp();
    if found then
        for suspect in
            select id, listener from sessions
            where gone_at is null and not ended
            and case when id::text = current_setting('conclave.session', true) then false
                else pg_try_advisory_xact_lock_shared(id) end
            limit 500
        loop
            update sessions set gone_at = clock_timestamp() where id = suspect.id;
            perform signal(suspect.listener, 's' || to_hex(suspect.id));
        end loop;
        select array_agg(id) into deaf from (
            select id from listeners where pg_try_advisory_xact_lock(id) limit 500) l;
        if deaf is not null then
            with some_of as materialized (select subject, listener from watches where listener = any (deaf) limit 2000)
            delete from watches w using some_of s where w.subject = s.subject and w.listener = s.listener;
            get diagnostics forgotten = row_count;
            if forgotten < 2000 then
                delete from listeners where id = any (deaf);
            end if;
        end if;
    end if;
    select id into who from sessions where ended or gone_at < clock_timestamp() - pause limit 1;
    if found then
        perform end_session(who);
    end if;
    return case
        when exists (select from sessions where ended or gone_at < clock_timestamp() - pause) then 2
        when exists (select from sessions where gone_at is not null) then 1
        else 0 end;
end $$;

-- On the session's own connection, which may then carry another one.
create function close_session(who bigint) returns boolean language plpgsql as $$
begin
    if not end_session(who) then
        return false;
    end if;
    if current_setting('conclave.session', true) = who::text then
        perform pg_advisory_unlock(who);
        perform set_config('conclave.session', '', false);
        perform set_config('idle_session_timeout', '0', false);
    end if;
    return true;
end $$;

-- By the coordinator of a listener that holds the shared advisory lock of its id. Under the lock of what is watched: a step under way
-- that found no watcher has committed then, and is seen by who looks next.
create function watch(what bigint, me bigint) returns void language plpgsql as $$
begin
    perform pg_advisory_xact_lock(what);
    insert into listeners values (me) on conflict do nothing;
    insert into watches values (what, me) on conflict do nothing;
end $$;

create function create_group(name bytea, all_groups bigint) returns boolean language plpgsql as $$
begin
    perform pg_advisory_xact_lock(lock_of(name));
    insert into groups values (name) on conflict do nothing;
    if not found then
        return false;
    end if;
    perform set_config('synchronous_commit', 'on', true);
    perform change_roster(name);
    perform signal_watchers(all_groups);
    return true;
end $$;

-- 0 deleted, 1 no group, 2 not empty.
create function delete_group(name bytea, all_groups bigint) returns int language plpgsql as $$
begin
    perform pg_advisory_xact_lock(lock_of(name));
    if exists (select from enrolments e join sessions s on s.id = e.session and not s.ended where e.key = name) then
        return 2;
    end if;
    delete from groups where key = name;
    if not found then
        return 1;
    end if;
    perform set_config('synchronous_commit', 'on', true);
    delete from enrolments where key = name;
    delete from departures where key = name;
    delete from rosters where key = name;
    perform signal_watchers(lock_of(name));
    perform signal_watchers(all_groups);
    return 0;
end $$;

-- 0 enrolled, 1 taken, 2 no group, 3 no session.
create function enrol(
    me bigint, name bytea, number bigint, content bytea, creating boolean, taking_over boolean, all_groups bigint)
returns int language plpgsql as $$
declare
    present record;
    self sessions%rowtype;
    now_at timestamptz;
begin
    -- Locked, and before the name as in end_session: a session that ends meanwhile would leave its member in the group for good.
    select * into self from sessions where id = me and not ended for share;
    if not found or current_setting('conclave.session', true) is distinct from me::text then
        return 3;
    end if;
    perform pg_advisory_xact_lock(lock_of(name));
    if not exists (select from groups where key = name) then
        if not creating then
            return 2;
        end if;
        insert into groups values (name);
        perform set_config('synchronous_commit', 'on', true);
        perform signal_watchers(all_groups);
    end if;
    select e.session, e.seq, s.id as living, s.listener into present
        from enrolments e left join sessions s on s.id = e.session and not s.ended
        where e.key = name and e.member = self.member;
    if found then
        if present.session = me and present.seq >= number then
            return 0;
        end if;
        if present.session <> me and present.living is not null and not taking_over then
            return 1;
        end if;
        perform depart(name, present.session);
        if present.session <> me and present.living is not null then
            perform signal(present.listener, 's' || to_hex(present.session));
        end if;
    end if;
    now_at := clock_timestamp();
    insert into enrolments values
        (name, self.member, self.incarnation, me, number, content, 0, now_at, now_at, change_roster(name));
    return 0;
end $$;

create function amend(who bigint, name bytea, number bigint, change bigint, content bytea) returns boolean
language plpgsql as $$
declare
    present bigint;
begin
    perform pg_advisory_xact_lock(lock_of(name));
    select e.edition into present from enrolments e join sessions s on s.id = e.session and not s.ended
        where e.key = name and e.session = who and e.seq = number;
    if found and present < change then
        update enrolments
            set edition = change, capabilities = content, updated = clock_timestamp(), revision = change_roster(name)
            where key = name and session = who and seq = number;
        return true;
    end if;
    return present is not null;
end $$;

create function withdraw(who bigint, name bytea, number bigint) returns boolean language plpgsql as $$
begin
    perform pg_advisory_xact_lock(lock_of(name));
    if not exists (select from enrolments where key = name and session = who and seq = number) then
        return false;
    end if;
    perform depart(name, who);
    return true;
end $$;

-- First a row with the group's revision and, as edition, what follows: 0 nothing, 1 changes, 2 all, 3 all after a loss of history.
-- Then those who are listed, and those who left, without capabilities. No row at all: no such group.
create function roster(name bytea, known bigint)
returns table (revision bigint, edition bigint, member bytea, incarnation text, seq bigint, capabilities bytea, joined bigint,
    updated bigint)
language plpgsql as $$
begin
    if not exists (select from groups g where g.key = name) then
        return;
    end if;
    if not exists (select from rosters r where r.key = name) then
        perform pg_advisory_xact_lock(lock_of(name));
        perform change_roster(name); -- the first look after a crash of the server
    end if;
    return query
        with now_at as materialized (
            select r.revision, case when known < 0 then 2 when r.revision = known then 0
                when known < r.history or known > r.revision then 3 else 1 end::bigint as answer
            from rosters r where r.key = name)
        select n.revision, n.answer, null::bytea, null::text, null::bigint, null::bytea, null::bigint, null::bigint from now_at n
        union all
        select null, null, e.member, e.incarnation, e.seq, e.capabilities,
            (extract(epoch from e.joined) * 1000000)::bigint, (extract(epoch from e.updated) * 1000000)::bigint
        from now_at n, enrolments e
        where n.answer > 0 and e.key = name and e.revision > (case when n.answer = 1 then known else -1 end)
        union all
        select null, null, d.member, d.incarnation, d.seq, null, null, null
        from now_at n, departures d
        where n.answer = 1 and d.key = name and d.revision > known;
end $$;
