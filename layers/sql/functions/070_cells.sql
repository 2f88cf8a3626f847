-- Counts by cell, from which tiles of low zooms are drawn. A cell is 4^level + the Morton number of the web map's tile of that level:
-- the cells below a tile are one range, and a cell's parent is the cell divided by 4. Kept at the levels 15, 16, 17 and 19.
-- The counts stand behind row-level security, but for their owner, in whose name the triggers keep them. What the triggers look up in
-- other tables they find, because whoever may change a row has it, and the entries of the review queue that follow it, in their scope; a superuser, who
-- writes without one, is given one for as long as the look-up takes.

-- A tile as a cell of its level.
create or replace function cell_of_tile(z int, x int, y int) returns bigint
language plpgsql immutable strict parallel safe
as $$
declare
    a bigint := x;
    b bigint := y;
begin
    a := (a | (a << 16)) & 281470681808895;      b := (b | (b << 16)) & 281470681808895;
    a := (a | (a << 8)) & 71777214294589695;     b := (b | (b << 8)) & 71777214294589695;
    a := (a | (a << 4)) & 1085102592571150095;   b := (b | (b << 4)) & 1085102592571150095;
    a := (a | (a << 2)) & 3689348814741910323;   b := (b | (b << 2)) & 3689348814741910323;
    a := (a | (a << 1)) & 6148914691236517205;   b := (b | (b << 1)) & 6148914691236517205;
    return (1::bigint << (2 * z)) + (a | (b << 1));
end
$$;

-- The bits of a number below 2^20 with a gap after each, from a table of ten bits at a time: what a statement asks of each of its rows is
-- to be written out in its plan, where calling a function that loops takes ten times as long.
do $$
declare
    table_of_gaps text := (select array_agg(cell_of_tile(10, n, 0) - 1048576 order by n)::text from generate_series(0, 1023) n);
begin
    execute format($function$
        create or replace function with_gaps(n int) returns bigint
        language sql immutable parallel safe
        as $body$ select (%1$L::bigint[])[(n & 1023) + 1] | ((%1$L::bigint[])[(n >> 10) + 1] << 20) $body$
    $function$, table_of_gaps);
end
$$;

-- The cell of level 19 that holds a point of EPSG:3857, about 76 m wide at the equator.
create or replace function cell_of(point geometry) returns bigint
language sql immutable parallel safe
as $$
    select (1::bigint << 38)
           + (with_gaps(least(greatest(floor((st_x(point) / 40075016.6855785 + 0.5) * 524288), 0), 524287)::int)
              | (with_gaps(least(greatest(floor((0.5 - st_y(point) / 40075016.6855785) * 524288), 0), 524287)::int) << 1))
$$;

-- Add changes to the counts: cells of level 19, grid numbers and differences, one of each a change.
create or replace function add_to_cells(register_name text, cells bigint[], grid_nos bigint[], differences int[]) returns void
language plpgsql
as $$
declare
    every_cell bigint[];
    every_grid_no bigint[];
    more bigint[];
begin
    with finest as materialized (
        select one.cell, one.grid_no, sum(one.n) as n from unnest(cells, grid_nos, differences) as one (cell, grid_no, n)
        group by 1, 2 having sum(one.n) <> 0
    ), every as (
        select cell, grid_no, n from finest
        union all
        select finest.cell >> s.shift, finest.grid_no, sum(finest.n) from finest, (values (4), (6), (8)) as s (shift)
        group by 1, 2 having sum(finest.n) <> 0
    )
    select array_agg(c.cell), array_agg(c.grid_no), array_agg(c.n) into every_cell, every_grid_no, more
    from (select cell, grid_no, n from every order by 1, 2) c;
    if more is not null then
        perform add_to_cell_count(register_name, every_cell, every_grid_no, more);
    end if;
end
$$;

-- Is a row drawn as a point: known to street level or better.
create or replace function is_drawn(level text) returns boolean
language sql immutable parallel safe
as $$ select level in ('house', 'building', 'street') $$;

