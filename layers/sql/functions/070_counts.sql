-- Roll-ups, exact in every transaction that changes what they count. A statement's changes are summed up and added to the counts; a count
-- that another transaction is changing is left alone and a further part of it is begun: nobody waits for a count, so nobody deadlocks over
-- one, and a long import does not hold up a report from the same county. A count is the sum of its parts; readers add them up.
-- Limit: parts that no later change meets stay apart until recount_counts(). Where triggers do not fire (session_replication_role, the
-- apply worker of logical replication) nothing is counted: replicate these tables instead.

-- What a recount gives; doctor.sql and recount_counts() compare the counts with it.
create or replace function recounted_incidents() returns table (kept text, grid_no bigint, begins_on date, kind text, n bigint)
language sql stable
as $$
    with day as materialized (
        select i.grid_no, i.occurred_on, i.kind, count(*) as n from incident i group by 1, 2, 3
    ), month as materialized (
        select d.grid_no, date_trunc('month', d.occurred_on::timestamp)::date as month, d.kind, sum(d.n)::bigint as n from day d group by 1, 2, 3
    )
    select 'incident_day', d.grid_no, d.occurred_on, d.kind, d.n from day d
    union all
    select 'incident_month', m.grid_no, m.month, m.kind, m.n from month m
    union all
    select 'county_day', d.grid_no / 1000000000 * 1000000000, d.occurred_on, d.kind, sum(d.n)::bigint from day d group by 2, 3, 4
    union all
    select 'county_month', m.grid_no / 1000000000 * 1000000000, m.month, m.kind, sum(m.n)::bigint from month m group by 2, 3, 4
$$;
create or replace function recounted_registers() returns table (register text, grid_no bigint, n bigint)
language sql stable
as $$
    select 'building', b.grid_no, count(*) from building b group by 2
    union all
    select 'house', h.grid_no, count(*) from house h group by 2
    union all
    select 'household', k.grid_no, count(*) from household k where k.moved_out_on is null group by 2
    union all
    select 'person', p.grid_no, count(*) from person p where p.moved_out_on is null group by 2
    union all
    select 'assumed_household', b.grid_no, sum(b.assumed_households) from building b
    where b.assumed_households > 0 and not exists (
        select 1 from house h join household k on k.house_id = h.id and k.moved_out_on is null where h.building_id = b.id)
    group by 2
$$;

-- Incidents: what stayed the same in an update cancels out, as a re-homing inside one county does in the county's counts.
create or replace function count_incidents() returns trigger
language plpgsql security definer set search_path = public, pg_temp set plan_cache_mode = force_generic_plan
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set work_mem = '32MB'
as $$
declare
    days date[];
    kinds text[];
    numbers bigint[];
    more bigint[];
begin
    if tg_op = 'INSERT' then
        select array_agg(occurred_on), array_agg(kind), array_agg(grid_no), array_agg(n) into days, kinds, numbers, more
        from (select occurred_on, kind, grid_no, count(*) as n from came group by 1, 2, 3 order by 1, 2, 3) a;
    elsif tg_op = 'DELETE' then
        select array_agg(occurred_on), array_agg(kind), array_agg(grid_no), array_agg(-n) into days, kinds, numbers, more
        from (select occurred_on, kind, grid_no, count(*) as n from gone group by 1, 2, 3 order by 1, 2, 3) a;
    else
        select array_agg(occurred_on), array_agg(kind), array_agg(grid_no), array_agg(n) into days, kinds, numbers, more
        from (select occurred_on, kind, grid_no, sum(one) as n
              from (select occurred_on, kind, grid_no, 1 as one from came
                    union all select occurred_on, kind, grid_no, -1 from gone) both_sides
              group by 1, 2, 3 having sum(one) <> 0 order by 1, 2, 3) a;
    end if;
    if days is null then
        return null;
    end if;
    perform add_to_incident_day(days, kinds, numbers, more);
    perform add_to_county_day(array_agg(day), array_agg(kind), array_agg(county), array_agg(n))
    from (select c.day, c.kind, c.grid_no / 1000000000 * 1000000000 as county, sum(c.n::int) as n
          from unnest(days, kinds, numbers, more) c (day, kind, grid_no, n) group by 1, 2, 3 having sum(c.n::int) <> 0 order by 1, 2, 3) a
    having count(*) > 0;
    select array_agg(month), array_agg(kind), array_agg(grid_no), array_agg(n) into days, kinds, numbers, more
    from (select date_trunc('month', c.day::timestamp)::date as month, c.kind, c.grid_no, sum(c.n::int) as n
          from unnest(days, kinds, numbers, more) c (day, kind, grid_no, n) group by 1, 2, 3 having sum(c.n::int) <> 0 order by 1, 2, 3) a;
    if days is null then
        return null;
    end if;
    perform add_to_incident_month(days, kinds, numbers, more);
    perform add_to_county_month(array_agg(month), array_agg(kind), array_agg(county), array_agg(n))
    from (select c.month, c.kind, c.grid_no / 1000000000 * 1000000000 as county, sum(c.n::int) as n
          from unnest(days, kinds, numbers, more) c (month, kind, grid_no, n) group by 1, 2, 3 having sum(c.n::int) <> 0 order by 1, 2, 3) a
    having count(*) > 0;
    return null;
