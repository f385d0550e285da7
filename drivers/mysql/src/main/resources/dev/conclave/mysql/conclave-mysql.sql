-- Conclave's tables and procedures, version 3, for MySQL 5.7.5 and newer and MariaDB. The version is written last: who finds none,
-- or an older one, does all of it again. Procedures, not functions: with a binary log, the latter are for administrators alone. Statements end at //.
--
-- A name is the UTF-8 of namespace, kind and full name, so that no two names meet. Whoever changes what a name has holds the row
-- of its mutex, which is the first 12 bits of its SHA-256; several are taken in ascending order.
-- Each step is one call and, where it changes something, one transaction: nothing is held between two requests.
create table if not exists conclave_version (number int not null) engine = InnoDB
//
create table if not exists conclave_mutexes (id smallint primary key) engine = InnoDB
//
insert ignore into conclave_mutexes
    select a.n * 256 + b.n * 16 + c.n
    from (select 0 n union select 1 union select 2 union select 3 union select 4 union select 5 union select 6 union select 7
        union select 8 union select 9 union select 10 union select 11 union select 12 union select 13 union select 14
        union select 15) a,
        (select 0 n union select 1 union select 2 union select 3 union select 4 union select 5 union select 6 union select 7
        union select 8 union select 9 union select 10 union select 11 union select 12 union select 13 union select 14
        union select 15) b,
        (select 0 n union select 1 union select 2 union select 3 union select 4 union select 5 union select 6 union select 7
        union select 8 union select 9 union select 10 union select 11 union select 12 union select 13 union select 14
        union select 15) c
//
-- Fencing tokens, tickets of queues and revisions of groups: base plus the server's own counter, below what is reserved.
-- See conclave_attach.
create table if not exists conclave_fence (
    id tinyint primary key, base bigint not null, reserved bigint not null) engine = InnoDB
//
insert ignore into conclave_fence values (1, 0, 0)
//
-- A session lives while its row stands, is not ended, and its connection holds the user-level lock conclave.s.<id>.
create table if not exists conclave_sessions (
    id binary(8) primary key,
    namespace varbinary(512) not null,
    member varbinary(512) not null,
    incarnation varbinary(64) not null,
    listener binary(8) not null,
    ttl_millis bigint not null,
    gone_at bigint,
    ended bool not null default 0
) engine = InnoDB
//
-- Connections that listen; each lives while it holds the user-level lock conclave.l.<id>.
create table if not exists conclave_listeners (id binary(8) primary key) engine = InnoDB
//
create table if not exists conclave_watches (
    subject binary(8), listener binary(8), primary key (subject, listener), index (listener)) engine = InnoDB
//
create table if not exists conclave_signals (
    id bigint auto_increment primary key, listener binary(8) not null, address varbinary(64) not null, index (listener)
) engine = InnoDB
//
-- A name with one exclusive holder and nobody else has its row here and nothing more. As soon as somebody waits or shares, the
-- session here is null, and all are in the queue.
create table if not exists conclave_heads (
    name varbinary(1027) primary key,
    session binary(8),
    seq bigint,
    token bigint,
    since bigint,
    payload mediumblob,
    index (session)
) engine = InnoDB row_format = dynamic
//
-- Those who hold (with a token) and those who wait (without).
create table if not exists conclave_queue (
    name varbinary(1027),
    ticket bigint,
    session binary(8) not null,
    seq bigint not null,
    shared bool not null,
    token bigint,
    since bigint,
    payload mediumblob not null,
    primary key (name, ticket),
    unique (session, seq)
) engine = InnoDB row_format = dynamic
//
create table if not exists conclave_groups (
    name varbinary(1027) primary key,
    revision bigint not null,
    history bigint not null, -- changes after this revision are remembered
    departed int not null default 0 -- how many departures are remembered
) engine = InnoDB row_format = dynamic
//
create table if not exists conclave_enrolments (
    name varbinary(1027),
    member varbinary(512),
    incarnation varbinary(64) not null,
    session binary(8) not null,
    seq bigint not null,
    capabilities mediumblob not null,
    edition bigint not null,
    joined bigint not null,
    updated bigint not null,
    revision bigint not null,
    primary key (name, member),
    index (session),
    index (name, revision)
) engine = InnoDB row_format = dynamic
//
create table if not exists conclave_departures (
    name varbinary(1027),
    revision bigint,
    member varbinary(512) not null,
    incarnation varbinary(64) not null,
    seq bigint not null,
    primary key (name, revision)
) engine = InnoDB row_format = dynamic
//
-- Called on each new connection, so before any step of it. The server's counter begins anew with each of its runs. So the base is
-- set such that what follows is above all that was reserved before, and above the clock in microseconds, since it counts slower
-- than that: the one holds over a crash with a clock set back, the other over an old backup or a new schema.
drop procedure if exists conclave_attach
//
create procedure conclave_attach(ear binary(8)) sql security invoker
begin
    declare above, counter bigint;
    declare exit handler for sqlexception begin rollback; resignal; end;
    do get_lock(concat('conclave.z.', lower(hex(ear))), 0);
    start transaction;
    select reserved into above from conclave_fence where id = 1 for update;
    set counter = cast(uuid_short() & 0xffffffffffffff as signed);
    set above = greatest(above, cast(unix_timestamp(sysdate(6)) * 1000000 as signed));
    update conclave_fence set base = above - counter, reserved = above + 10000 where id = 1;
    commit;
    select 1;