create or replace function count_house_cells() returns trigger
language plpgsql security definer set search_path = public, pg_temp set plan_cache_mode = force_generic_plan
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
as $$
begin
    if tg_op = 'INSERT' then
        perform add_to_cells('house', array_agg(cell_of(geom_m)), array_agg(grid_no), array_agg(1))
        from came where geom_m is not null and is_drawn(level) having count(*) > 0;
    elsif tg_op = 'DELETE' then
        perform add_to_cells('house', array_agg(cell_of(geom_m)), array_agg(grid_no), array_agg(-1))
        from gone where geom_m is not null and is_drawn(level) having count(*) > 0;
    else
        perform add_to_cells('house', array_agg(cell_of(v.geom_m)), array_agg(v.grid_no), array_agg(v.n))
        from came c join gone g on g.id = c.id
        cross join lateral (values (c.geom_m, c.grid_no, c.level, 1), (g.geom_m, g.grid_no, g.level, -1)) v (geom_m, grid_no, level, n)
        where (c.grid_no, c.level, c.point::bytea) is distinct from (g.grid_no, g.level, g.point::bytea)
          and v.geom_m is not null and is_drawn(v.level)
        having count(*) > 0;
    end if;
    return null;
end
$$;

-- A building stands where the middle of what is drawn of it lies.
create or replace function count_building_cells() returns trigger
language plpgsql security definer set search_path = public, pg_temp set plan_cache_mode = force_generic_plan
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
as $$
begin
    if tg_op = 'INSERT' then
        perform add_to_cells('building', array_agg(cell_of(st_centroid(geom_m))), array_agg(grid_no), array_agg(1))
        from came where geom_m is not null and (is_drawn(level) or footprint is not null) having count(*) > 0;
    elsif tg_op = 'DELETE' then
        perform add_to_cells('building', array_agg(cell_of(st_centroid(geom_m))), array_agg(grid_no), array_agg(-1))
        from gone where geom_m is not null and (is_drawn(level) or footprint is not null) having count(*) > 0;
    else
        perform add_to_cells('building', array_agg(cell_of(st_centroid(v.geom_m))), array_agg(v.grid_no), array_agg(v.n))
        from came c join gone g on g.id = c.id
        cross join lateral (values (c.geom_m, c.grid_no, is_drawn(c.level) or c.footprint is not null, 1),
                                   (g.geom_m, g.grid_no, is_drawn(g.level) or g.footprint is not null, -1)) v (geom_m, grid_no, is_drawn, n)
        where (c.grid_no, c.level, c.geom_m::bytea) is distinct from (g.grid_no, g.level, g.geom_m::bytea)
          and v.geom_m is not null and v.is_drawn
        having count(*) > 0;
    end if;
    return null;
end
$$;

-- Incidents that wait for review are not counted; they are looked up one by one, as a join would read the whole queue. The triggers' names come before forget_reviews: when a row goes, its entries are still there.
create or replace function count_incident_cells() returns trigger
language plpgsql security definer set search_path = public, pg_temp set plan_cache_mode = force_generic_plan
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set work_mem = '32MB'
as $$
declare
    unscoped boolean := nullif(current_setting('wangge.lo', true), '') is null;
begin
    if unscoped then
        perform set_config('wangge.lo', '0', true), set_config('wangge.hi', '999999999999999', true);
    end if;
    if tg_op = 'INSERT' then
        perform add_to_cells('incident', array_agg(cell_of(geom_m)), array_agg(grid_no), array_agg(1))
        from came c where geom_m is not null and is_drawn(level)
          and coalesce((select false from review r where r.row_id = c.id and r.status = 'open' limit 1), true)
        having count(*) > 0;
    elsif tg_op = 'DELETE' then
        perform add_to_cells('incident', array_agg(cell_of(geom_m)), array_agg(grid_no), array_agg(-1))
        from gone g where geom_m is not null and is_drawn(level)
          and coalesce((select false from review r where r.row_id = g.id and r.status = 'open' limit 1), true)
        having count(*) > 0;
    else
        perform add_to_cells('incident', array_agg(cell_of(v.geom_m)), array_agg(v.grid_no), array_agg(v.n))
        from came c join gone g on g.id = c.id
        cross join lateral (values (c.geom_m, c.grid_no, c.level, 1), (g.geom_m, g.grid_no, g.level, -1)) v (geom_m, grid_no, level, n)
        where (c.grid_no, c.level, c.point::bytea) is distinct from (g.grid_no, g.level, g.point::bytea)
          and v.geom_m is not null and is_drawn(v.level)
          and coalesce((select false from review r where r.row_id = c.id and r.status = 'open' limit 1), true)
        having count(*) > 0;
    end if;
    if unscoped then
        perform set_config('wangge.lo', '', true), set_config('wangge.hi', '', true);
    end if;
    return null;
end
$$;

