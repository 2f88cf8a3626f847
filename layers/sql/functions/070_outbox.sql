-- Every change of what is drawn, counted or asked for at each request is told in the outbox, in the same transaction: one row a table and
-- village for each statement, and a row of its own for each of at most 50 rows, so that only what was touched is drawn anew. An update
-- tells the old places first (rows = 0), then the new ones. Arguments: first and last grid number, shape in EPSG:3857, day, id. The shape is
-- that of what a map shows otherwise for the row: of a household its building, of a duty its grid, of an entry for review its incident.
-- A superuser writes without a scope: the look-up then has one of its own, for as long as it takes.
create or replace function note_change() returns trigger
language plpgsql security definer set search_path = public, pg_temp
as $$
declare
    few boolean;
    noted bigint;
    unscoped boolean := nullif(current_setting('wangge.lo', true), '') is null;
begin
    if tg_op = 'TRUNCATE' then
        insert into outbox (xid, table_name, lo, hi, rows, ids)
        values (pg_current_xact_id()::text::bigint, tg_table_name, 0, 999999999999999, 0, '{}');
        perform pg_notify('wangge_outbox', '');
        return null;
    end if;
    if unscoped then
        perform set_config('wangge.lo', '0', true), set_config('wangge.hi', '999999999999999', true);
    end if;
    select count(*) <= 50 into few from (select from touched limit 51) first;
    execute format($sql$
        insert into outbox (xid, table_name, village, lo, hi, west, south, east, north, first_day, last_day, rows, ids)
        select pg_current_xact_id()::text::bigint, %L, village, min(lo), max(hi), st_xmin(st_extent(shape)),
               st_ymin(st_extent(shape)), st_xmax(st_extent(shape)), st_ymax(st_extent(shape)), min(day), max(day),
               case when %L then count(*) else 0 end, case when %L then array_agg(id) else '{}' end
        from (select %s as lo, %s as hi, %s as shape, %s as day, %s as id from touched t) one
        cross join lateral (select case when lo / 1000 = hi / 1000 then lo / 1000 end as village) placed
        group by village, case when %L then id end
        order by village
        $sql$, tg_table_name, tg_name <> 'note_before', few, tg_argv[0], tg_argv[1], tg_argv[2], tg_argv[3], tg_argv[4], few);
    get diagnostics noted = row_count;
    if unscoped then
        perform set_config('wangge.lo', '', true), set_config('wangge.hi', '', true);
    end if;
    if noted > 0 then
        perform pg_notify('wangge_outbox', '');
    end if;
    return null;
end
$$;
-- A trigger may run it without a right to it; nobody else can use it.
revoke execute on function note_change() from public;

do $$
declare
    told record;
    run text;
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
        run := format('for each statement execute function note_change(%L, %L, %L, %L, %L)', told.lo, told.hi, told.shape, told.day, told.id);
        execute format('create or replace trigger note_new after insert on %I referencing new table as touched %s', told.name, run);
        execute format('create or replace trigger note_gone after delete on %I referencing old table as touched %s', told.name, run);
        execute format('create or replace trigger note_before after update on %I referencing old table as touched %s', told.name, run);
        execute format('create or replace trigger note_since after update on %I referencing new table as touched %s', told.name, run);
        execute format('create or replace trigger note_all after truncate on %I %s', told.name, run);
    end loop;
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