end
//
drop procedure if exists conclave_draw
//
create procedure conclave_draw(out drawn bigint) sql security invoker
begin
    declare above bigint;
    select base + cast(uuid_short() & 0xffffffffffffff as signed), reserved into drawn, above from conclave_fence where id = 1;
    if drawn >= above then
        -- Drawn again under the lock: the base may have been set anew meanwhile.
        select reserved into above from conclave_fence where id = 1 for update;
        set drawn = (select base from conclave_fence where id = 1 for update) + cast(uuid_short() & 0xffffffffffffff as signed);
        if drawn >= above then
            update conclave_fence set reserved = drawn + 10000 where id = 1;
        end if;
    end if;
end
//
drop procedure if exists conclave_mutex
//
create procedure conclave_mutex(target varbinary(1027)) sql security invoker
begin
    declare locked int;
    declare bucket int default conv(substr(sha2(target, 256), 1, 3), 16, 10);
    select id into locked from conclave_mutexes where id = bucket for update;
end
//
drop procedure if exists conclave_signal
//
create procedure conclave_signal(ear binary(8), what varbinary(64)) sql security invoker
begin
    insert into conclave_signals (listener, address) values (ear, what);
    set @conclave_ring = concat(@conclave_ring, ear);
end
//
drop procedure if exists conclave_signal_session
//
create procedure conclave_signal_session(who binary(8)) sql security invoker
begin
    declare ear binary(8) default (select listener from conclave_sessions where id = who and ended = 0);
    if ear is not null then
        call conclave_signal(ear, concat('s', lower(hex(who))));
    end if;
end
//
drop procedure if exists conclave_signal_watchers
//
create procedure conclave_signal_watchers(what binary(8)) sql security invoker
begin
    declare ears longblob default (select group_concat(listener separator '') from conclave_watches where subject = what);
    if ears is not null then
        insert into conclave_signals (listener, address)
            select listener, concat('w', lower(hex(what))) from conclave_watches where subject = what;
        set @conclave_ring = concat(@conclave_ring, ears);
    end if;
end
//
-- After the commit: wakes the listeners that were signalled, which sleep in conclave_listen. The lock tells which connection that
-- is now, so no other one is ever hit. A listener of another user, whom we may not wake, looks by itself soon.
drop procedure if exists conclave_ring
//
create procedure conclave_ring() sql security invoker
begin
    declare place int default 1;
    declare sleeper bigint;
    declare continue handler for 1094, 1095 begin end;
    while place <= length(@conclave_ring) do
        set sleeper = is_used_lock(concat('conclave.l.', lower(hex(substr(@conclave_ring, place, 8)))));
        if sleeper is not null then
            kill query sleeper;
        end if;
        set place = place + 8;
    end while;
    set @conclave_ring = x'';
end
//
drop procedure if exists conclave_wake
//
create procedure conclave_wake(ear binary(8)) sql security invoker
begin
    set @conclave_ring = ear;
    call conclave_ring();
    select 1;
end
//
-- Sleeps a round at a time until there are signals. Where the server is MariaDB, to sleep is to wait in vain for the pillow, a lock
-- that the coordinator's other connection holds: MariaDB takes two seconds to kill one SLEEP() beside many, and who kills waits for it.
-- MySQL does so at once, and waits for locks by whole seconds only. If nobody holds the pillow, between two connections, that is told
-- by a signal 0: then the client sleeps.
-- handled: the ids, by comma, of signals that the listener knows and has not yet deleted.
drop procedure if exists conclave_listen
//
create procedure conclave_listen(me binary(8), rounds int, handled text) sql security invoker
begin
    declare pillow varchar(64) character set ascii default concat('conclave.z.', lower(hex(me)));
    declare is_mariadb bool default version() like '%MariaDB%';
    declare restless bool default 0;
    while rounds > 0 and not restless and not exists (select 1 from conclave_signals where listener = me and not find_in_set(id, handled)) do
        if not is_mariadb then
            do sleep(0.1);
        elseif get_lock(pillow, 0.1) = 1 then
            do release_lock(pillow);
            set restless = 1;
        end if;
        set rounds = rounds - 1;
    end while;
    (select id, address from conclave_signals where listener = me and not find_in_set(id, handled) order by id limit 1000)
        union all select 0, '' from (select 1) always where restless;