end
$$;

-- Buildings and houses: every row counts.
create or replace function count_buildings() returns trigger
language plpgsql security definer set search_path = public, pg_temp set plan_cache_mode = force_generic_plan
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
as $$
begin
    if tg_op = 'INSERT' then
        perform add_to_register_count(tg_table_name::text, array_agg(grid_no), array_agg(n))
        from (select grid_no, count(*) as n from came group by 1) a having count(*) > 0;
    elsif tg_op = 'DELETE' then
        perform add_to_register_count(tg_table_name::text, array_agg(grid_no), array_agg(-n))
        from (select grid_no, count(*) as n from gone group by 1) a having count(*) > 0;
    else
        perform add_to_register_count(tg_table_name::text, array_agg(grid_no), array_agg(n))
        from (select grid_no, sum(one) as n
              from (select grid_no, 1 as one from came union all select grid_no, -1 from gone) both_sides
              group by 1 having sum(one) <> 0) a having count(*) > 0;
    end if;
    return null;
end
$$;

-- Households and persons: those count who have not moved out.
create or replace function count_residents() returns trigger
language plpgsql security definer set search_path = public, pg_temp set plan_cache_mode = force_generic_plan
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
as $$
begin
    if tg_op = 'INSERT' then
        perform add_to_register_count(tg_table_name::text, array_agg(grid_no), array_agg(n))
        from (select grid_no, count(*) as n from came where moved_out_on is null group by 1) a having count(*) > 0;
    elsif tg_op = 'DELETE' then
        perform add_to_register_count(tg_table_name::text, array_agg(grid_no), array_agg(-n))
        from (select grid_no, count(*) as n from gone where moved_out_on is null group by 1) a having count(*) > 0;
    else
        perform add_to_register_count(tg_table_name::text, array_agg(grid_no), array_agg(n))
        from (select grid_no, sum(one) as n
              from (select grid_no, 1 as one from came where moved_out_on is null
                    union all select grid_no, -1 from gone where moved_out_on is null) both_sides
              group by 1 having sum(one) <> 0) a having count(*) > 0;
    end if;
    return null;
end
$$;

-- What must be counted whoever writes is read with the widest scope, and the writer's own is put back at once. (A setting of the function
-- would do that by itself, but takes a superuser.)
create or replace function scope_settings() returns text[]
language sql
as $$
    select array[current_setting('wangge.lo', true), current_setting('wangge.hi', true), current_setting('wangge.grids', true)]
$$;
create or replace function set_scope_settings(setting text[]) returns void
language sql
as $$
    select set_config('wangge.lo', coalesce(setting[1], ''), true), set_config('wangge.hi', coalesce(setting[2], ''), true),
           set_config('wangge.grids', coalesce(setting[3], ''), true)
$$;

-- Assumed households are those of buildings in which no household lives. Whether one lives there is no sum, so writers of one building
-- wait for each other: its row is locked, buildings in order of id, before anybody looks who lives in it. `joined` is how many more
-- households live in a building (fewer, when negative) than before the statement.
create or replace function count_assumed(buildings uuid[], joined bigint[]) returns void
language plpgsql
as $$
begin
    perform add_to_register_count('assumed_household', array_agg(grid_no), array_agg(n))
    from (select b.grid_no, sum(case when living.now = 0 then b.assumed_households else -b.assumed_households end) as n
          from unnest(buildings, joined) c (id, joined)
          join building b on b.id = c.id
          cross join lateral (select count(*) as now from house h join household k on k.house_id = h.id and k.moved_out_on is null
                              where h.building_id = b.id) living
          where b.assumed_households > 0 and (living.now = 0) <> (living.now = c.joined)
          group by 1 having sum(case when living.now = 0 then b.assumed_households else -b.assumed_households end) <> 0) a
    having count(*) > 0;
