-- Every change of what is drawn, counted or asked for at each request is told in the outbox, in the same transaction: one row a table and
-- village for each statement, and a row of its own for each of at most 50 rows, so that only what was touched is drawn anew. An update
-- tells the old places first (rows = 0), then the new ones. Told are of each table: first and last grid number, shape in
-- EPSG:3857, day, id. The shape is what a map shows for the row: of a household its building, of a duty its grid, of an entry for review its
-- incident. One function a table, note_incident() and so on, whose statement is planned once a session and not at each change; how is
-- set as in add_to_counts.sql.
-- A superuser writes without a scope: the look-up then has one of its own, for as long as it takes.
do $$
declare
    told record;
    act record;
begin
    for told in
        select * from (values
            ('region', 't.lo', 't.hi', 't.geom_m', 'null::date', 't.id'),
            ('grid', 't.grid_no', 't.grid_no', 't.geom_m', 'null::date', 't.id'),
            ('plan', 'rpad(t.village_code, 15, ''0'')::bigint', 'rpad(t.village_code, 15, ''9'')::bigint',
             '(select st_collect(g.geom_m) from plan_grid g where g.plan_id = t.id)', 'null::date', 't.id'),
            ('plan_grid', 'coalesce((select rpad(p.village_code, 15, ''0'')::bigint from plan p where p.id = t.plan_id), 0)',
             'coalesce((select rpad(p.village_code, 15, ''9'')::bigint from plan p where p.id = t.plan_id), 999999999999999)',
             't.geom_m', 'null::date', 't.plan_id'),
            ('barrier', '0', '999999999999999', 't.geom_m', 'null::date', 't.id'),
            ('link', '0', '999999999999999', 't.geom_m', 'null::date', 't.id'),
            ('building', 't.grid_no', 't.grid_no', 't.geom_m', 'null::date', 't.id'),
            ('house', 't.grid_no', 't.grid_no', 'st_collect(t.geom_m, (select b.geom_m from building b where b.id = t.building_id))',
             'null::date', 't.id'),
            ('household', 't.grid_no', 't.grid_no',
             '(select b.geom_m from house h join building b on b.id = h.building_id where h.id = t.house_id)', 'null::date', 't.id'),
            ('person', 't.grid_no', 't.grid_no', 'null::geometry', 'null::date', 't.id'),
            ('facility', 't.grid_no', 't.grid_no', 't.geom_m', 'null::date', 't.id'),
            ('organisation', 't.grid_no', 't.grid_no', 't.geom_m', 'null::date', 't.id'),
            ('place', 't.grid_no', 't.grid_no', 't.geom_m', 'null::date', 't.id'),
            ('incident', 't.grid_no', 't.grid_no', 't.geom_m', 't.occurred_on', 't.id'),
            ('visit', 't.grid_no', 't.grid_no', 'null::geometry', 'null::date', 't.id'),
            ('review', 't.grid_no', 't.grid_no', '(select i.geom_m from incident i where i.id = t.row_id)', 'null::date', 't.row_id'),
            ('duty', 't.grid_no', 't.grid_no', '(select g.geom_m from grid g where g.grid_no = t.grid_no and upper_inf(g.validity))', 'null::date', 't.account_id'),
            ('account', '0', '999999999999999',
             '(select st_collect(g.geom_m) from duty d join grid g on g.grid_no = d.grid_no and upper_inf(g.validity) where d.account_id = t.id)',
             'null::date', 't.id'),
            ('session', '0', '999999999999999', 'null::geometry', 'null::date', 't.account_id'),
            ('access_token', '0', '999999999999999', 'null::geometry', 'null::date', 't.account_id')
        ) of (name, lo, hi, shape, day, id)
    loop
        execute format($template$
            create or replace function note_%1$s() returns trigger
            language plpgsql security definer set search_path = public, pg_temp set plan_cache_mode = force_generic_plan
            set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
            as $function$
            declare
                few boolean;
                noted boolean;
                unscoped boolean := nullif(current_setting('wangge.lo', true), '') is null;
            begin
                if tg_op = 'TRUNCATE' then
                    insert into outbox (xid, table_name, lo, hi, rows, ids)
                    values (pg_current_xact_id()::text::bigint, tg_table_name, 0, 999999999999999, 0, '{}');
                    perform pg_notify('wangge_outbox', '');
                    return null;
                end if;
                select count(*) <= 50 into few from (select from touched limit 51) first;
                if unscoped then
                    perform set_config('wangge.lo', '0', true), set_config('wangge.hi', '999999999999999', true);
                end if;
                insert into outbox (xid, table_name, village, lo, hi, west, south, east, north, first_day, last_day, rows, ids)
                select pg_current_xact_id()::text::bigint, %1$L, village, min(lo), max(hi), st_xmin(st_extent(shape)),
                       st_ymin(st_extent(shape)), st_xmax(st_extent(shape)), st_ymax(st_extent(shape)), min(day), max(day),
                       case when tg_name <> 'note_before' then count(*) else 0 end, case when few then array_agg(id) else '{}' end
                from (select %2$s as lo, %3$s as hi, %4$s as shape, %5$s as day, %6$s as id from touched t) one
                cross join lateral (select case when lo / 1000 = hi / 1000 then lo / 1000 end as village) placed
                group by village, case when few then id end
                order by village;
                noted := found;
                if unscoped then
                    perform set_config('wangge.lo', '', true), set_config('wangge.hi', '', true);
                end if;
                if noted then
                    perform pg_notify('wangge_outbox', '');
                end if;
                return null;
            end
            $function$
            $template$, told.name, told.lo, told.hi, told.shape, told.day, told.id);
        -- A trigger may run it without a right to it; nobody else can use it.
        execute format('revoke execute on function note_%s() from public', told.name);
        for act in select * from (values ('new', 'insert', 'new'), ('gone', 'delete', 'old'), ('before', 'update', 'old'), ('since', 'update', 'new')
                                 ) t (name, event, side)
        loop
            execute format('create or replace trigger note_%s after %s on %I referencing %s table as touched '
                           'for each statement execute function note_%s()', act.name, act.event, told.name, act.side, told.name);
        end loop;
        execute format('create or replace trigger note_all after truncate on %I for each statement execute function note_%s()', told.name, told.name);
    end loop;
    drop function if exists note_change();
end
$$;

-- Which cluster this is: numbers of transactions mean nothing in another one.
create or replace function outbox_epoch() returns text
language sql stable
as $$
    select system_identifier::text from pg_control_system()
$$;
do $$
begin
    if not exists (select from outbox_state where epoch = outbox_epoch()) then
        delete from outbox;
        delete from outbox_state;
        insert into outbox_state (epoch, forgotten_xid) values (outbox_epoch(), 0);
    end if;
end
$$;

-- Forget what is older than two days. What is forgotten is remembered by its youngest transaction, so that nobody goes on from before it.
create or replace function forget_changes() returns bigint
language plpgsql security definer set search_path = public, pg_temp
as $$
declare
    youngest bigint;
    forgotten bigint;
begin
    with gone as (delete from outbox where at < now() - interval '2 days' returning xid)
    select max(xid), count(*) into youngest, forgotten from gone;
    update outbox_state set forgotten_xid = greatest(forgotten_xid, youngest) where youngest is not null;
    return forgotten;
end
$$;
revoke execute on function forget_changes() from public;
grant execute on function forget_changes() to wangge_api;

revoke insert, update, delete on outbox, outbox_state from wangge_api;