end
//
-- Binds a session to this connection. A session that ever was is not opened again.
drop procedure if exists conclave_open_session
//
create procedure conclave_open_session(
    who binary(8), its_namespace varbinary(512), its_member varbinary(512), its_incarnation varbinary(64), ear binary(8), ttl bigint)
    sql security invoker
begin
    declare opened bool default 0;
    declare proof varchar(64) character set ascii default concat('conclave.s.', lower(hex(who)));
    if get_lock(proof, 0) = 1 then
        insert ignore into conclave_sessions (id, namespace, member, incarnation, listener, ttl_millis)
            values (who, its_namespace, its_member, its_incarnation, ear, ttl);
        set opened = row_count() = 1;
        if opened then
            -- A member that falls silent ends after a time-to-live, not before: its own belief counts from its last statement.
            set session wait_timeout = (ttl + 999) div 1000;
            set session net_write_timeout = (ttl + 999) div 1000;
        else
            do release_lock(proof);
        end if;
    end if;
    select opened;
end
//
-- To be called when something was removed from a name that has a queue: removes the dead at its front, grants the name to the living
-- whose turn it now is and tells them their tokens, and removes the name if nobody is left. Who is not reached finds its grant when it
-- looks, as if the reply to its claim had been lost. Whose connection is gone is granted nothing, and stands in the way until a sweep
-- clears it away.
drop procedure if exists conclave_settle
//
create procedure conclave_settle(target varbinary(1027)) sql security invoker
begin
    declare place, number, held, gone, granted bigint default -9223372036854775807;
    declare owner, living, ear binary(8);
    declare sharing, missing bool default 0;
    declare at_front bool default 1;
    declare continue handler for not found set missing = 1;
    scan: loop
        select q.ticket, q.session, q.seq, q.shared, q.token, s.id, s.listener, s.gone_at
            into place, owner, number, sharing, held, living, ear, gone
            from conclave_queue q left join conclave_sessions s on s.id = q.session and s.ended = 0
            where q.name = target and q.ticket > place order by q.ticket limit 1;
        if missing then
            leave scan;
        end if;
        if living is null then
            delete from conclave_queue where name = target and ticket = place;
            iterate scan;
        end if;
        if held is null and (sharing or at_front) and gone is null
            and is_used_lock(concat('conclave.s.', lower(hex(owner)))) is not null then
            call conclave_draw(granted);
            update conclave_queue set token = granted, since = cast(unix_timestamp(sysdate(6)) * 1000000 as signed)
                where name = target and ticket = place;
            call conclave_signal(ear, concat('r', lower(hex(owner)), ':', number, '=', granted));
        end if;
        set at_front = 0;
        if not sharing then
            leave scan;
        end if;
    end loop;
    if at_front then
        delete from conclave_heads where name = target;
    end if;
end
//
-- Replies with the token, 0 to wait, or -1 for busy.
drop procedure if exists conclave_claim
//
create procedure conclave_claim(
    me binary(8), target varbinary(1027), wanted bigint, sharing bool, queueing bool, content mediumblob, out reply bigint)
    sql security invoker