end
$$;
create or replace function count_assumed_by_household() returns trigger
language plpgsql security definer set search_path = public, pg_temp set plan_cache_mode = force_generic_plan
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
as $$
declare
    own text[] := scope_settings();
    houses uuid[];
    joined bigint[];
    known uuid[] := '{}';
    further uuid[];
begin
    if tg_op = 'INSERT' then
        select array_agg(house_id), array_agg(n) into houses, joined
        from (select house_id, count(*) as n from came where moved_out_on is null group by 1) a;
    elsif tg_op = 'DELETE' then
        select array_agg(house_id), array_agg(-n) into houses, joined
        from (select house_id, count(*) as n from gone where moved_out_on is null group by 1) a;
    else
        select array_agg(house_id), array_agg(n) into houses, joined
        from (select house_id, sum(one) as n
              from (select house_id, 1 as one from came where moved_out_on is null
                    union all select house_id, -1 from gone where moved_out_on is null) both_sides
              group by 1 having sum(one) <> 0) a;
    end if;
    if houses is null then
        return null;
    end if;
    perform set_scope_settings(array['0', '999999999999999', '']);
    -- While we waited for a building, a house may have come to another one.
    loop
        select array_agg(distinct h.building_id) into further from house h
        where h.id = any(houses) and h.building_id is not null and h.building_id <> all(known);
        exit when further is null;
        perform 1 from building b where b.id = any(further) order by b.id for no key update;
        known := known || further;
    end loop;
    perform count_assumed(array_agg(building_id), array_agg(n))
    from (select h.building_id, sum(c.n)::bigint as n from unnest(houses, joined) c (house_id, n) join house h on h.id = c.house_id
          where h.building_id is not null group by 1 having sum(c.n) <> 0) a having count(*) > 0;
    perform set_scope_settings(own);
    return null;
end
$$;
create or replace function count_assumed_by_house() returns trigger
language plpgsql security definer set search_path = public, pg_temp set plan_cache_mode = force_generic_plan
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
as $$
declare
    own text[] := scope_settings();
    houses uuid[];
    old_homes uuid[];
    new_homes uuid[];
begin
    select array_agg(n.id), array_agg(o.building_id), array_agg(n.building_id) into houses, old_homes, new_homes
    from came n join gone o on o.id = n.id where n.building_id is distinct from o.building_id;
    if houses is null then
        return null;
    end if;
    perform set_scope_settings(array['0', '999999999999999', '']);
    perform 1 from building b where b.id = any(old_homes || new_homes) order by b.id for no key update;
    perform count_assumed(array_agg(building_id), array_agg(n))
    from (select side.building_id, sum(side.sign * living.n)::bigint as n
          from unnest(houses, old_homes, new_homes) c (id, old_home, new_home)
          cross join lateral (select count(*) as n from household k where k.house_id = c.id and k.moved_out_on is null) living
          cross join lateral (values (c.old_home, -1), (c.new_home, 1)) side (building_id, sign)
          where side.building_id is not null group by 1 having sum(side.sign * living.n) <> 0) a having count(*) > 0;
    perform set_scope_settings(own);
    return null;
end
$$;
-- A new building has no houses yet, and one that goes has none any more: houses refer to it.
create or replace function count_assumed_by_building() returns trigger
language plpgsql security definer set search_path = public, pg_temp set plan_cache_mode = force_generic_plan
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
as $$
declare
    own text[] := scope_settings();
begin
    perform set_scope_settings(array['0', '999999999999999', '']);
    if tg_op = 'INSERT' then
        perform add_to_register_count('assumed_household', array_agg(grid_no), array_agg(n))
        from (select grid_no, sum(assumed_households) as n from came where assumed_households > 0 group by 1) a having count(*) > 0;
    elsif tg_op = 'DELETE' then
        perform add_to_register_count('assumed_household', array_agg(grid_no), array_agg(-n))
        from (select grid_no, sum(assumed_households) as n from gone where assumed_households > 0 group by 1) a having count(*) > 0;
    else
        perform add_to_register_count('assumed_household', array_agg(grid_no), array_agg(n))
        from (select side.grid_no, sum(side.n) as n
              from came n join gone o on o.id = n.id
              cross join lateral (values (n.grid_no, n.assumed_households), (o.grid_no, -o.assumed_households)) side (grid_no, n)
              where (n.grid_no, n.assumed_households) is distinct from (o.grid_no, o.assumed_households)
                and not exists (select 1 from house h join household k on k.house_id = h.id and k.moved_out_on is null
                                where h.building_id = n.id)
              group by 1 having sum(side.n) <> 0) a having count(*) > 0;
    end if;
    perform set_scope_settings(own);
    return null;