-- An incident appears when the last of its entries is closed, and vanishes when the first one opens. Its row is locked first: whoever
-- moves it meanwhile waits, and then sees the entry as we leave it.
create or replace function count_reviewed_incidents() returns trigger
language plpgsql security definer set search_path = public, pg_temp set plan_cache_mode = force_generic_plan
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
as $$
declare
    touched uuid[];
    opened uuid[] := '{}';
    closed uuid[] := '{}';
    unscoped boolean := nullif(current_setting('wangge.lo', true), '') is null;
begin
    if unscoped then
        perform set_config('wangge.lo', '0', true), set_config('wangge.hi', '999999999999999', true);
    end if;
    if tg_op = 'INSERT' then
        opened := array(select id from came where register = 'incident' and status = 'open');
        touched := array(select row_id from came where id = any(opened));
    elsif tg_op = 'DELETE' then
        closed := array(select row_id from gone where register = 'incident' and status = 'open');
        touched := closed;
    else
        opened := array(select c.id from came c join gone g on g.id = c.id
                        where c.register = 'incident' and c.status = 'open' and g.status <> 'open');
        closed := array(select g.row_id from came c join gone g on g.id = c.id
                        where c.register = 'incident' and c.status <> 'open' and g.status = 'open');
        touched := closed || array(select row_id from came where id = any(opened));
    end if;
    perform 1 from incident where id = any(touched) order by id for no key update;
    perform add_to_cells('incident', array_agg(cell_of(i.geom_m)), array_agg(i.grid_no), array_agg(case when o.is_open then -1 else 1 end))
    from incident i
    cross join lateral (
        select count(*) > 0 as is_open, i.id = any(closed) or count(*) filter (where r.id <> all(opened)) > 0 as was_open
        from review r where r.row_id = i.id and r.status = 'open'
    ) o
    where i.id = any(touched) and i.geom_m is not null and is_drawn(i.level) and o.is_open <> o.was_open
    having count(*) > 0;
    if unscoped then
        perform set_config('wangge.lo', '', true), set_config('wangge.hi', '', true);
    end if;
    return null;
end
$$;

do $$
declare
    kept record;
    act record;
begin
    for kept in select * from (values ('house', 'count_house_cells'), ('building', 'count_building_cells'),
                                      ('incident', 'count_incident_cells'), ('review', 'count_reviewed_incidents')
                              ) t (table_name, function_name)
    loop
        for act in select * from (values ('insert', 'new table as came'), ('delete', 'old table as gone'),
                                         ('update', 'old table as gone new table as came')) t (name, seen)
        loop
            execute format('create or replace trigger cells_%s after %s on %I referencing %s for each statement execute function %I()',
                           act.name, act.name, kept.table_name, act.seen, kept.function_name);
        end loop;
    end loop;
end
$$;

-- The counts as they would be if they were made anew: what the first migration stores, and what is compared with the stored ones.
-- Each row's cell is worked out once, coarser cells are summed from the finest.
create or replace function recount_cells() returns table (register text, cell bigint, grid_no bigint, n bigint)
language sql stable set work_mem = '128MB'
as $$
    with finest as materialized (
        select 'house' as register, cell_of(geom_m) as cell, grid_no, count(*)::int as n from house
        where geom_m is not null and is_drawn(level) group by 2, 3
        union all
        select 'building', cell_of(st_centroid(geom_m)), grid_no, count(*) from building
        where geom_m is not null and (is_drawn(level) or footprint is not null) group by 2, 3
        union all
        select 'incident', cell_of(geom_m), grid_no, count(*) from incident i
        where geom_m is not null and is_drawn(level)
          and not exists (select 1 from review r where r.row_id = i.id and r.status = 'open') group by 2, 3
    )
    select register, cell, grid_no, n::bigint from finest
    union all
    select register, cell >> shift, grid_no, sum(n) from finest, (values (4), (6), (8)) as s (shift) group by 1, 2, 3
$$;

-- What was there before the triggers. The tables of people show their rows inside a scope only, to their owner too.
do $$
begin
    perform set_config('wangge.lo', '0', true), set_config('wangge.hi', '999999999999999', true), set_config('wangge.grids', '', true);
    if not exists (select 1 from cell_count) then
        insert into cell_count (register, cell, grid_no, n) select register, cell, grid_no, n from recount_cells() order by 1, 2, 3;
    end if;
    perform set_config('wangge.lo', '', true), set_config('wangge.hi', '', true);
end
$$;

-- Nobody writes by hand what the triggers keep.
revoke execute on function add_to_cells(text, bigint[], bigint[], int[]), count_house_cells(), count_building_cells(),
    count_incident_cells(), count_reviewed_incidents() from public;
revoke insert, update, delete on cell_count from wangge_api;