begin
    declare holder, living binary(8);
    declare held, held_seq, mine, place bigint;
    declare fresh, missing, cleared bool default 0;
    declare continue handler for not found set missing = 1;
    step: begin
        select session, seq, token into holder, held_seq, held from conclave_heads where name = target;
        if not missing and holder is not null then
            if holder = me and held_seq = wanted then
                set reply = held;
                leave step;
            elseif not exists (select 1 from conclave_sessions where id = holder and ended = 0) then
                delete from conclave_heads where name = target;
                set missing = 1;
            elseif not queueing then
                set reply = -1;
                leave step;
            else
                call conclave_draw(place);
                insert into conclave_queue
                    select name, place, session, seq, 0, token, since, payload from conclave_heads where name = target;
                update conclave_heads set session = null, seq = null, token = null, since = null, payload = null
                    where name = target;
            end if;
        end if;
        if missing then
            if not sharing then
                call conclave_draw(reply);
                insert into conclave_heads
                    values (target, me, wanted, reply, cast(unix_timestamp(sysdate(6)) * 1000000 as signed), content);
                leave step;
            end if;
            insert into conclave_heads (name) values (target);
        end if;

        set missing = 0, held = null;
        select ticket, token into mine, held from conclave_queue where session = me and seq = wanted;
        set fresh = missing;
        if held is not null then
            set reply = held;
            leave step;
        end if;
        look: loop
            set missing = 0;
            select q.ticket, s.id into place, living
                from conclave_queue q left join conclave_sessions s on s.id = q.session and s.ended = 0
                where q.name = target and (fresh or q.ticket < mine) and not (sharing and q.shared)
                order by q.ticket limit 1;
            if missing then
                leave look;
            end if;
            if living is null then
                delete from conclave_queue where name = target and ticket = place;
                set cleared = 1;
                iterate look;
            end if;
            if not queueing then
                if not fresh then
                    delete from conclave_queue where name = target and ticket = mine;
                    set cleared = 1;
                end if;
                set reply = -1;
                leave step;
            end if;
            if fresh then
                call conclave_draw(mine);
                insert into conclave_queue values (target, mine, me, wanted, sharing, null, null, content);
            end if;
            set reply = 0;
            leave step;
        end loop;

        if fresh then
            call conclave_draw(mine);
            call conclave_draw(reply);
            insert into conclave_queue values (
                target, mine, me, wanted, sharing, reply, cast(unix_timestamp(sysdate(6)) * 1000000 as signed), content);
        else
            call conclave_draw(reply);
            update conclave_queue set token = reply, since = cast(unix_timestamp(sysdate(6)) * 1000000 as signed)
                where name = target and ticket = mine;
        end if;
    end step;
    if cleared then
        -- It was in the way of others too, who are not told of it by whoever clears the rest away.
        call conclave_settle(target);
        call conclave_signal_watchers(unhex(substr(sha2(target, 256), 1, 16)));
    end if;
end
//
-- Claims of one session and releases of many threads in one round trip and one transaction. mutexes: those of all names, ascending,
-- two bytes each. Of each step in packed: one byte of flags (1 shared, 2 queue, 4 release), 8 of the session, 8 of the sequence, 2 of
-- the name's length, 4 of the payload's, the name, the payload. One reply each: of claims as above, 'x' without a session; of
-- releases 0 nothing, 1 waiting, 2 held.
drop procedure if exists conclave_steps
//
create procedure conclave_steps(me binary(8), mutexes varbinary(4096), packed longblob) sql security invoker
begin
    declare place int default 1;
    declare bucket, locked, flags, name_size, content_size int;
    declare reply, wanted bigint;
    declare living bool;
    declare watched bool;
    declare counted_from, above, drawn bigint;
    declare who binary(8);
    declare target varbinary(1027);
    declare content mediumblob;
    declare replies text character set ascii default '';
    declare exit handler for sqlexception begin rollback; resignal; end;
    set @conclave_ring = x'';
    start transaction;
    while place < length(mutexes) do
        set bucket = ascii(substr(mutexes, place, 1)) * 256 + ascii(substr(mutexes, place + 1, 1));
        -- The look for watchers inside: a statement costs more for being one than for what it does.
        select id, exists (select 1 from conclave_watches) into locked, watched from conclave_mutexes where id = bucket for update;
        set place = place + 2;
    end while;
    set place = 1;
    while place <= length(packed) do
        set flags = ascii(substr(packed, place, 1));
        set who = substr(packed, place + 1, 8);
        set wanted = conv(hex(substr(packed, place + 9, 8)), 16, 10);
        set name_size = conv(hex(substr(packed, place + 17, 2)), 16, 10);
        set content_size = conv(hex(substr(packed, place + 19, 4)), 16, 10);
        set target = substr(packed, place + 23, name_size);
        if flags & 4 then
            delete from conclave_heads where name = target and session = who and seq = wanted;
            if row_count() = 1 then
                set reply = 2;
            else
                set reply = (select if(token is null, 1, 2) from conclave_queue
                    where session = who and seq = wanted and name = target);
                if reply is null then
                    set reply = 0;
                else
                    delete from conclave_queue where session = who and seq = wanted;
                    call conclave_settle(target);
                end if;
            end if;
        else
            if living is null then
                -- Locked, so that the session does not end between this look and the commit.
                select count(*), (select base from conclave_fence where id = 1), (select reserved from conclave_fence where id = 1)
                    into living, counted_from, above
                    from conclave_sessions
                    where id = me and ended = 0 and is_used_lock(concat('conclave.s.', lower(hex(me)))) <=> connection_id()
                    lock in share mode;
            end if;
            set reply = null;
            if living then
                set content = substr(packed, place + 23 + name_size, content_size);
                set drawn = counted_from + cast(uuid_short() & 0xffffffffffffff as signed);
                if flags & 1 = 0 and drawn < above then
                    -- Most find the name free. Drawn as by conclave_draw: the base was read when the mutex was held already.
                    insert ignore into conclave_heads
                        values (target, me, wanted, drawn, cast(unix_timestamp(sysdate(6)) * 1000000 as signed), content);
                    if row_count() = 1 then
                        set reply = drawn;
                    end if;
                end if;
                if reply is null then
                    call conclave_claim(me, target, wanted, flags & 1, flags & 2, content, reply);
                end if;
            end if;
        end if;
        if watched and reply > 0 then
            call conclave_signal_watchers(unhex(substr(sha2(target, 256), 1, 16)));
        end if;
        set replies = concat(replies, coalesce(reply, 'x'), ',');
        set place = place + 23 + name_size + content_size;
    end while;
    commit;
    if @conclave_ring <> '' then
        call conclave_ring();
    end if;
    select replies;