end
$$;

-- How many counts were wrong; they are right since, and each is one row. Nobody writes meanwhile.
create or replace function recount_counts() returns bigint
language plpgsql security definer set search_path = public, pg_temp set work_mem = '128MB'
as $$
declare
    own text[] := scope_settings();
    wrong bigint := 0;
    differing bigint;
    kept record;
begin
    perform set_scope_settings(array['0', '999999999999999', '']);
    lock table incident, building, house, household, person in share mode;
    create temporary table recounted on commit drop as
        select r.kept, r.grid_no, r.begins_on, r.kind, r.kind as register, r.n from recounted_incidents() r
        union all select 'register_count', r.grid_no, null, null, r.register, r.n from recounted_registers() r;
    for kept in
        select name, keys, regexp_replace(keys, '(\w+)', 't.\1', 'g') as own, regexp_replace(keys, '(\w+)', 'd.\1', 'g') as other
        from (select name, 'begins_on, kind, grid_no' as keys
              from unnest(array['incident_day', 'incident_month', 'county_day', 'county_month']) name
              union all values ('register_count', 'register, grid_no')) of
    loop
        execute format('create temporary table mended on commit drop as
                        select %2$s, r.n, coalesce(k.n, 0) <> coalesce(r.n, 0) as is_wrong
                        from (select %2$s, sum(n) as n, count(*) as parts from %1$I group by %2$s) k
                        full join (select %2$s, n from recounted where kept = %1$L) r using (%2$s)
                        where coalesce(k.n, 0) <> coalesce(r.n, 0) or k.parts > 1 or r.n is null', kept.name, kept.keys);
        execute format('delete from %I t using mended d where (%s) = (%s)', kept.name, kept.own, kept.other);
        execute format('insert into %1$I (%2$s, part, n) select %2$s, 0, n from mended where n is not null order by %2$s', kept.name, kept.keys);
        select count(*) filter (where is_wrong) into differing from mended;
        wrong := wrong + differing;
        drop table mended;
    end loop;
    drop table recounted;
    perform set_scope_settings(own);
    return wrong;
end
$$;
create or replace function recount_truncated() returns trigger
language plpgsql security definer set search_path = public, pg_temp
as $$
begin
    perform recount_counts();
    return null;
end
$$;

do $$
declare
    kept record;
    act record;
begin
    for kept in select * from (values ('incident', 'count_incidents'), ('building', 'count_buildings'), ('house', 'count_buildings'),
                                      ('household', 'count_residents'), ('person', 'count_residents'),
                                      ('household', 'count_assumed_by_household'), ('building', 'count_assumed_by_building'),
                                      ('house', 'count_assumed_by_house')) t (table_name, function_name)
    loop
        for act in select * from (values ('insert', 'new table as came'), ('delete', 'old table as gone'),
                                         ('update', 'old table as gone new table as came')) t (name, seen)
                   where kept.function_name <> 'count_assumed_by_house' or name = 'update'
        loop
            execute format('create or replace trigger %1$s_%2$s after %2$s on %3$I referencing %4$s for each statement execute function %1$I()',
                           kept.function_name, act.name, kept.table_name, act.seen);
        end loop;
        execute format('create or replace trigger recount_truncated after truncate on %I for each statement execute function recount_truncated()',
                       kept.table_name);
    end loop;
end
$$;

-- Nobody writes by hand what the triggers keep.
revoke execute on function set_scope_settings(text[]), count_assumed(uuid[], bigint[]), count_incidents(),
    count_buildings(), count_residents(), count_assumed_by_household(), count_assumed_by_house(), count_assumed_by_building(),
    recount_counts(), recount_truncated() from public;
grant execute on function recount_counts() to wangge_api;
revoke insert, update, delete on incident_day, incident_month, county_day, county_month, register_count from wangge_api;

-- A database that was filled before there were counts.
do $$
begin
    if not exists (select 1 from register_count) and not exists (select 1 from incident_day) then
        perform recount_counts();
    end if;
end
$$;