end
//
drop procedure if exists conclave_break_claim
//
create procedure conclave_break_claim(target varbinary(1027), expected bigint) sql security invoker
begin
    declare loser binary(8);
    declare exit handler for sqlexception begin rollback; resignal; end;
    set @conclave_ring = x'';
    start transaction;
    call conclave_mutex(target);
    set loser = (select session from conclave_heads where name = target and token = expected);
    if loser is not null then
        delete from conclave_heads where name = target;
    else
        set loser = (select session from conclave_queue where name = target and token = expected);
        if loser is not null then
            delete from conclave_queue where name = target and token = expected;
            call conclave_settle(target);
        end if;
    end if;
    if loser is not null then
        call conclave_signal_watchers(unhex(substr(sha2(target, 256), 1, 16)));
        call conclave_signal_session(loser);
    end if;
    commit;
    call conclave_ring();
    select loser is not null;
end
//
-- What a session has: kind 0 if it lives, on this connection; 1 a claim that it holds, 2 an enrolment.
drop procedure if exists conclave_renew
//
create procedure conclave_renew(me binary(8), ear binary(8)) sql security invoker
begin
    declare pillow varchar(64) character set ascii default concat('conclave.z.', lower(hex(ear)));
    if is_used_lock(pillow) is null then
        -- The connection before this one still had it when this one came.
        do get_lock(pillow, 0);
    end if;
    select 0 as kind, 0 as seq, null as name from conclave_sessions where id = me and ended = 0
        and is_used_lock(concat('conclave.s.', lower(hex(me)))) = connection_id()
    union all select 1, seq, null from conclave_heads where session = me
    union all select 1, seq, null from conclave_queue where session = me and token is not null
    union all select 2, seq, name from conclave_enrolments where session = me;
end
//
drop procedure if exists conclave_change_roster
//
create procedure conclave_change_roster(target varbinary(1027), out now_at bigint) sql security invoker
begin
    call conclave_draw(now_at);
    insert into conclave_groups values (target, now_at, now_at, 0) on duplicate key update revision = now_at;
    call conclave_signal_watchers(unhex(substr(sha2(target, 256), 1, 16)));
end
//
drop procedure if exists conclave_depart
//
create procedure conclave_depart(target varbinary(1027), who binary(8)) sql security invoker
begin
    declare now_at, oldest bigint;
    declare leaver varbinary(512) default (select member from conclave_enrolments where name = target and session = who);
    call conclave_change_roster(target, now_at);
    insert into conclave_departures
        select name, now_at, member, incarnation, seq from conclave_enrolments where name = target and member = leaver;
    delete from conclave_enrolments where name = target and member = leaver;
    update conclave_groups set departed = departed + 1 where name = target;
    if (select departed from conclave_groups where name = target) > 2000 then
        set oldest = (select revision from conclave_departures where name = target order by revision desc limit 1 offset 1000);
        delete from conclave_departures where name = target and revision <= oldest;
        update conclave_groups set history = greatest(history, oldest), departed = 1000 where name = target;
    end if;
end
//
-- Ends a session and clears away what it leaves, in transactions of its own. Not cleared: there is more, which another call does.
drop procedure if exists conclave_end_session
//
create procedure conclave_end_session(who binary(8), out cleared bool) sql security invoker
begin
    declare last, target varbinary(1027);
    declare bucket, locked, changes int;
    declare ended_now, missing bool default 0;
    declare ear binary(8) default (select listener from conclave_sessions where id = who and ended = 0);
    declare mutexes cursor for
        select distinct conv(substr(sha2(n.name, 256), 1, 3), 16, 10) + 0 as mutex from (
            select name from conclave_heads where session = who and name <= last
            union select name from conclave_queue where session = who and name <= last
            union select name from conclave_enrolments where session = who and name <= last) n
        order by mutex;
    declare targets cursor for
        select name from conclave_heads where session = who and name <= last
        union select name from conclave_queue where session = who and name <= last
        union select name from conclave_enrolments where session = who and name <= last;
    declare continue handler for not found set missing = 1;

    start transaction;
    update conclave_sessions set ended = 1 where id = who and ended = 0;
    set ended_now = row_count() = 1;
    if ended_now and not (is_used_lock(concat('conclave.s.', lower(hex(who)))) <=> connection_id()) then
        call conclave_signal(ear, concat('s', lower(hex(who))));
    end if;
    commit;

    set last = (select max(name) from (
        select name from (
            select name from conclave_heads where session = who
            union select name from conclave_queue where session = who
            union select name from conclave_enrolments where session = who) n
        order by name limit 200) some);
    start transaction;
    open mutexes;
    locking: loop
        set missing = 0;
        fetch mutexes into bucket;
        if missing then
            leave locking;
        end if;
        select id into locked from conclave_mutexes where id = bucket for update;
    end loop;
    close mutexes;
    open targets;
    clearing: loop
        set missing = 0;
        fetch targets into target;
        if missing then
            leave clearing;
        end if;
        if exists (select 1 from conclave_enrolments where name = target and session = who) then
            call conclave_depart(target, who);
        end if;
        delete from conclave_heads where name = target and session = who;
        set changes = row_count();
        delete from conclave_queue where session = who and name = target;
        if row_count() > 0 then
            set changes = changes + 1;
            call conclave_settle(target);
        end if;
        if changes > 0 then
            call conclave_signal_watchers(unhex(substr(sha2(target, 256), 1, 16)));
        end if;
    end loop;
    close targets;
    commit;
    set cleared = not exists (select 1 from conclave_heads where session = who)
        and not exists (select 1 from conclave_queue where session = who)
        and not exists (select 1 from conclave_enrolments where session = who);
    if cleared then
        delete from conclave_sessions where id = who;
    end if;
end
//
-- If on the session's own connection, that may then carry another one.
drop procedure if exists conclave_close_session
//
create procedure conclave_close_session(who binary(8)) sql security invoker
begin
    declare cleared bool;
    declare proof varchar(64) character set ascii default concat('conclave.s.', lower(hex(who)));
    declare exit handler for sqlexception begin rollback; resignal; end;
    set @conclave_ring = x'';
    call conclave_end_session(who, cleared);
    call conclave_ring();
    if cleared and is_used_lock(proof) <=> connection_id() then
        do release_lock(proof);
        set session wait_timeout = @@global.wait_timeout;
    end if;
    select cleared;
end
//
-- Finds sessions whose connection is gone, and clears them away after a pause: their owners are signalled first, so that one whose
-- connection only the server has lost stops believing before anybody else is let in. All members together look at most every 150 ms.
-- Returns 0 if nobody is dead, 1 if somebody is to be cleared away after the pause, 2 if there is more to clear now.
drop procedure if exists conclave_sweep
//
create procedure conclave_sweep(pause_millis bigint) sql security invoker
begin
    declare pause_micros bigint default pause_millis * 1000;
    declare now_at bigint default cast(unix_timestamp(sysdate(6)) * 1000000 as signed);
    declare broom varchar(64) character set ascii
        default concat('conclave.w.', left(sha2(database(), 256), 32), '.', now_at div 150000);
    declare mine bool default 0;
    declare who binary(8);
    declare missing, cleared bool default 0;
    declare marked longtext character set ascii default '';
    declare suspects cursor for select id from conclave_sessions
        where gone_at is null and ended = 0 and is_used_lock(concat('conclave.s.', lower(hex(id)))) is null;
    declare continue handler for not found set missing = 1;
    declare exit handler for sqlexception begin rollback; resignal; end;
    set @conclave_ring = x'';
    -- Who gets the lock of this moment looks, and keeps it until it looks again: to know when was last looked costs no write.
    if @conclave_broom is null or @conclave_broom <> broom then
        set mine = get_lock(broom, 0) = 1;
    end if;
    if mine then
        if @conclave_broom is not null then
            do release_lock(@conclave_broom);
        end if;
        set @conclave_broom = broom;
        start transaction;
        open suspects;
        marking: loop
            set missing = 0;
            fetch suspects into who;
            if missing then
                leave marking;
            end if;
            update conclave_sessions set gone_at = now_at where id = who and gone_at is null;
            if row_count() = 1 then
                call conclave_signal_session(who);
                set marked = concat(marked, hex(who), ',');
            end if;
        end loop;
        close suspects;
        commit;
        if marked <> '' then
            -- The pause begins when the owners have been told, however long the commit took.
            call conclave_ring();
            set now_at = cast(unix_timestamp(sysdate(6)) * 1000000 as signed);
            update conclave_sessions set gone_at = now_at where gone_at is not null and ended = 0 and find_in_set(hex(id), marked);
        end if;
        if exists (select 1 from conclave_listeners where is_used_lock(concat('conclave.l.', lower(hex(id)))) is null)
            or exists (select 1 from conclave_signals where listener not in (select id from conclave_listeners)) then
            start transaction;
            delete from conclave_listeners where is_used_lock(concat('conclave.l.', lower(hex(id)))) is null;
            -- Also for listeners that never came to be. One that just begins looks by itself.
            delete from conclave_watches where listener not in (select id from conclave_listeners);
            delete from conclave_signals where listener not in (select id from conclave_listeners);
            commit;
        end if;
    end if;
    set who = (select min(id) from conclave_sessions
        where ended = 1 or (gone_at is not null and not gone_at between now_at - pause_micros and now_at));
    if who is not null then
        call conclave_end_session(who, cleared);
    end if;
    call conclave_ring();
    select case
        when exists (select 1 from conclave_sessions where ended = 1
            or (gone_at is not null and not gone_at between now_at - pause_micros and now_at)) then 2
        when exists (select 1 from conclave_sessions where gone_at is not null) then 1
        else 0 end;
end
//
-- By a listener that holds the lock of its id.
drop procedure if exists conclave_begin_listening
//
create procedure conclave_begin_listening(me binary(8)) sql security invoker
begin
    -- What the line before this one has heard already, and what it has not: who begins to listen looks at everything.
    delete from conclave_signals where listener = me;
    insert ignore into conclave_listeners values (me);
    select 1;
end
//
-- By its coordinator. In the mutex of what is watched: a step under way that found no watcher has committed then, and is seen by who looks next.
drop procedure if exists conclave_watch
//
create procedure conclave_watch(what binary(8), me binary(8)) sql security invoker
begin
    declare locked int;
    declare bucket int default conv(hex(substr(what, 1, 2)), 16, 10) div 16;
    declare exit handler for sqlexception begin rollback; resignal; end;
    start transaction;
    select id into locked from conclave_mutexes where id = bucket for update;
    insert ignore into conclave_watches values (what, me);
    commit;
    select 1;
end
//
drop procedure if exists conclave_unwatch
//
create procedure conclave_unwatch(what binary(8), me binary(8)) sql security invoker
begin
    delete from conclave_watches where subject = what and listener = me;
    select 1;
end
//
drop procedure if exists conclave_create_group
//
create procedure conclave_create_group(target varbinary(1027), all_groups binary(8)) sql security invoker
begin
    declare now_at bigint;
    declare there bool;
    declare exit handler for sqlexception begin rollback; resignal; end;
    set @conclave_ring = x'';
    start transaction;
    call conclave_mutex(target);
    set there = exists (select 1 from conclave_groups where name = target);
    if not there then
        call conclave_change_roster(target, now_at);
        call conclave_signal_watchers(all_groups);
    end if;
    commit;
    call conclave_ring();
    select not there;
end
//
-- 0 deleted, 1 no group, 2 not empty.
drop procedure if exists conclave_delete_group
//
create procedure conclave_delete_group(target varbinary(1027), all_groups binary(8)) sql security invoker
begin
    declare reply int default 0;
    declare exit handler for sqlexception begin rollback; resignal; end;
    set @conclave_ring = x'';
    start transaction;
    call conclave_mutex(target);
    if exists (select 1 from conclave_enrolments e join conclave_sessions s on s.id = e.session and s.ended = 0
        where e.name = target) then
        set reply = 2;
    else
        delete from conclave_groups where name = target;
        if row_count() = 0 then
            set reply = 1;
        else
            delete from conclave_enrolments where name = target;
            delete from conclave_departures where name = target;
            call conclave_signal_watchers(unhex(substr(sha2(target, 256), 1, 16)));
            call conclave_signal_watchers(all_groups);
        end if;
    end if;
    commit;
    call conclave_ring();
    select reply;
end
//
-- 0 enrolled, 1 taken, 2 no group, 3 no session.
drop procedure if exists conclave_enrol
//
create procedure conclave_enrol(
    me binary(8), target varbinary(1027), number bigint, content mediumblob, creating bool, taking_over bool, all_groups binary(8))
    sql security invoker
begin
    declare reply int default 0;
    declare now_at, present_seq, moment bigint;
    declare self, run varbinary(512);
    declare present binary(8);
    declare missing bool default 0;
    declare continue handler for not found set missing = 1;
    declare exit handler for sqlexception begin rollback; resignal; end;
    set @conclave_ring = x'';
    start transaction;
    call conclave_mutex(target);
    step: begin
        select member, incarnation into self, run from conclave_sessions where id = me and ended = 0 lock in share mode;
        if missing or not (is_used_lock(concat('conclave.s.', lower(hex(me)))) <=> connection_id()) then
            set reply = 3;
            leave step;
        end if;
        if not exists (select 1 from conclave_groups where name = target) then
            if not creating then
                set reply = 2;
                leave step;
            end if;
            call conclave_signal_watchers(all_groups);
        end if;
        set missing = 0;
        select session, seq into present, present_seq from conclave_enrolments where name = target and member = self;
        if not missing then
            if present = me and present_seq >= number then
                leave step;
            end if;
            if present <> me and not taking_over
                and exists (select 1 from conclave_sessions where id = present and ended = 0) then
                set reply = 1;
                leave step;
            end if;
            call conclave_depart(target, present);
            if present <> me then
                call conclave_signal_session(present);
            end if;
        end if;
        call conclave_change_roster(target, now_at);
        set moment = cast(unix_timestamp(sysdate(6)) * 1000000 as signed);
        insert into conclave_enrolments values (target, self, run, me, number, content, 0, moment, moment, now_at);
    end step;
    commit;
    call conclave_ring();
    select reply;
end
//
drop procedure if exists conclave_amend
//
create procedure conclave_amend(who binary(8), target varbinary(1027), number bigint, change_no bigint, content mediumblob)
    sql security invoker
begin
    declare present, now_at bigint;
    declare exit handler for sqlexception begin rollback; resignal; end;
    set @conclave_ring = x'';
    start transaction;
    call conclave_mutex(target);
    set present = (select e.edition from conclave_enrolments e join conclave_sessions s on s.id = e.session and s.ended = 0
        where e.name = target and e.session = who and e.seq = number);
    if present < change_no then
        call conclave_change_roster(target, now_at);
        update conclave_enrolments
            set edition = change_no, capabilities = content, revision = now_at,
                updated = cast(unix_timestamp(sysdate(6)) * 1000000 as signed)
            where name = target and session = who and seq = number;
    end if;
    commit;
    call conclave_ring();
    select present is not null;
end
//
drop procedure if exists conclave_withdraw
//
create procedure conclave_withdraw(who binary(8), target varbinary(1027), number bigint) sql security invoker
begin
    declare there bool;
    declare exit handler for sqlexception begin rollback; resignal; end;
    set @conclave_ring = x'';
    start transaction;
    call conclave_mutex(target);
    set there = exists (select 1 from conclave_enrolments where name = target and session = who and seq = number);
    if there then
        call conclave_depart(target, who);
    end if;
    commit;
    call conclave_ring();
    select there;
end
//
-- First a row with the group's revision and, as edition, what follows: 0 nothing, 1 changes, 2 all, 3 all after a loss of history.
-- Then those who are listed, and those who left, without capabilities. No row at all: no such group. One statement, of one instant.
drop procedure if exists conclave_roster
//
create procedure conclave_roster(target varbinary(1027), known bigint) sql security invoker
begin
    select revision, case when known < 0 then 2 when revision = known then 0
            when known < history or known > revision then 3 else 1 end as edition,
        null as member, null as incarnation, null as seq, null as capabilities, null as joined, null as updated, 0 as changed
        from conclave_groups where name = target
    union all
    select null, null, e.member, e.incarnation, e.seq, e.capabilities, e.joined, e.updated, e.revision
        from conclave_groups g join conclave_enrolments e on e.name = g.name
        where g.name = target and g.revision <> known
            and e.revision > if(known >= g.history and known <= g.revision, known, -1)
    union all
    select null, null, d.member, d.incarnation, d.seq, null, null, null, d.revision
        from conclave_groups g join conclave_departures d on d.name = g.name
        where g.name = target and known >= g.history and known < g.revision and d.revision > known
    order by changed;
end
//
-- Who holds and who waits, of the names from one on and below another; without a token who waits.
drop procedure if exists conclave_standing
//
create procedure conclave_standing(lowest varbinary(1028), beyond varbinary(1028)) sql security invoker
begin
    select c.name, s.member, s.incarnation, s.ttl_millis, c.seq, c.shared, c.token, c.payload, c.since
        from (
            select name, session, seq, 0 as shared, token, payload, since, 0 as ticket from conclave_heads
                where name >= lowest and name < beyond and session is not null
            union all
            select name, session, seq, shared, token, payload, since, ticket from conclave_queue
                where name >= lowest and name < beyond
        ) c join conclave_sessions s on s.id = c.session and s.ended = 0
        order by c.name, c.ticket;
end
//
insert into conclave_version select 3 from (select 1) always where not exists (select 1 from conclave_version)
//
update conclave_version set number = 3
