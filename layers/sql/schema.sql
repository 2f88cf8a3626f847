CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA public;
CREATE EXTENSION IF NOT EXISTS postgis WITH SCHEMA public;
CREATE FUNCTION public.add_to_cell_count(registered text, cells bigint[], numbers bigint[], more bigint[]) RETURNS void
    LANGUAGE plpgsql
    AS $$
            declare
                places tid[];
                spares tid[];
                empty tid[];
            begin
                if not ('t'::bool and cardinality(more) >= 1000 and 0 < all(more)) then
                    select array_agg(free[1]), array_agg(free[2]) into places, spares
                    from (select array(select t.ctid from cell_count t where t.register = registered and t.cell = c.cell and t.grid_no = c.grid_no limit 2 for update skip locked) as free
                          from unnest(cells, numbers) c (cell, grid_no) offset 0) locked;
                    with changed as (
                        update cell_count t
                        set n = t.n + c.n + case when c.spare is null then 0 else (select s.n from cell_count s where s.ctid = c.spare) end
                        from unnest(more, places, spares) c (n, place, spare) where t.ctid = c.place
                        returning t.ctid, t.n
                    )
                    select array_agg(ctid) into empty from changed where n = 0;
                end if;
                if places is null or array_position(places, null) is not null then
                    insert into cell_count (register, cell, grid_no, n)
                    select registered, c.cell, c.grid_no, c.n from unnest(cells, numbers, more, places) c (cell, grid_no, n, place) where c.place is null;
                end if;
                empty := empty || array_remove(spares, null);
                if empty <> '{}' then
                    delete from cell_count t where t.ctid = any(empty);
                end if;
            end
            $$;
ALTER FUNCTION public.add_to_cell_count(registered text, cells bigint[], numbers bigint[], more bigint[]) OWNER TO wangge_owner;
CREATE FUNCTION public.add_to_cells(register_name text, cells bigint[], grid_nos bigint[], differences integer[]) RETURNS void
    LANGUAGE plpgsql
    AS $$
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
ALTER FUNCTION public.add_to_cells(register_name text, cells bigint[], grid_nos bigint[], differences integer[]) OWNER TO wangge_owner;
CREATE FUNCTION public.add_to_county_day(periods date[], kinds text[], numbers bigint[], more bigint[]) RETURNS void
    LANGUAGE plpgsql
    AS $$
            declare
                places tid[];
                spares tid[];
                empty tid[];
            begin
                if not ('f'::bool and cardinality(more) >= 1000 and 0 < all(more)) then
                    select array_agg(free[1]), array_agg(free[2]) into places, spares
                    from (select array(select t.ctid from county_day t where t.begins_on = c.begins_on and t.kind = c.kind and t.grid_no = c.grid_no limit 2 for update skip locked) as free
                          from unnest(periods, kinds, numbers) c (begins_on, kind, grid_no) offset 0) locked;
                    with changed as (
                        update county_day t
                        set n = t.n + c.n + case when c.spare is null then 0 else (select s.n from county_day s where s.ctid = c.spare) end
                        from unnest(more, places, spares) c (n, place, spare) where t.ctid = c.place
                        returning t.ctid, t.n
                    )
                    select array_agg(ctid) into empty from changed where n = 0;
                end if;
                if places is null or array_position(places, null) is not null then
                    insert into county_day (begins_on, kind, grid_no, n)
                    select c.begins_on, c.kind, c.grid_no, c.n from unnest(periods, kinds, numbers, more, places) c (begins_on, kind, grid_no, n, place) where c.place is null;
                end if;
                empty := empty || array_remove(spares, null);
                if empty <> '{}' then
                    delete from county_day t where t.ctid = any(empty);
                end if;
            end
            $$;
ALTER FUNCTION public.add_to_county_day(periods date[], kinds text[], numbers bigint[], more bigint[]) OWNER TO wangge_owner;
CREATE FUNCTION public.add_to_county_month(periods date[], kinds text[], numbers bigint[], more bigint[]) RETURNS void
    LANGUAGE plpgsql
    AS $$
            declare
                places tid[];
                spares tid[];
                empty tid[];
            begin
                if not ('f'::bool and cardinality(more) >= 1000 and 0 < all(more)) then
                    select array_agg(free[1]), array_agg(free[2]) into places, spares
                    from (select array(select t.ctid from county_month t where t.begins_on = c.begins_on and t.kind = c.kind and t.grid_no = c.grid_no limit 2 for update skip locked) as free
                          from unnest(periods, kinds, numbers) c (begins_on, kind, grid_no) offset 0) locked;
                    with changed as (
                        update county_month t
                        set n = t.n + c.n + case when c.spare is null then 0 else (select s.n from county_month s where s.ctid = c.spare) end
                        from unnest(more, places, spares) c (n, place, spare) where t.ctid = c.place
                        returning t.ctid, t.n
                    )
                    select array_agg(ctid) into empty from changed where n = 0;
                end if;
                if places is null or array_position(places, null) is not null then
                    insert into county_month (begins_on, kind, grid_no, n)
                    select c.begins_on, c.kind, c.grid_no, c.n from unnest(periods, kinds, numbers, more, places) c (begins_on, kind, grid_no, n, place) where c.place is null;
                end if;
                empty := empty || array_remove(spares, null);
                if empty <> '{}' then
                    delete from county_month t where t.ctid = any(empty);
                end if;
            end
            $$;
ALTER FUNCTION public.add_to_county_month(periods date[], kinds text[], numbers bigint[], more bigint[]) OWNER TO wangge_owner;
CREATE FUNCTION public.add_to_incident_day(periods date[], kinds text[], numbers bigint[], more bigint[]) RETURNS void
    LANGUAGE plpgsql
    AS $$
            declare
                places tid[];
                spares tid[];
                empty tid[];
            begin
                if not ('t'::bool and cardinality(more) >= 1000 and 0 < all(more)) then
                    select array_agg(free[1]), array_agg(free[2]) into places, spares
                    from (select array(select t.ctid from incident_day t where t.begins_on = c.begins_on and t.kind = c.kind and t.grid_no = c.grid_no limit 2 for update skip locked) as free
                          from unnest(periods, kinds, numbers) c (begins_on, kind, grid_no) offset 0) locked;
                    with changed as (
                        update incident_day t
                        set n = t.n + c.n + case when c.spare is null then 0 else (select s.n from incident_day s where s.ctid = c.spare) end
                        from unnest(more, places, spares) c (n, place, spare) where t.ctid = c.place
                        returning t.ctid, t.n
                    )
                    select array_agg(ctid) into empty from changed where n = 0;
                end if;
                if places is null or array_position(places, null) is not null then
                    insert into incident_day (begins_on, kind, grid_no, n)
                    select c.begins_on, c.kind, c.grid_no, c.n from unnest(periods, kinds, numbers, more, places) c (begins_on, kind, grid_no, n, place) where c.place is null;
                end if;
                empty := empty || array_remove(spares, null);
                if empty <> '{}' then
                    delete from incident_day t where t.ctid = any(empty);
                end if;
            end
            $$;
ALTER FUNCTION public.add_to_incident_day(periods date[], kinds text[], numbers bigint[], more bigint[]) OWNER TO wangge_owner;
CREATE FUNCTION public.add_to_incident_month(periods date[], kinds text[], numbers bigint[], more bigint[]) RETURNS void
    LANGUAGE plpgsql
    AS $$
            declare
                places tid[];
                spares tid[];
                empty tid[];
            begin
                if not ('f'::bool and cardinality(more) >= 1000 and 0 < all(more)) then
                    select array_agg(free[1]), array_agg(free[2]) into places, spares
                    from (select array(select t.ctid from incident_month t where t.begins_on = c.begins_on and t.kind = c.kind and t.grid_no = c.grid_no limit 2 for update skip locked) as free
                          from unnest(periods, kinds, numbers) c (begins_on, kind, grid_no) offset 0) locked;
                    with changed as (
                        update incident_month t
                        set n = t.n + c.n + case when c.spare is null then 0 else (select s.n from incident_month s where s.ctid = c.spare) end
                        from unnest(more, places, spares) c (n, place, spare) where t.ctid = c.place
                        returning t.ctid, t.n
                    )
                    select array_agg(ctid) into empty from changed where n = 0;
                end if;
                if places is null or array_position(places, null) is not null then
                    insert into incident_month (begins_on, kind, grid_no, n)
                    select c.begins_on, c.kind, c.grid_no, c.n from unnest(periods, kinds, numbers, more, places) c (begins_on, kind, grid_no, n, place) where c.place is null;
                end if;
                empty := empty || array_remove(spares, null);
                if empty <> '{}' then
                    delete from incident_month t where t.ctid = any(empty);
                end if;
            end
            $$;
ALTER FUNCTION public.add_to_incident_month(periods date[], kinds text[], numbers bigint[], more bigint[]) OWNER TO wangge_owner;
CREATE FUNCTION public.add_to_register_count(registered text, numbers bigint[], more bigint[]) RETURNS void
    LANGUAGE plpgsql
    AS $$
            declare
                places tid[];
                spares tid[];
                empty tid[];
            begin
                if not ('f'::bool and cardinality(more) >= 1000 and 0 < all(more)) then
                    select array_agg(free[1]), array_agg(free[2]) into places, spares
                    from (select array(select t.ctid from register_count t where t.register = registered and t.grid_no = c.grid_no limit 2 for update skip locked) as free
                          from unnest(numbers) c (grid_no) offset 0) locked;
                    with changed as (
                        update register_count t
                        set n = t.n + c.n + case when c.spare is null then 0 else (select s.n from register_count s where s.ctid = c.spare) end
                        from unnest(more, places, spares) c (n, place, spare) where t.ctid = c.place
                        returning t.ctid, t.n
                    )
                    select array_agg(ctid) into empty from changed where n = 0;
                end if;
                if places is null or array_position(places, null) is not null then
                    insert into register_count (register, grid_no, n)
                    select registered, c.grid_no, c.n from unnest(numbers, more, places) c (grid_no, n, place) where c.place is null;
                end if;
                empty := empty || array_remove(spares, null);
                if empty <> '{}' then
                    delete from register_count t where t.ctid = any(empty);
                end if;
            end
            $$;
ALTER FUNCTION public.add_to_register_count(registered text, numbers bigint[], more bigint[]) OWNER TO wangge_owner;
CREATE FUNCTION public.analyze_registers() RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
begin
    analyze region, barrier, link, building, house, household, person, enrolment, facility, organisation, place, incident, visit,
            occupancy, residence, cell_count;
end
$$;
ALTER FUNCTION public.analyze_registers() OWNER TO wangge_owner;
CREATE FUNCTION public.begin_occupancies() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    insert into occupancy (id, household_id, house_id, grid_no, during, created_by)
    select gen_random_uuid(), k.id, k.house_id, k.grid_no, daterange(k.moved_in_on, k.moved_out_on), k.created_by
    from coming k where (k.moved_in_on < k.moved_out_on) is not false;
    return null;
end
$$;
ALTER FUNCTION public.begin_occupancies() OWNER TO wangge_owner;
CREATE FUNCTION public.begin_residences() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    insert into residence (id, person_id, household_id, grid_no, during, created_by)
    select gen_random_uuid(), p.id, p.household_id, p.grid_no, daterange(p.moved_in_on, p.moved_out_on), p.created_by
    from coming p where (p.moved_in_on < p.moved_out_on) is not false;
    return null;
end
$$;
ALTER FUNCTION public.begin_residences() OWNER TO wangge_owner;
CREATE FUNCTION public.cell_of(point public.geometry) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select (1::bigint << 38)
           + (with_gaps(least(greatest(floor((st_x(point) / 40075016.6855785 + 0.5) * 524288), 0), 524287)::int)
              | (with_gaps(least(greatest(floor((0.5 - st_y(point) / 40075016.6855785) * 524288), 0), 524287)::int) << 1))
$$;
ALTER FUNCTION public.cell_of(point public.geometry) OWNER TO wangge_owner;
CREATE FUNCTION public.cell_of_tile(z integer, x integer, y integer) RETURNS bigint
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
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
ALTER FUNCTION public.cell_of_tile(z integer, x integer, y integer) OWNER TO wangge_owner;
CREATE FUNCTION public.count_assumed(buildings uuid[], joined bigint[]) RETURNS void
    LANGUAGE plpgsql
    AS $$
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
ALTER FUNCTION public.count_assumed(buildings uuid[], joined bigint[]) OWNER TO wangge_owner;
CREATE FUNCTION public.count_assumed_by_building() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
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
ALTER FUNCTION public.count_assumed_by_building() OWNER TO wangge_owner;
CREATE FUNCTION public.count_assumed_by_house() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
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
ALTER FUNCTION public.count_assumed_by_house() OWNER TO wangge_owner;
CREATE FUNCTION public.count_assumed_by_household() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
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
ALTER FUNCTION public.count_assumed_by_household() OWNER TO wangge_owner;
CREATE FUNCTION public.count_building_cells() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
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
ALTER FUNCTION public.count_building_cells() OWNER TO wangge_owner;
CREATE FUNCTION public.count_buildings() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
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
ALTER FUNCTION public.count_buildings() OWNER TO wangge_owner;
CREATE FUNCTION public.count_house_cells() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
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
ALTER FUNCTION public.count_house_cells() OWNER TO wangge_owner;
CREATE FUNCTION public.count_house_names() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
begin
    if tg_op = 'INSERT' then
        perform count_place_names(array_agg(village), array_agg(street), array_agg(estate), array_agg(hamlet), array_agg(houses))
        from (select grid_no / 1000 as village, street, estate, hamlet, count(*) as houses
              from came group by 1, 2, 3, 4) a;
    elsif tg_op = 'DELETE' then
        perform count_place_names(array_agg(village), array_agg(street), array_agg(estate), array_agg(hamlet), array_agg(-houses))
        from (select grid_no / 1000 as village, street, estate, hamlet, count(*) as houses
              from gone group by 1, 2, 3, 4) a;
    else
        perform count_place_names(array_agg(village), array_agg(street), array_agg(estate), array_agg(hamlet), array_agg(houses))
        from (select village, street, estate, hamlet, sum(one) as houses
              from (select grid_no / 1000 as village, street, estate, hamlet, 1 as one from came
                    union all select grid_no / 1000, street, estate, hamlet, -1 from gone) both_sides
              group by 1, 2, 3, 4 having sum(one) <> 0) a;
    end if;
    return null;
end
$$;
ALTER FUNCTION public.count_house_names() OWNER TO wangge_owner;
CREATE FUNCTION public.count_incident_cells() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET work_mem TO '32MB'
    AS $$
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
ALTER FUNCTION public.count_incident_cells() OWNER TO wangge_owner;
CREATE FUNCTION public.count_incidents() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET work_mem TO '32MB'
    AS $$
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
ALTER FUNCTION public.count_incidents() OWNER TO wangge_owner;
CREATE FUNCTION public.count_place_names(villages bigint[], streets text[], estates text[], hamlets text[], more bigint[]) RETURNS void
    LANGUAGE plpgsql
    AS $$
declare
    counties text[];
begin
    with change as materialized (
        select lpad(a.village::text, 12, '0') as village_code, named.kind, named.name, sum(a.more)::int as more
        from unnest(villages, streets, estates, hamlets, more) a (village, street, estate, hamlet, more),
             lateral (values ('street', a.street), ('estate', a.estate), ('hamlet', a.hamlet)) named (kind, name)
        where named.name is not null
        group by 1, 2, 3 having sum(a.more) <> 0
    ), counted as (
        insert into place_name as p (village_code, kind, name, houses)
        select village_code, kind, name, change.more from change order by village_code, kind, name
        on conflict (village_code, kind, name) do update set houses = p.houses + excluded.houses
        returning p.village_code, p.kind, p.name, p.houses
    )
    -- A name that has as many houses as were just added had none before.
    select array_agg(distinct left(village_code, 6)) into counties
    from counted join change using (village_code, kind, name) where counted.houses in (0, change.more);
    if counties is not null then
        delete from place_name p
        using (select distinct lpad(village::text, 12, '0') as code from unnest(villages) village) v
        where p.village_code = v.code and p.houses = 0;
        perform raise_gazetteer_versions(counties);
    end if;
end
$$;
ALTER FUNCTION public.count_place_names(villages bigint[], streets text[], estates text[], hamlets text[], more bigint[]) OWNER TO wangge_owner;
CREATE FUNCTION public.count_residents() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
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
ALTER FUNCTION public.count_residents() OWNER TO wangge_owner;
CREATE FUNCTION public.count_reviewed_incidents() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
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
ALTER FUNCTION public.count_reviewed_incidents() OWNER TO wangge_owner;
CREATE FUNCTION public.forget_changes() RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
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
ALTER FUNCTION public.forget_changes() OWNER TO wangge_owner;
CREATE FUNCTION public.forget_reviews() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
declare
    entries uuid[];
begin
    entries := array(select r.id from review r join gone on gone.id = r.row_id where r.register = tg_table_name);
    if entries <> '{}' then
        update name_alias set review_id = null where review_id = any(entries);
        update region_alias set review_id = null where review_id = any(entries);
        update address_alias set review_id = null where review_id = any(entries);
        delete from review where id = any(entries);
    end if;
    return null;
end
$$;
ALTER FUNCTION public.forget_reviews() OWNER TO wangge_owner;
CREATE FUNCTION public.go_on_occupancies() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
declare
    k record;
    last_id uuid;
begin
    for k in
        select n.*, is_new_stay(o.house_id, o.moved_in_on, o.moved_out_on, n.house_id, n.moved_in_on) as moves
        from going n join gone o on o.id = n.id
        where (n.house_id, n.moved_in_on, n.moved_out_on) is distinct from (o.house_id, o.moved_in_on, o.moved_out_on)
        order by n.id
    loop
        select id into last_id from occupancy where household_id = k.id order by upper(during) desc nulls first limit 1;
        if k.moves then
            update occupancy set during = daterange(lower(during), k.moved_in_on)
            where id = last_id and (upper_inf(during) or upper(during) > k.moved_in_on);
            last_id := null;
        end if;
        if (k.moved_in_on < k.moved_out_on) is false then
            delete from occupancy where id = last_id;
        elsif last_id is null then
            insert into occupancy (id, household_id, house_id, grid_no, during, created_by)
            values (gen_random_uuid(), k.id, k.house_id, k.grid_no, daterange(k.moved_in_on, k.moved_out_on), k.updated_by);
        else
            update occupancy set house_id = k.house_id, grid_no = k.grid_no, during = daterange(k.moved_in_on, k.moved_out_on)
            where id = last_id;
        end if;
    end loop;
    return null;
end
$$;
ALTER FUNCTION public.go_on_occupancies() OWNER TO wangge_owner;
CREATE FUNCTION public.go_on_residences() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
declare
    p record;
    last_id uuid;
begin
    for p in
        select n.*, is_new_stay(o.household_id, o.moved_in_on, o.moved_out_on, n.household_id, n.moved_in_on) as moves
        from going n join gone o on o.id = n.id
        where (n.household_id, n.moved_in_on, n.moved_out_on) is distinct from (o.household_id, o.moved_in_on, o.moved_out_on)
        order by n.id
    loop
        select id into last_id from residence where person_id = p.id order by upper(during) desc nulls first limit 1;
        if p.moves then
            update residence set during = daterange(lower(during), p.moved_in_on)
            where id = last_id and (upper_inf(during) or upper(during) > p.moved_in_on);
            last_id := null;
        end if;
        if (p.moved_in_on < p.moved_out_on) is false then
            delete from residence where id = last_id;
        elsif last_id is null then
            insert into residence (id, person_id, household_id, grid_no, during, created_by)
            values (gen_random_uuid(), p.id, p.household_id, p.grid_no, daterange(p.moved_in_on, p.moved_out_on), p.updated_by);
        else
            update residence set household_id = p.household_id, grid_no = p.grid_no, during = daterange(p.moved_in_on, p.moved_out_on)
            where id = last_id;
        end if;
    end loop;
    return null;
end
$$;
ALTER FUNCTION public.go_on_residences() OWNER TO wangge_owner;
CREATE FUNCTION public.is_drawn(level text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ select level in ('house', 'building', 'street') $$;
ALTER FUNCTION public.is_drawn(level text) OWNER TO wangge_owner;
CREATE FUNCTION public.is_new_stay(was_home uuid, was_in date, was_out date, home uuid, moved_in date) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select coalesce(moved_in >= was_out or (home <> was_home and moved_in > coalesce(was_in, '-infinity')), false)
$$;
ALTER FUNCTION public.is_new_stay(was_home uuid, was_in date, was_out date, home uuid, moved_in date) OWNER TO wangge_owner;
CREATE FUNCTION public.merge_slice(counts text, first text, last text) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET work_mem TO '64MB'
    AS $_$
declare
    keys text := case counts when 'incident_day' then 'begins_on, kind, grid_no' when 'cell_count' then 'register, cell, grid_no' end;
    own text := case counts when 'incident_day' then 'begins_on >= $1::date and begins_on < $2::date' else 'register = $1' end;
    spared bigint;
begin
    execute format('with part as materialized (
                        select t.ctid as place from %1$I t
                        join (select %2$s from %1$I where %3$s group by %2$s having count(*) > 1) apart using (%2$s)
                        for update of t skip locked
                    ), gone as (
                        delete from %1$I t using part where t.ctid = part.place returning t.*
                    ), made as (
                        insert into %1$I (%2$s, n) select %2$s, sum(n) from gone group by %2$s having sum(n) <> 0 order by %2$s
                        returning 1
                    )
                    select (select count(*) from gone) - (select count(*) from made)', counts, keys, own) into spared using first, last;
    return spared;
end
$_$;
ALTER FUNCTION public.merge_slice(counts text, first text, last text) OWNER TO wangge_owner;
CREATE FUNCTION public.note_access_token() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
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
                select pg_current_xact_id()::text::bigint, 'access_token', village, min(lo), max(hi), st_xmin(st_extent(shape)),
                       st_ymin(st_extent(shape)), st_xmax(st_extent(shape)), st_ymax(st_extent(shape)), min(day), max(day),
                       case when tg_name <> 'note_before' then count(*) else 0 end, case when few then array_agg(id) else '{}' end
                from (select 0 as lo, 999999999999999 as hi, null::geometry as shape, null::date as day, t.account_id as id from touched t) one
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
            $$;
ALTER FUNCTION public.note_access_token() OWNER TO wangge_owner;
CREATE FUNCTION public.note_account() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
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
                select pg_current_xact_id()::text::bigint, 'account', village, min(lo), max(hi), st_xmin(st_extent(shape)),
                       st_ymin(st_extent(shape)), st_xmax(st_extent(shape)), st_ymax(st_extent(shape)), min(day), max(day),
                       case when tg_name <> 'note_before' then count(*) else 0 end, case when few then array_agg(id) else '{}' end
                from (select 0 as lo, 999999999999999 as hi, (select st_collect(g.geom_m) from duty d join grid g on g.grid_no = d.grid_no and upper_inf(g.validity) where d.account_id = t.id) as shape, null::date as day, t.id as id from touched t) one
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
            $$;
ALTER FUNCTION public.note_account() OWNER TO wangge_owner;
CREATE FUNCTION public.note_barrier() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
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
                select pg_current_xact_id()::text::bigint, 'barrier', village, min(lo), max(hi), st_xmin(st_extent(shape)),
                       st_ymin(st_extent(shape)), st_xmax(st_extent(shape)), st_ymax(st_extent(shape)), min(day), max(day),
                       case when tg_name <> 'note_before' then count(*) else 0 end, case when few then array_agg(id) else '{}' end
                from (select 0 as lo, 999999999999999 as hi, t.geom_m as shape, null::date as day, t.id as id from touched t) one
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
            $$;
ALTER FUNCTION public.note_barrier() OWNER TO wangge_owner;
CREATE FUNCTION public.note_building() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
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
                select pg_current_xact_id()::text::bigint, 'building', village, min(lo), max(hi), st_xmin(st_extent(shape)),
                       st_ymin(st_extent(shape)), st_xmax(st_extent(shape)), st_ymax(st_extent(shape)), min(day), max(day),
                       case when tg_name <> 'note_before' then count(*) else 0 end, case when few then array_agg(id) else '{}' end
                from (select t.grid_no as lo, t.grid_no as hi, t.geom_m as shape, null::date as day, t.id as id from touched t) one
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
            $$;
ALTER FUNCTION public.note_building() OWNER TO wangge_owner;
CREATE FUNCTION public.note_duty() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
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
                select pg_current_xact_id()::text::bigint, 'duty', village, min(lo), max(hi), st_xmin(st_extent(shape)),
                       st_ymin(st_extent(shape)), st_xmax(st_extent(shape)), st_ymax(st_extent(shape)), min(day), max(day),
                       case when tg_name <> 'note_before' then count(*) else 0 end, case when few then array_agg(id) else '{}' end
                from (select t.grid_no as lo, t.grid_no as hi, (select g.geom_m from grid g where g.grid_no = t.grid_no and upper_inf(g.validity)) as shape, null::date as day, t.account_id as id from touched t) one
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
            $$;
ALTER FUNCTION public.note_duty() OWNER TO wangge_owner;
CREATE FUNCTION public.note_facility() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
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
                select pg_current_xact_id()::text::bigint, 'facility', village, min(lo), max(hi), st_xmin(st_extent(shape)),
                       st_ymin(st_extent(shape)), st_xmax(st_extent(shape)), st_ymax(st_extent(shape)), min(day), max(day),
                       case when tg_name <> 'note_before' then count(*) else 0 end, case when few then array_agg(id) else '{}' end
                from (select t.grid_no as lo, t.grid_no as hi, t.geom_m as shape, null::date as day, t.id as id from touched t) one
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
            $$;
ALTER FUNCTION public.note_facility() OWNER TO wangge_owner;
CREATE FUNCTION public.note_grid() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
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
                select pg_current_xact_id()::text::bigint, 'grid', village, min(lo), max(hi), st_xmin(st_extent(shape)),
                       st_ymin(st_extent(shape)), st_xmax(st_extent(shape)), st_ymax(st_extent(shape)), min(day), max(day),
                       case when tg_name <> 'note_before' then count(*) else 0 end, case when few then array_agg(id) else '{}' end
                from (select t.grid_no as lo, t.grid_no as hi, t.geom_m as shape, null::date as day, t.id as id from touched t) one
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
            $$;
ALTER FUNCTION public.note_grid() OWNER TO wangge_owner;
CREATE FUNCTION public.note_house() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
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
                select pg_current_xact_id()::text::bigint, 'house', village, min(lo), max(hi), st_xmin(st_extent(shape)),
                       st_ymin(st_extent(shape)), st_xmax(st_extent(shape)), st_ymax(st_extent(shape)), min(day), max(day),
                       case when tg_name <> 'note_before' then count(*) else 0 end, case when few then array_agg(id) else '{}' end
                from (select t.grid_no as lo, t.grid_no as hi, st_collect(t.geom_m, (select b.geom_m from building b where b.id = t.building_id)) as shape, null::date as day, t.id as id from touched t) one
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
            $$;
ALTER FUNCTION public.note_house() OWNER TO wangge_owner;
CREATE FUNCTION public.note_household() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
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
                select pg_current_xact_id()::text::bigint, 'household', village, min(lo), max(hi), st_xmin(st_extent(shape)),
                       st_ymin(st_extent(shape)), st_xmax(st_extent(shape)), st_ymax(st_extent(shape)), min(day), max(day),
                       case when tg_name <> 'note_before' then count(*) else 0 end, case when few then array_agg(id) else '{}' end
                from (select t.grid_no as lo, t.grid_no as hi, (select b.geom_m from house h join building b on b.id = h.building_id where h.id = t.house_id) as shape, null::date as day, t.id as id from touched t) one
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
            $$;
ALTER FUNCTION public.note_household() OWNER TO wangge_owner;
CREATE FUNCTION public.note_incident() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
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
                select pg_current_xact_id()::text::bigint, 'incident', village, min(lo), max(hi), st_xmin(st_extent(shape)),
                       st_ymin(st_extent(shape)), st_xmax(st_extent(shape)), st_ymax(st_extent(shape)), min(day), max(day),
                       case when tg_name <> 'note_before' then count(*) else 0 end, case when few then array_agg(id) else '{}' end
                from (select t.grid_no as lo, t.grid_no as hi, t.geom_m as shape, t.occurred_on as day, t.id as id from touched t) one
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
            $$;
ALTER FUNCTION public.note_incident() OWNER TO wangge_owner;
CREATE FUNCTION public.note_link() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
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
                select pg_current_xact_id()::text::bigint, 'link', village, min(lo), max(hi), st_xmin(st_extent(shape)),
                       st_ymin(st_extent(shape)), st_xmax(st_extent(shape)), st_ymax(st_extent(shape)), min(day), max(day),
                       case when tg_name <> 'note_before' then count(*) else 0 end, case when few then array_agg(id) else '{}' end
                from (select 0 as lo, 999999999999999 as hi, t.geom_m as shape, null::date as day, t.id as id from touched t) one
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
            $$;
ALTER FUNCTION public.note_link() OWNER TO wangge_owner;
CREATE FUNCTION public.note_organisation() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
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
                select pg_current_xact_id()::text::bigint, 'organisation', village, min(lo), max(hi), st_xmin(st_extent(shape)),
                       st_ymin(st_extent(shape)), st_xmax(st_extent(shape)), st_ymax(st_extent(shape)), min(day), max(day),
                       case when tg_name <> 'note_before' then count(*) else 0 end, case when few then array_agg(id) else '{}' end
                from (select t.grid_no as lo, t.grid_no as hi, t.geom_m as shape, null::date as day, t.id as id from touched t) one
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
            $$;
ALTER FUNCTION public.note_organisation() OWNER TO wangge_owner;
CREATE FUNCTION public.note_person() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
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
                select pg_current_xact_id()::text::bigint, 'person', village, min(lo), max(hi), st_xmin(st_extent(shape)),
                       st_ymin(st_extent(shape)), st_xmax(st_extent(shape)), st_ymax(st_extent(shape)), min(day), max(day),
                       case when tg_name <> 'note_before' then count(*) else 0 end, case when few then array_agg(id) else '{}' end
                from (select t.grid_no as lo, t.grid_no as hi, null::geometry as shape, null::date as day, t.id as id from touched t) one
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
            $$;
ALTER FUNCTION public.note_person() OWNER TO wangge_owner;
CREATE FUNCTION public.note_place() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
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
                select pg_current_xact_id()::text::bigint, 'place', village, min(lo), max(hi), st_xmin(st_extent(shape)),
                       st_ymin(st_extent(shape)), st_xmax(st_extent(shape)), st_ymax(st_extent(shape)), min(day), max(day),
                       case when tg_name <> 'note_before' then count(*) else 0 end, case when few then array_agg(id) else '{}' end
                from (select t.grid_no as lo, t.grid_no as hi, t.geom_m as shape, null::date as day, t.id as id from touched t) one
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
            $$;
ALTER FUNCTION public.note_place() OWNER TO wangge_owner;
CREATE FUNCTION public.note_plan() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
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
                select pg_current_xact_id()::text::bigint, 'plan', village, min(lo), max(hi), st_xmin(st_extent(shape)),
                       st_ymin(st_extent(shape)), st_xmax(st_extent(shape)), st_ymax(st_extent(shape)), min(day), max(day),
                       case when tg_name <> 'note_before' then count(*) else 0 end, case when few then array_agg(id) else '{}' end
                from (select rpad(t.village_code, 15, '0')::bigint as lo, rpad(t.village_code, 15, '9')::bigint as hi, (select st_collect(g.geom_m) from plan_grid g where g.plan_id = t.id) as shape, null::date as day, t.id as id from touched t) one
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
            $$;
ALTER FUNCTION public.note_plan() OWNER TO wangge_owner;
CREATE FUNCTION public.note_plan_grid() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
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
                select pg_current_xact_id()::text::bigint, 'plan_grid', village, min(lo), max(hi), st_xmin(st_extent(shape)),
                       st_ymin(st_extent(shape)), st_xmax(st_extent(shape)), st_ymax(st_extent(shape)), min(day), max(day),
                       case when tg_name <> 'note_before' then count(*) else 0 end, case when few then array_agg(id) else '{}' end
                from (select coalesce((select rpad(p.village_code, 15, '0')::bigint from plan p where p.id = t.plan_id), 0) as lo, coalesce((select rpad(p.village_code, 15, '9')::bigint from plan p where p.id = t.plan_id), 999999999999999) as hi, t.geom_m as shape, null::date as day, t.plan_id as id from touched t) one
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
            $$;
ALTER FUNCTION public.note_plan_grid() OWNER TO wangge_owner;
CREATE FUNCTION public.note_region() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
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
                select pg_current_xact_id()::text::bigint, 'region', village, min(lo), max(hi), st_xmin(st_extent(shape)),
                       st_ymin(st_extent(shape)), st_xmax(st_extent(shape)), st_ymax(st_extent(shape)), min(day), max(day),
                       case when tg_name <> 'note_before' then count(*) else 0 end, case when few then array_agg(id) else '{}' end
                from (select t.lo as lo, t.hi as hi, t.geom_m as shape, null::date as day, t.id as id from touched t) one
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
            $$;
ALTER FUNCTION public.note_region() OWNER TO wangge_owner;
CREATE FUNCTION public.note_review() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
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
                select pg_current_xact_id()::text::bigint, 'review', village, min(lo), max(hi), st_xmin(st_extent(shape)),
                       st_ymin(st_extent(shape)), st_xmax(st_extent(shape)), st_ymax(st_extent(shape)), min(day), max(day),
                       case when tg_name <> 'note_before' then count(*) else 0 end, case when few then array_agg(id) else '{}' end
                from (select t.grid_no as lo, t.grid_no as hi, (select i.geom_m from incident i where i.id = t.row_id) as shape, null::date as day, t.row_id as id from touched t) one
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
            $$;
ALTER FUNCTION public.note_review() OWNER TO wangge_owner;
CREATE FUNCTION public.note_session() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
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
                select pg_current_xact_id()::text::bigint, 'session', village, min(lo), max(hi), st_xmin(st_extent(shape)),
                       st_ymin(st_extent(shape)), st_xmax(st_extent(shape)), st_ymax(st_extent(shape)), min(day), max(day),
                       case when tg_name <> 'note_before' then count(*) else 0 end, case when few then array_agg(id) else '{}' end
                from (select 0 as lo, 999999999999999 as hi, null::geometry as shape, null::date as day, t.account_id as id from touched t) one
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
            $$;
ALTER FUNCTION public.note_session() OWNER TO wangge_owner;
CREATE FUNCTION public.note_visit() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
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
                select pg_current_xact_id()::text::bigint, 'visit', village, min(lo), max(hi), st_xmin(st_extent(shape)),
                       st_ymin(st_extent(shape)), st_xmax(st_extent(shape)), st_ymax(st_extent(shape)), min(day), max(day),
                       case when tg_name <> 'note_before' then count(*) else 0 end, case when few then array_agg(id) else '{}' end
                from (select t.grid_no as lo, t.grid_no as hi, null::geometry as shape, null::date as day, t.id as id from touched t) one
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
            $$;
ALTER FUNCTION public.note_visit() OWNER TO wangge_owner;
CREATE FUNCTION public.outbox_epoch() RETURNS text
    LANGUAGE sql STABLE
    AS $$
    select system_identifier::text from pg_control_system()
$$;
ALTER FUNCTION public.outbox_epoch() OWNER TO wangge_owner;
CREATE FUNCTION public.place_of(point public.geometry) RETURNS bigint
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    AS $$
declare
    place bigint := (select min(grid_no) from grid where upper_inf(validity) and st_covers(geom, point));
begin
    if place is null then
        place := (select lo from region
                  where upper_inf(validity) and level = 5 and st_covers(geom, point) order by lo limit 1);
    end if;
    if place is null then
        place := (select lo from region
                  where upper_inf(validity) and level < 5 and st_covers(geom, point) order by level desc, lo limit 1);
    end if;
    return place;
end
$$;
ALTER FUNCTION public.place_of(point public.geometry) OWNER TO wangge_owner;
CREATE FUNCTION public.place_then(point public.geometry, moment timestamp with time zone) RETURNS bigint
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    select coalesce(
        least(
            (select min(grid_no) from grid
              where upper_inf(validity) and validity @> moment and st_covers(geom, point)),
            (select min(grid_no) from grid
              where not upper_inf(validity) and validity @> moment and st_covers(geom, point))),
        (select lo from region
          where level = 5 and validity @> moment and st_covers(geom, point) order by lo limit 1),
        (select lo from region
          where level < 5 and validity @> moment and st_covers(geom, point) order by level desc, lo limit 1))
$$;
ALTER FUNCTION public.place_then(point public.geometry, moment timestamp with time zone) OWNER TO wangge_owner;
CREATE FUNCTION public.raise_gazetteer_versions(codes text[]) RETURNS void
    LANGUAGE sql
    AS $$
    insert into gazetteer_version as v (code, version)
    select code, 1 from unnest(codes) changed (code) group by code order by code
    on conflict (code) do update set version = v.version + 1
$$;
ALTER FUNCTION public.raise_gazetteer_versions(codes text[]) OWNER TO wangge_owner;
CREATE FUNCTION public.raise_version_of_names() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
begin
    if tg_op = 'INSERT' then
        perform raise_gazetteer_versions(array(select county_code from came));
    elsif tg_op = 'DELETE' then
        perform raise_gazetteer_versions(array(select county_code from gone));
    else
        perform raise_gazetteer_versions(array(
            (select county_code from (select county_code, kind, alias, name from came
                                      except all select county_code, kind, alias, name from gone) c)
            union all
            (select county_code from (select county_code, kind, alias, name from gone
                                      except all select county_code, kind, alias, name from came) g)));
    end if;
    return null;
end
$$;
ALTER FUNCTION public.raise_version_of_names() OWNER TO wangge_owner;
CREATE FUNCTION public.raise_version_of_regions() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
declare
    changed boolean;
begin
    if tg_op = 'INSERT' then
        changed := exists (select 1 from came);
    elsif tg_op = 'DELETE' then
        changed := exists (select 1 from gone);
    elsif tg_table_name = 'region' then
        changed := exists (select code, name, mca_code, validity, geom from came
                           except all select code, name, mca_code, validity, geom from gone);
    else
        changed := exists (select region_code, name, kind, valid_to from came
                           except all select region_code, name, kind, valid_to from gone);
    end if;
    if changed then
        perform raise_gazetteer_versions(array['regions']);
    end if;
    return null;
end
$$;
ALTER FUNCTION public.raise_version_of_regions() OWNER TO wangge_owner;
CREATE FUNCTION public.recount_cells() RETURNS TABLE(register text, cell bigint, grid_no bigint, n bigint)
    LANGUAGE sql STABLE
    SET work_mem TO '128MB'
    AS $$
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
ALTER FUNCTION public.recount_cells() OWNER TO wangge_owner;
CREATE FUNCTION public.recount_counts() RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET work_mem TO '128MB'
    AS $_$
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
$_$;
ALTER FUNCTION public.recount_counts() OWNER TO wangge_owner;
CREATE FUNCTION public.recount_truncated() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
begin
    perform recount_counts();
    return null;
end
$$;
ALTER FUNCTION public.recount_truncated() OWNER TO wangge_owner;
CREATE FUNCTION public.recounted_incidents() RETURNS TABLE(kept text, grid_no bigint, begins_on date, kind text, n bigint)
    LANGUAGE sql STABLE
    AS $$
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
ALTER FUNCTION public.recounted_incidents() OWNER TO wangge_owner;
CREATE FUNCTION public.recounted_registers() RETURNS TABLE(register text, grid_no bigint, n bigint)
    LANGUAGE sql STABLE
    AS $$
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
ALTER FUNCTION public.recounted_registers() OWNER TO wangge_owner;
CREATE FUNCTION public.register_row(register text, row_id uuid) RETURNS TABLE(grid_no bigint, name text, point public.geometry, radius_m double precision)
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    select b.grid_no, b.name, b.point, b.radius_m from building b where register = 'building' and b.id = row_id
    union all
    select h.grid_no, null, h.point, h.radius_m from house h where register = 'house' and h.id = row_id
    union all
    select f.grid_no, f.name, f.point, f.radius_m from facility f where register = 'facility' and f.id = row_id
    union all
    select o.grid_no, o.name, o.point, o.radius_m from organisation o where register = 'organisation' and o.id = row_id
    union all
    select i.grid_no, (select k.name_zh from incident_kind k where k.code = i.kind), i.point, i.radius_m
    from incident i where register = 'incident' and i.id = row_id
    union all
    select p.grid_no, p.name, p.point, p.radius_m from place p where register = 'place' and p.id = row_id
$$;
ALTER FUNCTION public.register_row(register text, row_id uuid) OWNER TO wangge_owner;
CREATE FUNCTION public.scope_settings() RETURNS text[]
    LANGUAGE sql
    AS $$
    select array[current_setting('wangge.lo', true), current_setting('wangge.hi', true), current_setting('wangge.grids', true)]
$$;
ALTER FUNCTION public.scope_settings() OWNER TO wangge_owner;
CREATE FUNCTION public.set_scope_settings(setting text[]) RETURNS void
    LANGUAGE sql
    AS $$
    select set_config('wangge.lo', coalesce(setting[1], ''), true), set_config('wangge.hi', coalesce(setting[2], ''), true),
           set_config('wangge.grids', coalesce(setting[3], ''), true)
$$;
ALTER FUNCTION public.set_scope_settings(setting text[]) OWNER TO wangge_owner;
CREATE FUNCTION public.slices_to_merge() RETURNS TABLE(counts text, first text, last text)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
begin
    if exists (select 1 from outbox where at > now() - interval '3 hours' and table_name in ('incident', 'house', 'building')
               group by xid having sum(rows) >= 1000) then
        return query
            select 'incident_day', m::date::text, (m + interval '1 month')::date::text
            from generate_series(date_trunc('month', (select min(begins_on) from incident_day)::timestamp),
                                 (select max(begins_on) from incident_day)::timestamp, interval '1 month') m
            union all
            select 'cell_count', register, null from unnest(array['building', 'house', 'incident']) register;
    end if;
end
$$;
ALTER FUNCTION public.slices_to_merge() OWNER TO wangge_owner;
CREATE FUNCTION public.with_gaps(n integer) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ select ('{0,1,4,5,16,17,20,21,64,65,68,69,80,81,84,85,256,257,260,261,272,273,276,277,320,321,324,325,336,337,340,341,1024,1025,1028,1029,1040,1041,1044,1045,1088,1089,1092,1093,1104,1105,1108,1109,1280,1281,1284,1285,1296,1297,1300,1301,1344,1345,1348,1349,1360,1361,1364,1365,4096,4097,4100,4101,4112,4113,4116,4117,4160,4161,4164,4165,4176,4177,4180,4181,4352,4353,4356,4357,4368,4369,4372,4373,4416,4417,4420,4421,4432,4433,4436,4437,5120,5121,5124,5125,5136,5137,5140,5141,5184,5185,5188,5189,5200,5201,5204,5205,5376,5377,5380,5381,5392,5393,5396,5397,5440,5441,5444,5445,5456,5457,5460,5461,16384,16385,16388,16389,16400,16401,16404,16405,16448,16449,16452,16453,16464,16465,16468,16469,16640,16641,16644,16645,16656,16657,16660,16661,16704,16705,16708,16709,16720,16721,16724,16725,17408,17409,17412,17413,17424,17425,17428,17429,17472,17473,17476,17477,17488,17489,17492,17493,17664,17665,17668,17669,17680,17681,17684,17685,17728,17729,17732,17733,17744,17745,17748,17749,20480,20481,20484,20485,20496,20497,20500,20501,20544,20545,20548,20549,20560,20561,20564,20565,20736,20737,20740,20741,20752,20753,20756,20757,20800,20801,20804,20805,20816,20817,20820,20821,21504,21505,21508,21509,21520,21521,21524,21525,21568,21569,21572,21573,21584,21585,21588,21589,21760,21761,21764,21765,21776,21777,21780,21781,21824,21825,21828,21829,21840,21841,21844,21845,65536,65537,65540,65541,65552,65553,65556,65557,65600,65601,65604,65605,65616,65617,65620,65621,65792,65793,65796,65797,65808,65809,65812,65813,65856,65857,65860,65861,65872,65873,65876,65877,66560,66561,66564,66565,66576,66577,66580,66581,66624,66625,66628,66629,66640,66641,66644,66645,66816,66817,66820,66821,66832,66833,66836,66837,66880,66881,66884,66885,66896,66897,66900,66901,69632,69633,69636,69637,69648,69649,69652,69653,69696,69697,69700,69701,69712,69713,69716,69717,69888,69889,69892,69893,69904,69905,69908,69909,69952,69953,69956,69957,69968,69969,69972,69973,70656,70657,70660,70661,70672,70673,70676,70677,70720,70721,70724,70725,70736,70737,70740,70741,70912,70913,70916,70917,70928,70929,70932,70933,70976,70977,70980,70981,70992,70993,70996,70997,81920,81921,81924,81925,81936,81937,81940,81941,81984,81985,81988,81989,82000,82001,82004,82005,82176,82177,82180,82181,82192,82193,82196,82197,82240,82241,82244,82245,82256,82257,82260,82261,82944,82945,82948,82949,82960,82961,82964,82965,83008,83009,83012,83013,83024,83025,83028,83029,83200,83201,83204,83205,83216,83217,83220,83221,83264,83265,83268,83269,83280,83281,83284,83285,86016,86017,86020,86021,86032,86033,86036,86037,86080,86081,86084,86085,86096,86097,86100,86101,86272,86273,86276,86277,86288,86289,86292,86293,86336,86337,86340,86341,86352,86353,86356,86357,87040,87041,87044,87045,87056,87057,87060,87061,87104,87105,87108,87109,87120,87121,87124,87125,87296,87297,87300,87301,87312,87313,87316,87317,87360,87361,87364,87365,87376,87377,87380,87381,262144,262145,262148,262149,262160,262161,262164,262165,262208,262209,262212,262213,262224,262225,262228,262229,262400,262401,262404,262405,262416,262417,262420,262421,262464,262465,262468,262469,262480,262481,262484,262485,263168,263169,263172,263173,263184,263185,263188,263189,263232,263233,263236,263237,263248,263249,263252,263253,263424,263425,263428,263429,263440,263441,263444,263445,263488,263489,263492,263493,263504,263505,263508,263509,266240,266241,266244,266245,266256,266257,266260,266261,266304,266305,266308,266309,266320,266321,266324,266325,266496,266497,266500,266501,266512,266513,266516,266517,266560,266561,266564,266565,266576,266577,266580,266581,267264,267265,267268,267269,267280,267281,267284,267285,267328,267329,267332,267333,267344,267345,267348,267349,267520,267521,267524,267525,267536,267537,267540,267541,267584,267585,267588,267589,267600,267601,267604,267605,278528,278529,278532,278533,278544,278545,278548,278549,278592,278593,278596,278597,278608,278609,278612,278613,278784,278785,278788,278789,278800,278801,278804,278805,278848,278849,278852,278853,278864,278865,278868,278869,279552,279553,279556,279557,279568,279569,279572,279573,279616,279617,279620,279621,279632,279633,279636,279637,279808,279809,279812,279813,279824,279825,279828,279829,279872,279873,279876,279877,279888,279889,279892,279893,282624,282625,282628,282629,282640,282641,282644,282645,282688,282689,282692,282693,282704,282705,282708,282709,282880,282881,282884,282885,282896,282897,282900,282901,282944,282945,282948,282949,282960,282961,282964,282965,283648,283649,283652,283653,283664,283665,283668,283669,283712,283713,283716,283717,283728,283729,283732,283733,283904,283905,283908,283909,283920,283921,283924,283925,283968,283969,283972,283973,283984,283985,283988,283989,327680,327681,327684,327685,327696,327697,327700,327701,327744,327745,327748,327749,327760,327761,327764,327765,327936,327937,327940,327941,327952,327953,327956,327957,328000,328001,328004,328005,328016,328017,328020,328021,328704,328705,328708,328709,328720,328721,328724,328725,328768,328769,328772,328773,328784,328785,328788,328789,328960,328961,328964,328965,328976,328977,328980,328981,329024,329025,329028,329029,329040,329041,329044,329045,331776,331777,331780,331781,331792,331793,331796,331797,331840,331841,331844,331845,331856,331857,331860,331861,332032,332033,332036,332037,332048,332049,332052,332053,332096,332097,332100,332101,332112,332113,332116,332117,332800,332801,332804,332805,332816,332817,332820,332821,332864,332865,332868,332869,332880,332881,332884,332885,333056,333057,333060,333061,333072,333073,333076,333077,333120,333121,333124,333125,333136,333137,333140,333141,344064,344065,344068,344069,344080,344081,344084,344085,344128,344129,344132,344133,344144,344145,344148,344149,344320,344321,344324,344325,344336,344337,344340,344341,344384,344385,344388,344389,344400,344401,344404,344405,345088,345089,345092,345093,345104,345105,345108,345109,345152,345153,345156,345157,345168,345169,345172,345173,345344,345345,345348,345349,345360,345361,345364,345365,345408,345409,345412,345413,345424,345425,345428,345429,348160,348161,348164,348165,348176,348177,348180,348181,348224,348225,348228,348229,348240,348241,348244,348245,348416,348417,348420,348421,348432,348433,348436,348437,348480,348481,348484,348485,348496,348497,348500,348501,349184,349185,349188,349189,349200,349201,349204,349205,349248,349249,349252,349253,349264,349265,349268,349269,349440,349441,349444,349445,349456,349457,349460,349461,349504,349505,349508,349509,349520,349521,349524,349525}'::bigint[])[(n & 1023) + 1] | (('{0,1,4,5,16,17,20,21,64,65,68,69,80,81,84,85,256,257,260,261,272,273,276,277,320,321,324,325,336,337,340,341,1024,1025,1028,1029,1040,1041,1044,1045,1088,1089,1092,1093,1104,1105,1108,1109,1280,1281,1284,1285,1296,1297,1300,1301,1344,1345,1348,1349,1360,1361,1364,1365,4096,4097,4100,4101,4112,4113,4116,4117,4160,4161,4164,4165,4176,4177,4180,4181,4352,4353,4356,4357,4368,4369,4372,4373,4416,4417,4420,4421,4432,4433,4436,4437,5120,5121,5124,5125,5136,5137,5140,5141,5184,5185,5188,5189,5200,5201,5204,5205,5376,5377,5380,5381,5392,5393,5396,5397,5440,5441,5444,5445,5456,5457,5460,5461,16384,16385,16388,16389,16400,16401,16404,16405,16448,16449,16452,16453,16464,16465,16468,16469,16640,16641,16644,16645,16656,16657,16660,16661,16704,16705,16708,16709,16720,16721,16724,16725,17408,17409,17412,17413,17424,17425,17428,17429,17472,17473,17476,17477,17488,17489,17492,17493,17664,17665,17668,17669,17680,17681,17684,17685,17728,17729,17732,17733,17744,17745,17748,17749,20480,20481,20484,20485,20496,20497,20500,20501,20544,20545,20548,20549,20560,20561,20564,20565,20736,20737,20740,20741,20752,20753,20756,20757,20800,20801,20804,20805,20816,20817,20820,20821,21504,21505,21508,21509,21520,21521,21524,21525,21568,21569,21572,21573,21584,21585,21588,21589,21760,21761,21764,21765,21776,21777,21780,21781,21824,21825,21828,21829,21840,21841,21844,21845,65536,65537,65540,65541,65552,65553,65556,65557,65600,65601,65604,65605,65616,65617,65620,65621,65792,65793,65796,65797,65808,65809,65812,65813,65856,65857,65860,65861,65872,65873,65876,65877,66560,66561,66564,66565,66576,66577,66580,66581,66624,66625,66628,66629,66640,66641,66644,66645,66816,66817,66820,66821,66832,66833,66836,66837,66880,66881,66884,66885,66896,66897,66900,66901,69632,69633,69636,69637,69648,69649,69652,69653,69696,69697,69700,69701,69712,69713,69716,69717,69888,69889,69892,69893,69904,69905,69908,69909,69952,69953,69956,69957,69968,69969,69972,69973,70656,70657,70660,70661,70672,70673,70676,70677,70720,70721,70724,70725,70736,70737,70740,70741,70912,70913,70916,70917,70928,70929,70932,70933,70976,70977,70980,70981,70992,70993,70996,70997,81920,81921,81924,81925,81936,81937,81940,81941,81984,81985,81988,81989,82000,82001,82004,82005,82176,82177,82180,82181,82192,82193,82196,82197,82240,82241,82244,82245,82256,82257,82260,82261,82944,82945,82948,82949,82960,82961,82964,82965,83008,83009,83012,83013,83024,83025,83028,83029,83200,83201,83204,83205,83216,83217,83220,83221,83264,83265,83268,83269,83280,83281,83284,83285,86016,86017,86020,86021,86032,86033,86036,86037,86080,86081,86084,86085,86096,86097,86100,86101,86272,86273,86276,86277,86288,86289,86292,86293,86336,86337,86340,86341,86352,86353,86356,86357,87040,87041,87044,87045,87056,87057,87060,87061,87104,87105,87108,87109,87120,87121,87124,87125,87296,87297,87300,87301,87312,87313,87316,87317,87360,87361,87364,87365,87376,87377,87380,87381,262144,262145,262148,262149,262160,262161,262164,262165,262208,262209,262212,262213,262224,262225,262228,262229,262400,262401,262404,262405,262416,262417,262420,262421,262464,262465,262468,262469,262480,262481,262484,262485,263168,263169,263172,263173,263184,263185,263188,263189,263232,263233,263236,263237,263248,263249,263252,263253,263424,263425,263428,263429,263440,263441,263444,263445,263488,263489,263492,263493,263504,263505,263508,263509,266240,266241,266244,266245,266256,266257,266260,266261,266304,266305,266308,266309,266320,266321,266324,266325,266496,266497,266500,266501,266512,266513,266516,266517,266560,266561,266564,266565,266576,266577,266580,266581,267264,267265,267268,267269,267280,267281,267284,267285,267328,267329,267332,267333,267344,267345,267348,267349,267520,267521,267524,267525,267536,267537,267540,267541,267584,267585,267588,267589,267600,267601,267604,267605,278528,278529,278532,278533,278544,278545,278548,278549,278592,278593,278596,278597,278608,278609,278612,278613,278784,278785,278788,278789,278800,278801,278804,278805,278848,278849,278852,278853,278864,278865,278868,278869,279552,279553,279556,279557,279568,279569,279572,279573,279616,279617,279620,279621,279632,279633,279636,279637,279808,279809,279812,279813,279824,279825,279828,279829,279872,279873,279876,279877,279888,279889,279892,279893,282624,282625,282628,282629,282640,282641,282644,282645,282688,282689,282692,282693,282704,282705,282708,282709,282880,282881,282884,282885,282896,282897,282900,282901,282944,282945,282948,282949,282960,282961,282964,282965,283648,283649,283652,283653,283664,283665,283668,283669,283712,283713,283716,283717,283728,283729,283732,283733,283904,283905,283908,283909,283920,283921,283924,283925,283968,283969,283972,283973,283984,283985,283988,283989,327680,327681,327684,327685,327696,327697,327700,327701,327744,327745,327748,327749,327760,327761,327764,327765,327936,327937,327940,327941,327952,327953,327956,327957,328000,328001,328004,328005,328016,328017,328020,328021,328704,328705,328708,328709,328720,328721,328724,328725,328768,328769,328772,328773,328784,328785,328788,328789,328960,328961,328964,328965,328976,328977,328980,328981,329024,329025,329028,329029,329040,329041,329044,329045,331776,331777,331780,331781,331792,331793,331796,331797,331840,331841,331844,331845,331856,331857,331860,331861,332032,332033,332036,332037,332048,332049,332052,332053,332096,332097,332100,332101,332112,332113,332116,332117,332800,332801,332804,332805,332816,332817,332820,332821,332864,332865,332868,332869,332880,332881,332884,332885,333056,333057,333060,333061,333072,333073,333076,333077,333120,333121,333124,333125,333136,333137,333140,333141,344064,344065,344068,344069,344080,344081,344084,344085,344128,344129,344132,344133,344144,344145,344148,344149,344320,344321,344324,344325,344336,344337,344340,344341,344384,344385,344388,344389,344400,344401,344404,344405,345088,345089,345092,345093,345104,345105,345108,345109,345152,345153,345156,345157,345168,345169,345172,345173,345344,345345,345348,345349,345360,345361,345364,345365,345408,345409,345412,345413,345424,345425,345428,345429,348160,348161,348164,348165,348176,348177,348180,348181,348224,348225,348228,348229,348240,348241,348244,348245,348416,348417,348420,348421,348432,348433,348436,348437,348480,348481,348484,348485,348496,348497,348500,348501,349184,349185,349188,349189,349200,349201,349204,349205,349248,349249,349252,349253,349264,349265,349268,349269,349440,349441,349444,349445,349456,349457,349460,349461,349504,349505,349508,349509,349520,349521,349524,349525}'::bigint[])[(n >> 10) + 1] << 20) $$;
ALTER FUNCTION public.with_gaps(n integer) OWNER TO wangge_owner;
CREATE TABLE public.access_token (
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    name text NOT NULL,
    secret_hash bytea NOT NULL,
    capabilities text[] NOT NULL,
    region_code text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone
);
ALTER TABLE public.access_token OWNER TO wangge_owner;
CREATE TABLE public.account (
    id uuid NOT NULL,
    login text NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    region_code text NOT NULL,
    password_hash text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    disabled_at timestamp with time zone,
    failed_logins integer DEFAULT 0 NOT NULL,
    locked_until timestamp with time zone,
    CONSTRAINT ck_account_role CHECK ((role = ANY (ARRAY['administrator'::text, 'planner'::text, 'officer'::text, 'field'::text])))
);
ALTER TABLE public.account OWNER TO wangge_owner;
CREATE TABLE public.address_alias (
    id uuid NOT NULL,
    region_code text NOT NULL,
    text text NOT NULL,
    house_id uuid,
    point public.geometry(Point,4326),
    grid_no bigint NOT NULL,
    review_id uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    created_by uuid,
    CONSTRAINT ck_address_alias_place CHECK (((house_id IS NULL) <> (point IS NULL)))
);
ALTER TABLE ONLY public.address_alias FORCE ROW LEVEL SECURITY;
ALTER TABLE public.address_alias OWNER TO wangge_owner;
CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);
ALTER TABLE public.alembic_version OWNER TO wangge_owner;
CREATE TABLE public.audit (
    id bigint NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    account_id uuid,
    act text NOT NULL,
    subject text NOT NULL,
    subject_id text,
    grid_no bigint,
    purpose text,
    detail jsonb DEFAULT '{}'::jsonb NOT NULL
);
ALTER TABLE public.audit OWNER TO wangge_owner;
ALTER TABLE public.audit ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.audit_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.barrier (
    id uuid NOT NULL,
    kind text NOT NULL,
    hard boolean NOT NULL,
    cost double precision DEFAULT 1 NOT NULL,
    name text,
    geom public.geometry(LineString,4326) NOT NULL,
    geom_m public.geometry(LineString,3857) GENERATED ALWAYS AS (public.st_transform(geom, 3857)) STORED,
    source text NOT NULL,
    import_id uuid,
    CONSTRAINT ck_barrier_kind CHECK ((kind = ANY (ARRAY['river'::text, 'lake'::text, 'railway'::text, 'motorway'::text, 'street'::text, 'ridge'::text, 'group'::text])))
);
ALTER TABLE public.barrier OWNER TO wangge_owner;
CREATE TABLE public.building (
    id uuid NOT NULL,
    footprint public.geometry(Geometry,4326),
    name text,
    use text,
    address text,
    assumed_households integer DEFAULT 0 NOT NULL,
    geom_m public.geometry(Geometry,3857) GENERATED ALWAYS AS (public.st_transform(COALESCE(footprint, point), 3857)) STORED,
    grid_no bigint NOT NULL,
    point public.geometry(Point,4326),
    level text DEFAULT 'house'::text NOT NULL,
    radius_m double precision,
    confidence double precision,
    source text NOT NULL,
    source_crs text,
    rev integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    created_by uuid,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_by uuid,
    import_id uuid,
    ref text,
    CONSTRAINT ck_building_level CHECK ((level = ANY (ARRAY['house'::text, 'building'::text, 'street'::text, 'hamlet'::text, 'village'::text, 'township'::text, 'county'::text, 'unplaced'::text])))
);
ALTER TABLE public.building OWNER TO wangge_owner;
CREATE TABLE public.cell_count (
    register text NOT NULL,
    cell bigint NOT NULL,
    grid_no bigint NOT NULL,
    n integer NOT NULL
);
ALTER TABLE public.cell_count OWNER TO wangge_owner;
CREATE TABLE public.county_day (
    begins_on date NOT NULL,
    kind text NOT NULL,
    grid_no bigint NOT NULL,
    part bigint NOT NULL,
    n integer NOT NULL
)
WITH (fillfactor='50');
ALTER TABLE public.county_day OWNER TO wangge_owner;
ALTER TABLE public.county_day ALTER COLUMN part ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.county_day_part_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.county_month (
    begins_on date NOT NULL,
    kind text NOT NULL,
    grid_no bigint NOT NULL,
    part bigint NOT NULL,
    n integer NOT NULL
)
WITH (fillfactor='50');
ALTER TABLE public.county_month OWNER TO wangge_owner;
ALTER TABLE public.county_month ALTER COLUMN part ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.county_month_part_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.duplicate (
    id uuid NOT NULL,
    register text NOT NULL,
    kept_id uuid NOT NULL,
    other_id uuid NOT NULL,
    grid_no bigint NOT NULL,
    why text[] NOT NULL,
    status text DEFAULT 'open'::text NOT NULL,
    before jsonb,
    found_at timestamp with time zone DEFAULT now() NOT NULL,
    decided_at timestamp with time zone,
    decided_by uuid,
    CONSTRAINT ck_duplicate_register CHECK ((register = ANY (ARRAY['house'::text, 'person'::text]))),
    CONSTRAINT ck_duplicate_status CHECK ((status = ANY (ARRAY['open'::text, 'merged'::text, 'distinct'::text]))),
    CONSTRAINT ck_duplicate_two CHECK ((kept_id <> other_id))
);
ALTER TABLE ONLY public.duplicate FORCE ROW LEVEL SECURITY;
ALTER TABLE public.duplicate OWNER TO wangge_owner;
CREATE TABLE public.duty (
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    grid_no bigint NOT NULL,
    status text NOT NULL,
    validity tstzrange DEFAULT tstzrange(now(), NULL::timestamp with time zone) NOT NULL,
    import_id uuid,
    CONSTRAINT ck_duty_status CHECK ((status = ANY (ARRAY['active'::text, 'proposed'::text])))
);
ALTER TABLE public.duty OWNER TO wangge_owner;
CREATE TABLE public.enrolment (
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    grid_no bigint NOT NULL,
    service text NOT NULL,
    purpose text NOT NULL,
    starts_on date NOT NULL,
    ends_on date NOT NULL,
    review_on date NOT NULL,
    rev integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    created_by uuid,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_by uuid,
    import_id uuid,
    CONSTRAINT ck_enrolment_dates CHECK ((starts_on < ends_on))
);
ALTER TABLE ONLY public.enrolment FORCE ROW LEVEL SECURITY;
ALTER TABLE public.enrolment OWNER TO wangge_owner;
CREATE TABLE public.facility (
    id uuid NOT NULL,
    kind text NOT NULL,
    name text,
    geom_m public.geometry(Point,3857) GENERATED ALWAYS AS (public.st_transform(point, 3857)) STORED,
    grid_no bigint NOT NULL,
    point public.geometry(Point,4326),
    level text DEFAULT 'house'::text NOT NULL,
    radius_m double precision,
    confidence double precision,
    source text NOT NULL,
    source_crs text,
    rev integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    created_by uuid,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_by uuid,
    import_id uuid,
    ref text,
    address text,
    CONSTRAINT ck_facility_level CHECK ((level = ANY (ARRAY['house'::text, 'building'::text, 'street'::text, 'hamlet'::text, 'village'::text, 'township'::text, 'county'::text, 'unplaced'::text])))
);
ALTER TABLE public.facility OWNER TO wangge_owner;
CREATE TABLE public.facility_kind (
    code text NOT NULL,
    name_zh text NOT NULL,
    name_en text NOT NULL,
    sort integer DEFAULT 0 NOT NULL
);
ALTER TABLE public.facility_kind OWNER TO wangge_owner;
CREATE TABLE public.gazetteer_version (
    code text NOT NULL,
    version bigint NOT NULL
);
ALTER TABLE public.gazetteer_version OWNER TO wangge_owner;
CREATE TABLE public.grid (
    id uuid NOT NULL,
    grid_no bigint NOT NULL,
    validity tstzrange NOT NULL,
    plan_id uuid NOT NULL,
    kind text NOT NULL,
    name text,
    load integer NOT NULL,
    geom public.geometry(MultiPolygon,4326) NOT NULL,
    geom_m public.geometry(MultiPolygon,3857) GENERATED ALWAYS AS (public.st_transform(geom, 3857)) STORED,
    area_m2 double precision NOT NULL,
    label_m public.geometry(Point,3857) GENERATED ALWAYS AS (public.st_pointonsurface(public.st_transform(geom, 3857))) STORED,
    CONSTRAINT ck_grid_grid_no CHECK (((grid_no >= 1) AND (grid_no <= '999999999999999'::bigint))),
    CONSTRAINT ck_grid_kind CHECK ((kind = ANY (ARRAY['basic'::text, 'exclusive'::text]))),
    CONSTRAINT ck_grid_not_zero CHECK (((grid_no % (1000)::bigint) > 0)),
    CONSTRAINT ck_grid_number CHECK (((kind = 'exclusive'::text) = ((grid_no % (1000)::bigint) >= 900))),
    CONSTRAINT ck_grid_validity CHECK ((NOT isempty(validity)))
);
ALTER TABLE public.grid OWNER TO wangge_owner;
CREATE TABLE public.grid_lineage (
    plan_id uuid NOT NULL,
    old_no bigint NOT NULL,
    new_no bigint NOT NULL,
    households integer NOT NULL
);
ALTER TABLE public.grid_lineage OWNER TO wangge_owner;
CREATE TABLE public.house (
    id uuid NOT NULL,
    building_id uuid,
    street text,
    estate text,
    hamlet text,
    group_no text,
    number text,
    building_no text,
    unit text,
    floor text,
    room text,
    address text NOT NULL,
    grid_no bigint NOT NULL,
    point public.geometry(Point,4326),
    level text DEFAULT 'house'::text NOT NULL,
    radius_m double precision,
    confidence double precision,
    source text NOT NULL,
    source_crs text,
    rev integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    created_by uuid,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_by uuid,
    import_id uuid,
    ref text,
    geom_m public.geometry(Point,3857) GENERATED ALWAYS AS (public.st_transform(point, 3857)) STORED,
    strip bigint GENERATED ALWAYS AS (
CASE
    WHEN (level = ANY (ARRAY['house'::text, 'building'::text, 'street'::text])) THEN (((floor((((public.st_x(point) / (360)::double precision) + (0.5)::double precision) * (524288)::double precision)))::bigint << 31) | (floor(((public.st_y(point) + (90)::double precision) * (10000000)::double precision)))::bigint)
    ELSE NULL::bigint
END) STORED,
    CONSTRAINT ck_house_level CHECK ((level = ANY (ARRAY['house'::text, 'building'::text, 'street'::text, 'hamlet'::text, 'village'::text, 'township'::text, 'county'::text, 'unplaced'::text])))
);
ALTER TABLE ONLY public.house FORCE ROW LEVEL SECURITY;
ALTER TABLE public.house OWNER TO wangge_owner;
CREATE TABLE public.household (
    id uuid NOT NULL,
    house_id uuid NOT NULL,
    grid_no bigint NOT NULL,
    phone_cipher bytea,
    phone_index bytea,
    moved_in_on date,
    moved_out_on date,
    rev integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    created_by uuid,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_by uuid,
    import_id uuid,
    ref text
);
ALTER TABLE ONLY public.household FORCE ROW LEVEL SECURITY;
ALTER TABLE public.household OWNER TO wangge_owner;
CREATE TABLE public.import_log (
    id uuid NOT NULL,
    kind text NOT NULL,
    source_name text NOT NULL,
    sha256 text,
    crs text,
    rows integer DEFAULT 0 NOT NULL,
    counts jsonb DEFAULT '{}'::jsonb NOT NULL,
    faults jsonb DEFAULT '[]'::jsonb NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    by uuid,
    region_code text,
    undone_at timestamp with time zone,
    undone_by uuid
);
ALTER TABLE public.import_log OWNER TO wangge_owner;
CREATE TABLE public.incident (
    id uuid NOT NULL,
    kind text NOT NULL,
    text text NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    occurred_on date GENERATED ALWAYS AS (((occurred_at AT TIME ZONE 'Asia/Shanghai'::text))::date) STORED NOT NULL,
    handled_grid_no bigint NOT NULL,
    geom_m public.geometry(Point,3857) GENERATED ALWAYS AS (public.st_transform(point, 3857)) STORED,
    grid_no bigint NOT NULL,
    point public.geometry(Point,4326),
    level text DEFAULT 'house'::text NOT NULL,
    radius_m double precision,
    confidence double precision,
    source text NOT NULL,
    source_crs text,
    rev integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    created_by uuid,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_by uuid,
    import_id uuid,
    ref text,
    address text,
    strip bigint GENERATED ALWAYS AS (
CASE
    WHEN (level = ANY (ARRAY['house'::text, 'building'::text, 'street'::text])) THEN (((floor((((public.st_x(point) / (360)::double precision) + (0.5)::double precision) * (524288)::double precision)))::bigint << 31) | (floor(((public.st_y(point) + (90)::double precision) * (10000000)::double precision)))::bigint)
    ELSE NULL::bigint
END) STORED,
    CONSTRAINT ck_incident_level CHECK ((level = ANY (ARRAY['house'::text, 'building'::text, 'street'::text, 'hamlet'::text, 'village'::text, 'township'::text, 'county'::text, 'unplaced'::text])))
);
ALTER TABLE ONLY public.incident FORCE ROW LEVEL SECURITY;
ALTER TABLE public.incident OWNER TO wangge_owner;
CREATE TABLE public.incident_day (
    begins_on date NOT NULL,
    kind text NOT NULL,
    grid_no bigint NOT NULL,
    part bigint NOT NULL,
    n integer NOT NULL
)
WITH (fillfactor='90');
ALTER TABLE public.incident_day OWNER TO wangge_owner;
ALTER TABLE public.incident_day ALTER COLUMN part ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.incident_day_part_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.incident_kind (
    code text NOT NULL,
    name_zh text NOT NULL,
    name_en text NOT NULL,
    sort integer DEFAULT 0 NOT NULL
);
ALTER TABLE public.incident_kind OWNER TO wangge_owner;
CREATE TABLE public.incident_month (
    begins_on date NOT NULL,
    kind text NOT NULL,
    grid_no bigint NOT NULL,
    part bigint NOT NULL,
    n integer NOT NULL
)
WITH (fillfactor='90');
ALTER TABLE public.incident_month OWNER TO wangge_owner;
ALTER TABLE public.incident_month ALTER COLUMN part ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.incident_month_part_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.job (
    id uuid NOT NULL,
    kind text NOT NULL,
    account_id uuid,
    region_code text,
    status text DEFAULT 'waiting'::text NOT NULL,
    stage text,
    done integer DEFAULT 0 NOT NULL,
    total integer,
    request jsonb DEFAULT '{}'::jsonb NOT NULL,
    result jsonb,
    problem jsonb,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    started_at timestamp with time zone,
    finished_at timestamp with time zone,
    CONSTRAINT ck_job_status CHECK ((status = ANY (ARRAY['waiting'::text, 'running'::text, 'done'::text, 'failed'::text])))
);
ALTER TABLE public.job OWNER TO wangge_owner;
CREATE TABLE public.link (
    id uuid NOT NULL,
    kind text NOT NULL,
    name text,
    geom public.geometry(LineString,4326) NOT NULL,
    geom_m public.geometry(LineString,3857) GENERATED ALWAYS AS (public.st_transform(geom, 3857)) STORED,
    source text NOT NULL,
    import_id uuid,
    CONSTRAINT ck_link_kind CHECK ((kind = ANY (ARRAY['bridge'::text, 'tunnel'::text, 'crossing'::text, 'ford'::text, 'drawn'::text])))
);
ALTER TABLE public.link OWNER TO wangge_owner;
CREATE TABLE public.name_alias (
    id uuid NOT NULL,
    county_code text NOT NULL,
    kind text NOT NULL,
    alias text NOT NULL,
    name text NOT NULL,
    review_id uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    created_by uuid,
    CONSTRAINT ck_name_alias_kind CHECK ((kind = ANY (ARRAY['street'::text, 'estate'::text, 'hamlet'::text])))
);
ALTER TABLE public.name_alias OWNER TO wangge_owner;
CREATE TABLE public.occupancy (
    id uuid NOT NULL,
    household_id uuid NOT NULL,
    house_id uuid NOT NULL,
    grid_no bigint NOT NULL,
    during daterange NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    created_by uuid
);
ALTER TABLE ONLY public.occupancy FORCE ROW LEVEL SECURITY;
ALTER TABLE public.occupancy OWNER TO wangge_owner;
CREATE TABLE public.organisation (
    id uuid NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    geom_m public.geometry(Point,3857) GENERATED ALWAYS AS (public.st_transform(point, 3857)) STORED,
    grid_no bigint NOT NULL,
    point public.geometry(Point,4326),
    level text DEFAULT 'house'::text NOT NULL,
    radius_m double precision,
    confidence double precision,
    source text NOT NULL,
    source_crs text,
    rev integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    created_by uuid,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_by uuid,
    import_id uuid,
    ref text,
    address text,
    CONSTRAINT ck_organisation_level CHECK ((level = ANY (ARRAY['house'::text, 'building'::text, 'street'::text, 'hamlet'::text, 'village'::text, 'township'::text, 'county'::text, 'unplaced'::text])))
);
ALTER TABLE public.organisation OWNER TO wangge_owner;
CREATE TABLE public.organisation_kind (
    code text NOT NULL,
    name_zh text NOT NULL,
    name_en text NOT NULL,
    sort integer DEFAULT 0 NOT NULL
);
ALTER TABLE public.organisation_kind OWNER TO wangge_owner;
CREATE TABLE public.outbox (
    id bigint NOT NULL,
    xid bigint NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    table_name text NOT NULL,
    village bigint,
    lo bigint NOT NULL,
    hi bigint NOT NULL,
    west double precision,
    south double precision,
    east double precision,
    north double precision,
    first_day date,
    last_day date,
    rows bigint NOT NULL,
    ids uuid[] NOT NULL
);
ALTER TABLE public.outbox OWNER TO wangge_owner;
ALTER TABLE public.outbox ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.outbox_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.outbox_state (
    epoch text NOT NULL,
    forgotten_xid bigint NOT NULL
);
ALTER TABLE public.outbox_state OWNER TO wangge_owner;
CREATE TABLE public.person (
    id uuid NOT NULL,
    household_id uuid NOT NULL,
    grid_no bigint NOT NULL,
    name text NOT NULL,
    sex text,
    birth_year smallint,
    residence text NOT NULL,
    phone_cipher bytea,
    phone_index bytea,
    id_no_cipher bytea,
    id_no_index bytea,
    moved_in_on date,
    moved_out_on date,
    rev integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    created_by uuid,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_by uuid,
    import_id uuid,
    ref text,
    CONSTRAINT ck_person_residence CHECK ((residence = ANY (ARRAY['registered'::text, 'mobile'::text, 'left_behind'::text, 'abroad'::text]))),
    CONSTRAINT ck_person_sex CHECK ((sex = ANY (ARRAY['m'::text, 'f'::text])))
);
ALTER TABLE ONLY public.person FORCE ROW LEVEL SECURITY;
ALTER TABLE public.person OWNER TO wangge_owner;
CREATE TABLE public.place (
    id uuid NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    address text,
    geom_m public.geometry(Point,3857) GENERATED ALWAYS AS (public.st_transform(point, 3857)) STORED,
    grid_no bigint NOT NULL,
    point public.geometry(Point,4326),
    level text DEFAULT 'house'::text NOT NULL,
    radius_m double precision,
    confidence double precision,
    source text NOT NULL,
    source_crs text,
    ref text,
    rev integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    created_by uuid,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_by uuid,
    import_id uuid,
    CONSTRAINT ck_place_level CHECK ((level = ANY (ARRAY['house'::text, 'building'::text, 'street'::text, 'hamlet'::text, 'village'::text, 'township'::text, 'county'::text, 'unplaced'::text])))
);
ALTER TABLE public.place OWNER TO wangge_owner;
CREATE TABLE public.place_kind (
    code text NOT NULL,
    name_zh text NOT NULL,
    name_en text NOT NULL,
    sort integer DEFAULT 0 NOT NULL
);
ALTER TABLE public.place_kind OWNER TO wangge_owner;
CREATE TABLE public.place_name (
    village_code text NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    houses integer NOT NULL,
    CONSTRAINT ck_place_name_kind CHECK ((kind = ANY (ARRAY['street'::text, 'estate'::text, 'hamlet'::text])))
);
ALTER TABLE public.place_name OWNER TO wangge_owner;
CREATE TABLE public.plan (
    id uuid NOT NULL,
    village_code text NOT NULL,
    status text DEFAULT 'draft'::text NOT NULL,
    stale boolean DEFAULT false NOT NULL,
    rev integer DEFAULT 1 NOT NULL,
    target_load integer NOT NULL,
    band_low integer NOT NULL,
    band_high integer NOT NULL,
    tolerance double precision NOT NULL,
    k integer,
    report jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    created_by uuid,
    submitted_at timestamp with time zone,
    submitted_by uuid,
    published_at timestamp with time zone,
    published_by uuid,
    CONSTRAINT ck_plan_band CHECK (((0 < band_low) AND (band_low <= band_high) AND (target_load > 0))),
    CONSTRAINT ck_plan_status CHECK ((status = ANY (ARRAY['draft'::text, 'in_review'::text, 'published'::text, 'retired'::text]))),
    CONSTRAINT ck_plan_village_code CHECK ((village_code ~ '^[0-9]{12}$'::text))
);
ALTER TABLE public.plan OWNER TO wangge_owner;
CREATE TABLE public.plan_grid (
    plan_id uuid NOT NULL,
    seq integer NOT NULL,
    kind text NOT NULL,
    name text,
    load integer NOT NULL,
    geom public.geometry(MultiPolygon,4326) NOT NULL,
    geom_m public.geometry(MultiPolygon,3857) GENERATED ALWAYS AS (public.st_transform(geom, 3857)) STORED,
    CONSTRAINT ck_plan_grid_kind CHECK ((kind = ANY (ARRAY['basic'::text, 'exclusive'::text])))
);
ALTER TABLE public.plan_grid OWNER TO wangge_owner;
CREATE TABLE public.region (
    id uuid NOT NULL,
    code text NOT NULL,
    level smallint NOT NULL,
    name text NOT NULL,
    name_en text,
    parent_code text,
    mca_code text,
    validity tstzrange DEFAULT tstzrange(now(), NULL::timestamp with time zone) NOT NULL,
    geom public.geometry(MultiPolygon,4326),
    geom_m public.geometry(MultiPolygon,3857) GENERATED ALWAYS AS (public.st_transform(geom, 3857)) STORED,
    area_m2 double precision,
    synthetic boolean DEFAULT false NOT NULL,
    source text NOT NULL,
    lo bigint GENERATED ALWAYS AS ((rpad(code, 15, '0'::text))::bigint) STORED NOT NULL,
    hi bigint GENERATED ALWAYS AS ((rpad(code, 15, '9'::text))::bigint) STORED NOT NULL,
    import_id uuid,
    label_m public.geometry(Point,3857) GENERATED ALWAYS AS (public.st_pointonsurface(public.st_transform(geom, 3857))) STORED,
    CONSTRAINT ck_region_code CHECK ((code ~ '^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$'::text)),
    CONSTRAINT ck_region_level CHECK ((level = array_position(ARRAY[2, 4, 6, 9, 12], length(code)))),
    CONSTRAINT ck_region_parent CHECK (((level = 1) = (parent_code IS NULL))),
    CONSTRAINT ck_region_prefix CHECK ((parent_code = "left"(code, length(parent_code))))
);
ALTER TABLE public.region OWNER TO wangge_owner;
CREATE TABLE public.region_alias (
    region_code text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    valid_to date,
    review_id uuid,
    import_id uuid,
    CONSTRAINT ck_region_alias_kind CHECK ((kind = ANY (ARRAY['short'::text, 'ethnic'::text, 'old'::text, 'learned'::text])))
);
ALTER TABLE public.region_alias OWNER TO wangge_owner;
CREATE TABLE public.region_lineage (
    import_id uuid NOT NULL,
    old_code text NOT NULL,
    new_code text NOT NULL,
    kind text NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ck_region_lineage_kind CHECK ((kind = ANY (ARRAY['recoded'::text, 'merged'::text, 'split'::text])))
);
ALTER TABLE public.region_lineage OWNER TO wangge_owner;
CREATE TABLE public.register_count (
    register text NOT NULL,
    grid_no bigint NOT NULL,
    part bigint NOT NULL,
    n integer NOT NULL,
    CONSTRAINT ck_register_count_register CHECK ((register = ANY (ARRAY['building'::text, 'house'::text, 'household'::text, 'person'::text, 'assumed_household'::text])))
)
WITH (fillfactor='50');
ALTER TABLE public.register_count OWNER TO wangge_owner;
ALTER TABLE public.register_count ALTER COLUMN part ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.register_count_part_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.residence (
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    household_id uuid NOT NULL,
    grid_no bigint NOT NULL,
    during daterange NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    created_by uuid
);
ALTER TABLE ONLY public.residence FORCE ROW LEVEL SECURITY;
ALTER TABLE public.residence OWNER TO wangge_owner;
CREATE TABLE public.review (
    id uuid NOT NULL,
    register text NOT NULL,
    row_id uuid NOT NULL,
    text text NOT NULL,
    grid_no bigint NOT NULL,
    level text NOT NULL,
    reasons jsonb DEFAULT '[]'::jsonb NOT NULL,
    candidates jsonb DEFAULT '[]'::jsonb NOT NULL,
    status text DEFAULT 'open'::text NOT NULL,
    rev integer DEFAULT 1 NOT NULL,
    before jsonb,
    decided_at timestamp with time zone,
    decided_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    import_id uuid,
    CONSTRAINT ck_review_register CHECK ((register = ANY (ARRAY['building'::text, 'house'::text, 'facility'::text, 'organisation'::text, 'incident'::text, 'place'::text]))),
    CONSTRAINT ck_review_status CHECK ((status = ANY (ARRAY['open'::text, 'picked'::text, 'pinned'::text, 'rejected'::text])))
);
ALTER TABLE ONLY public.review FORCE ROW LEVEL SECURITY;
ALTER TABLE public.review OWNER TO wangge_owner;
CREATE TABLE public.service_kind (
    code text NOT NULL,
    name_zh text NOT NULL,
    name_en text NOT NULL,
    sort integer DEFAULT 0 NOT NULL
);
ALTER TABLE public.service_kind OWNER TO wangge_owner;
CREATE TABLE public.session (
    token_hash bytea NOT NULL,
    account_id uuid NOT NULL,
    csrf text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL
);
ALTER TABLE public.session OWNER TO wangge_owner;
CREATE TABLE public.visit (
    id uuid NOT NULL,
    house_id uuid NOT NULL,
    grid_no bigint NOT NULL,
    visited_at timestamp with time zone NOT NULL,
    outcome text NOT NULL,
    note text,
    next_due_on date,
    rev integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    created_by uuid,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_by uuid,
    import_id uuid,
    CONSTRAINT ck_visit_outcome CHECK ((outcome = ANY (ARRAY['met'::text, 'absent'::text, 'refused'::text, 'moved_out'::text, 'vacant'::text])))
);
ALTER TABLE ONLY public.visit FORCE ROW LEVEL SECURITY;
ALTER TABLE public.visit OWNER TO wangge_owner;
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.duty
    ADD CONSTRAINT ex_duty_account_grid_validity EXCLUDE USING gist (account_id WITH =, grid_no WITH =, validity WITH &&);
ALTER TABLE ONLY public.grid
    ADD CONSTRAINT ex_grid_grid_no_validity EXCLUDE USING gist (grid_no WITH =, validity WITH &&);
ALTER TABLE ONLY public.occupancy
    ADD CONSTRAINT ex_occupancy_household_id_during EXCLUDE USING gist (household_id WITH =, during WITH &&);
ALTER TABLE ONLY public.region
    ADD CONSTRAINT ex_region_code_validity EXCLUDE USING gist (code WITH =, validity WITH &&);
ALTER TABLE ONLY public.residence
    ADD CONSTRAINT ex_residence_person_id_during EXCLUDE USING gist (person_id WITH =, during WITH &&);
ALTER TABLE ONLY public.access_token
    ADD CONSTRAINT pk_access_token PRIMARY KEY (id);
ALTER TABLE ONLY public.account
    ADD CONSTRAINT pk_account PRIMARY KEY (id);
ALTER TABLE ONLY public.address_alias
    ADD CONSTRAINT pk_address_alias PRIMARY KEY (id);
ALTER TABLE ONLY public.audit
    ADD CONSTRAINT pk_audit PRIMARY KEY (id);
ALTER TABLE ONLY public.barrier
    ADD CONSTRAINT pk_barrier PRIMARY KEY (id);
ALTER TABLE ONLY public.building
    ADD CONSTRAINT pk_building PRIMARY KEY (id);
ALTER TABLE ONLY public.county_day
    ADD CONSTRAINT pk_county_day PRIMARY KEY (begins_on, kind, grid_no, part);
ALTER TABLE ONLY public.county_month
    ADD CONSTRAINT pk_county_month PRIMARY KEY (begins_on, kind, grid_no, part);
ALTER TABLE ONLY public.duplicate
    ADD CONSTRAINT pk_duplicate PRIMARY KEY (id);
ALTER TABLE ONLY public.duty
    ADD CONSTRAINT pk_duty PRIMARY KEY (id);
ALTER TABLE ONLY public.enrolment
    ADD CONSTRAINT pk_enrolment PRIMARY KEY (id);
ALTER TABLE ONLY public.facility
    ADD CONSTRAINT pk_facility PRIMARY KEY (id);
ALTER TABLE ONLY public.facility_kind
    ADD CONSTRAINT pk_facility_kind PRIMARY KEY (code);
ALTER TABLE ONLY public.gazetteer_version
    ADD CONSTRAINT pk_gazetteer_version PRIMARY KEY (code);
ALTER TABLE ONLY public.grid
    ADD CONSTRAINT pk_grid PRIMARY KEY (id);
ALTER TABLE ONLY public.grid_lineage
    ADD CONSTRAINT pk_grid_lineage PRIMARY KEY (plan_id, old_no, new_no);
ALTER TABLE ONLY public.house
    ADD CONSTRAINT pk_house PRIMARY KEY (id);
ALTER TABLE ONLY public.household
    ADD CONSTRAINT pk_household PRIMARY KEY (id);
ALTER TABLE ONLY public.import_log
    ADD CONSTRAINT pk_import_log PRIMARY KEY (id);
ALTER TABLE ONLY public.incident
    ADD CONSTRAINT pk_incident PRIMARY KEY (id);
ALTER TABLE ONLY public.incident_day
    ADD CONSTRAINT pk_incident_day PRIMARY KEY (begins_on, kind, grid_no, part);
ALTER TABLE ONLY public.incident_kind
    ADD CONSTRAINT pk_incident_kind PRIMARY KEY (code);
ALTER TABLE ONLY public.incident_month
    ADD CONSTRAINT pk_incident_month PRIMARY KEY (begins_on, kind, grid_no, part);
ALTER TABLE ONLY public.job
    ADD CONSTRAINT pk_job PRIMARY KEY (id);
ALTER TABLE ONLY public.link
    ADD CONSTRAINT pk_link PRIMARY KEY (id);
ALTER TABLE ONLY public.name_alias
    ADD CONSTRAINT pk_name_alias PRIMARY KEY (id);
ALTER TABLE ONLY public.occupancy
    ADD CONSTRAINT pk_occupancy PRIMARY KEY (id);
ALTER TABLE ONLY public.organisation
    ADD CONSTRAINT pk_organisation PRIMARY KEY (id);
ALTER TABLE ONLY public.organisation_kind
    ADD CONSTRAINT pk_organisation_kind PRIMARY KEY (code);
ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT pk_outbox PRIMARY KEY (id);
ALTER TABLE ONLY public.outbox_state
    ADD CONSTRAINT pk_outbox_state PRIMARY KEY (epoch);
ALTER TABLE ONLY public.person
    ADD CONSTRAINT pk_person PRIMARY KEY (id);
ALTER TABLE ONLY public.place
    ADD CONSTRAINT pk_place PRIMARY KEY (id);
ALTER TABLE ONLY public.place_kind
    ADD CONSTRAINT pk_place_kind PRIMARY KEY (code);
ALTER TABLE ONLY public.place_name
    ADD CONSTRAINT pk_place_name PRIMARY KEY (village_code, kind, name);
ALTER TABLE ONLY public.plan
    ADD CONSTRAINT pk_plan PRIMARY KEY (id);
ALTER TABLE ONLY public.plan_grid
    ADD CONSTRAINT pk_plan_grid PRIMARY KEY (plan_id, seq);
ALTER TABLE ONLY public.region
    ADD CONSTRAINT pk_region PRIMARY KEY (id);
ALTER TABLE ONLY public.region_alias
    ADD CONSTRAINT pk_region_alias PRIMARY KEY (region_code, name);
ALTER TABLE ONLY public.region_lineage
    ADD CONSTRAINT pk_region_lineage PRIMARY KEY (import_id, old_code, new_code);
ALTER TABLE ONLY public.register_count
    ADD CONSTRAINT pk_register_count PRIMARY KEY (register, grid_no, part);
ALTER TABLE ONLY public.residence
    ADD CONSTRAINT pk_residence PRIMARY KEY (id);
ALTER TABLE ONLY public.review
    ADD CONSTRAINT pk_review PRIMARY KEY (id);
ALTER TABLE ONLY public.service_kind
    ADD CONSTRAINT pk_service_kind PRIMARY KEY (code);
ALTER TABLE ONLY public.session
    ADD CONSTRAINT pk_session PRIMARY KEY (token_hash);
ALTER TABLE ONLY public.visit
    ADD CONSTRAINT pk_visit PRIMARY KEY (id);
ALTER TABLE ONLY public.access_token
    ADD CONSTRAINT uq_access_token_secret_hash UNIQUE (secret_hash);
ALTER TABLE ONLY public.account
    ADD CONSTRAINT uq_account_login UNIQUE (login);
CREATE INDEX ix_access_token_account_id ON public.access_token USING btree (account_id);
CREATE INDEX ix_address_alias_grid_no ON public.address_alias USING btree (grid_no);
CREATE INDEX ix_address_alias_house_id ON public.address_alias USING btree (house_id) WHERE (house_id IS NOT NULL);
CREATE INDEX ix_address_alias_review_id ON public.address_alias USING btree (review_id) WHERE (review_id IS NOT NULL);
CREATE INDEX ix_audit_account_id_at ON public.audit USING btree (account_id, at);
CREATE INDEX ix_audit_subject ON public.audit USING btree (subject, subject_id);
CREATE INDEX ix_barrier_geom ON public.barrier USING gist (geom);
CREATE INDEX ix_barrier_geom_m ON public.barrier USING gist (geom_m);
CREATE INDEX ix_building_geom_m ON public.building USING gist (geom_m);
CREATE INDEX ix_building_grid_no ON public.building USING btree (grid_no);
CREATE INDEX ix_building_import_id ON public.building USING btree (import_id) WHERE (import_id IS NOT NULL);
CREATE INDEX ix_building_ref ON public.building USING btree (ref) WHERE (ref IS NOT NULL);
CREATE INDEX ix_cell_count_register_cell ON public.cell_count USING btree (register, cell, grid_no) INCLUDE (n);
CREATE INDEX ix_duplicate_open ON public.duplicate USING btree (grid_no, id) WHERE (status = 'open'::text);
CREATE INDEX ix_duplicate_other_id ON public.duplicate USING btree (other_id);
CREATE INDEX ix_duty_account_id ON public.duty USING btree (account_id);
CREATE INDEX ix_duty_grid_no ON public.duty USING btree (grid_no);
CREATE INDEX ix_enrolment_grid_no ON public.enrolment USING btree (grid_no);
CREATE INDEX ix_enrolment_person_id ON public.enrolment USING btree (person_id);
CREATE INDEX ix_facility_geom_m ON public.facility USING gist (geom_m);
CREATE INDEX ix_facility_grid_no ON public.facility USING btree (grid_no);
CREATE INDEX ix_facility_import_id ON public.facility USING btree (import_id) WHERE (import_id IS NOT NULL);
CREATE INDEX ix_facility_ref ON public.facility USING btree (ref) WHERE (ref IS NOT NULL);
CREATE INDEX ix_grid_geom ON public.grid USING gist (geom) WHERE upper_inf(validity);
CREATE INDEX ix_grid_geom_ended ON public.grid USING gist (geom) WHERE (NOT upper_inf(validity));
CREATE INDEX ix_grid_geom_m ON public.grid USING gist (geom_m) WHERE upper_inf(validity);
CREATE INDEX ix_grid_in_force ON public.grid USING btree (grid_no) WHERE upper_inf(validity);
CREATE INDEX ix_house_building_id ON public.house USING btree (building_id);
CREATE INDEX ix_house_estate ON public.house USING btree (estate, building_no, grid_no);
CREATE INDEX ix_house_grid_no ON public.house USING btree (grid_no);
CREATE INDEX ix_house_hamlet ON public.house USING btree (hamlet, number, grid_no);
CREATE INDEX ix_house_import_id ON public.house USING btree (import_id) WHERE (import_id IS NOT NULL);
CREATE INDEX ix_house_number ON public.house USING btree (number, grid_no) WHERE (street IS NULL);
CREATE INDEX ix_house_ref ON public.house USING btree (ref) WHERE (ref IS NOT NULL);
CREATE INDEX ix_house_street ON public.house USING btree (street, number, grid_no);
CREATE INDEX ix_house_strip ON public.house USING btree (strip, grid_no);
CREATE INDEX ix_household_grid_no ON public.household USING btree (grid_no);
CREATE INDEX ix_household_house_id ON public.household USING btree (house_id);
CREATE INDEX ix_household_import_id ON public.household USING btree (import_id) WHERE (import_id IS NOT NULL);
CREATE INDEX ix_household_phone_index ON public.household USING btree (phone_index);
CREATE INDEX ix_household_ref ON public.household USING btree (ref) WHERE (ref IS NOT NULL);
CREATE INDEX ix_import_log_kind ON public.import_log USING btree (kind, source_name);
CREATE INDEX ix_incident_grid_no_occurred_on ON public.incident USING btree (grid_no, occurred_on) INCLUDE (kind);
CREATE INDEX ix_incident_import_id ON public.incident USING btree (import_id) WHERE (import_id IS NOT NULL);
CREATE INDEX ix_incident_ref ON public.incident USING btree (ref) WHERE (ref IS NOT NULL);
CREATE INDEX ix_incident_strip ON public.incident USING btree (strip, grid_no);
CREATE INDEX ix_job_account_id_created_at ON public.job USING btree (account_id, created_at);
CREATE INDEX ix_link_geom ON public.link USING gist (geom);
CREATE INDEX ix_link_geom_m ON public.link USING gist (geom_m);
CREATE INDEX ix_name_alias_review_id ON public.name_alias USING btree (review_id) WHERE (review_id IS NOT NULL);
CREATE INDEX ix_occupancy_grid_no ON public.occupancy USING btree (grid_no);
CREATE INDEX ix_occupancy_house_id ON public.occupancy USING btree (house_id);
CREATE INDEX ix_organisation_geom_m ON public.organisation USING gist (geom_m);
CREATE INDEX ix_organisation_grid_no ON public.organisation USING btree (grid_no);
CREATE INDEX ix_organisation_import_id ON public.organisation USING btree (import_id) WHERE (import_id IS NOT NULL);
CREATE INDEX ix_organisation_ref ON public.organisation USING btree (ref) WHERE (ref IS NOT NULL);
CREATE INDEX ix_outbox_at ON public.outbox USING btree (at);
CREATE INDEX ix_outbox_xid ON public.outbox USING btree (xid);
CREATE INDEX ix_person_grid_no ON public.person USING btree (grid_no);
CREATE INDEX ix_person_household_id ON public.person USING btree (household_id);
CREATE INDEX ix_person_id_no_index ON public.person USING btree (id_no_index);
CREATE INDEX ix_person_import_id ON public.person USING btree (import_id) WHERE (import_id IS NOT NULL);
CREATE INDEX ix_person_phone_index ON public.person USING btree (phone_index);
CREATE INDEX ix_person_ref ON public.person USING btree (ref) WHERE (ref IS NOT NULL);
CREATE INDEX ix_place_geom_m ON public.place USING gist (geom_m);
CREATE INDEX ix_place_grid_no ON public.place USING btree (grid_no);
CREATE INDEX ix_place_import_id ON public.place USING btree (import_id) WHERE (import_id IS NOT NULL);
CREATE INDEX ix_place_ref ON public.place USING btree (ref) WHERE (ref IS NOT NULL);
CREATE INDEX ix_plan_grid_geom_m ON public.plan_grid USING gist (geom_m);
CREATE INDEX ix_plan_village_code ON public.plan USING btree (village_code);
CREATE INDEX ix_region_alias_import_id ON public.region_alias USING btree (import_id) WHERE (import_id IS NOT NULL);
CREATE INDEX ix_region_alias_name ON public.region_alias USING btree (name);
CREATE INDEX ix_region_alias_review_id ON public.region_alias USING btree (review_id) WHERE (review_id IS NOT NULL);
CREATE INDEX ix_region_geom ON public.region USING gist (geom);
CREATE INDEX ix_region_geom_m ON public.region USING gist (geom_m);
CREATE INDEX ix_region_level_lo ON public.region USING btree (level, lo);
CREATE INDEX ix_region_lineage_new_code ON public.region_lineage USING btree (new_code);
CREATE INDEX ix_region_lineage_old_code ON public.region_lineage USING btree (old_code);
CREATE INDEX ix_region_parent_code ON public.region USING btree (parent_code);
CREATE INDEX ix_residence_grid_no ON public.residence USING btree (grid_no);
CREATE INDEX ix_residence_household_id ON public.residence USING btree (household_id);
CREATE INDEX ix_review_decided_at ON public.review USING btree (grid_no, decided_at) WHERE (status <> 'open'::text);
CREATE INDEX ix_review_import_id ON public.review USING btree (import_id) WHERE (import_id IS NOT NULL);
CREATE INDEX ix_review_open ON public.review USING btree (grid_no, id) WHERE (status = 'open'::text);
CREATE INDEX ix_review_row_id ON public.review USING btree (row_id);
CREATE INDEX ix_session_account_id ON public.session USING btree (account_id);
CREATE INDEX ix_visit_grid_no ON public.visit USING btree (grid_no);
CREATE INDEX ix_visit_house_id_visited_at ON public.visit USING btree (house_id, visited_at);
CREATE UNIQUE INDEX uq_address_alias_text ON public.address_alias USING btree (text, region_code);
CREATE UNIQUE INDEX uq_duplicate_kept_id ON public.duplicate USING btree (register, kept_id, other_id);
CREATE UNIQUE INDEX uq_name_alias_county_code ON public.name_alias USING btree (county_code, kind, alias, name);
CREATE UNIQUE INDEX uq_plan_published ON public.plan USING btree (village_code) WHERE (status = 'published'::text);
CREATE TRIGGER cells_delete AFTER DELETE ON public.building REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.count_building_cells();
CREATE TRIGGER cells_delete AFTER DELETE ON public.house REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.count_house_cells();
CREATE TRIGGER cells_delete AFTER DELETE ON public.incident REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.count_incident_cells();
CREATE TRIGGER cells_delete AFTER DELETE ON public.review REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.count_reviewed_incidents();
CREATE TRIGGER cells_insert AFTER INSERT ON public.building REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION public.count_building_cells();
CREATE TRIGGER cells_insert AFTER INSERT ON public.house REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION public.count_house_cells();
CREATE TRIGGER cells_insert AFTER INSERT ON public.incident REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION public.count_incident_cells();
CREATE TRIGGER cells_insert AFTER INSERT ON public.review REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION public.count_reviewed_incidents();
CREATE TRIGGER cells_update AFTER UPDATE ON public.building REFERENCING OLD TABLE AS gone NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION public.count_building_cells();
CREATE TRIGGER cells_update AFTER UPDATE ON public.house REFERENCING OLD TABLE AS gone NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION public.count_house_cells();
CREATE TRIGGER cells_update AFTER UPDATE ON public.incident REFERENCING OLD TABLE AS gone NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION public.count_incident_cells();
CREATE TRIGGER cells_update AFTER UPDATE ON public.review REFERENCING OLD TABLE AS gone NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION public.count_reviewed_incidents();
CREATE TRIGGER count_assumed_by_building_delete AFTER DELETE ON public.building REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.count_assumed_by_building();
CREATE TRIGGER count_assumed_by_building_insert AFTER INSERT ON public.building REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION public.count_assumed_by_building();
CREATE TRIGGER count_assumed_by_building_update AFTER UPDATE ON public.building REFERENCING OLD TABLE AS gone NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION public.count_assumed_by_building();
CREATE TRIGGER count_assumed_by_house_update AFTER UPDATE ON public.house REFERENCING OLD TABLE AS gone NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION public.count_assumed_by_house();
CREATE TRIGGER count_assumed_by_household_delete AFTER DELETE ON public.household REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.count_assumed_by_household();
CREATE TRIGGER count_assumed_by_household_insert AFTER INSERT ON public.household REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION public.count_assumed_by_household();
CREATE TRIGGER count_assumed_by_household_update AFTER UPDATE ON public.household REFERENCING OLD TABLE AS gone NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION public.count_assumed_by_household();
CREATE TRIGGER count_buildings_delete AFTER DELETE ON public.building REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.count_buildings();
CREATE TRIGGER count_buildings_delete AFTER DELETE ON public.house REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.count_buildings();
CREATE TRIGGER count_buildings_insert AFTER INSERT ON public.building REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION public.count_buildings();
CREATE TRIGGER count_buildings_insert AFTER INSERT ON public.house REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION public.count_buildings();
CREATE TRIGGER count_buildings_update AFTER UPDATE ON public.building REFERENCING OLD TABLE AS gone NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION public.count_buildings();
CREATE TRIGGER count_buildings_update AFTER UPDATE ON public.house REFERENCING OLD TABLE AS gone NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION public.count_buildings();
CREATE TRIGGER count_incidents_delete AFTER DELETE ON public.incident REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.count_incidents();
CREATE TRIGGER count_incidents_insert AFTER INSERT ON public.incident REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION public.count_incidents();
CREATE TRIGGER count_incidents_update AFTER UPDATE ON public.incident REFERENCING OLD TABLE AS gone NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION public.count_incidents();
CREATE TRIGGER count_residents_delete AFTER DELETE ON public.household REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.count_residents();
CREATE TRIGGER count_residents_delete AFTER DELETE ON public.person REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.count_residents();
CREATE TRIGGER count_residents_insert AFTER INSERT ON public.household REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION public.count_residents();
CREATE TRIGGER count_residents_insert AFTER INSERT ON public.person REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION public.count_residents();
CREATE TRIGGER count_residents_update AFTER UPDATE ON public.household REFERENCING OLD TABLE AS gone NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION public.count_residents();
CREATE TRIGGER count_residents_update AFTER UPDATE ON public.person REFERENCING OLD TABLE AS gone NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION public.count_residents();
CREATE TRIGGER forget_reviews AFTER DELETE ON public.building REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.forget_reviews();
CREATE TRIGGER forget_reviews AFTER DELETE ON public.facility REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.forget_reviews();
CREATE TRIGGER forget_reviews AFTER DELETE ON public.house REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.forget_reviews();
CREATE TRIGGER forget_reviews AFTER DELETE ON public.incident REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.forget_reviews();
CREATE TRIGGER forget_reviews AFTER DELETE ON public.organisation REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.forget_reviews();
CREATE TRIGGER forget_reviews AFTER DELETE ON public.place REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.forget_reviews();
CREATE TRIGGER gazetteer_delete AFTER DELETE ON public.house REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.count_house_names();
CREATE TRIGGER gazetteer_delete AFTER DELETE ON public.name_alias REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.raise_version_of_names();
CREATE TRIGGER gazetteer_delete AFTER DELETE ON public.region REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.raise_version_of_regions();
CREATE TRIGGER gazetteer_delete AFTER DELETE ON public.region_alias REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.raise_version_of_regions();
CREATE TRIGGER gazetteer_insert AFTER INSERT ON public.house REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION public.count_house_names();
CREATE TRIGGER gazetteer_insert AFTER INSERT ON public.name_alias REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION public.raise_version_of_names();
CREATE TRIGGER gazetteer_insert AFTER INSERT ON public.region REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION public.raise_version_of_regions();
CREATE TRIGGER gazetteer_insert AFTER INSERT ON public.region_alias REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION public.raise_version_of_regions();
CREATE TRIGGER gazetteer_update AFTER UPDATE ON public.house REFERENCING OLD TABLE AS gone NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION public.count_house_names();
CREATE TRIGGER gazetteer_update AFTER UPDATE ON public.name_alias REFERENCING OLD TABLE AS gone NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION public.raise_version_of_names();
CREATE TRIGGER gazetteer_update AFTER UPDATE ON public.region REFERENCING OLD TABLE AS gone NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION public.raise_version_of_regions();
CREATE TRIGGER gazetteer_update AFTER UPDATE ON public.region_alias REFERENCING OLD TABLE AS gone NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION public.raise_version_of_regions();
CREATE TRIGGER household_begins AFTER INSERT ON public.household REFERENCING NEW TABLE AS coming FOR EACH STATEMENT EXECUTE FUNCTION public.begin_occupancies();
CREATE TRIGGER household_goes_on AFTER UPDATE ON public.household REFERENCING OLD TABLE AS gone NEW TABLE AS going FOR EACH STATEMENT EXECUTE FUNCTION public.go_on_occupancies();
CREATE TRIGGER note_all AFTER TRUNCATE ON public.access_token FOR EACH STATEMENT EXECUTE FUNCTION public.note_access_token();
CREATE TRIGGER note_all AFTER TRUNCATE ON public.account FOR EACH STATEMENT EXECUTE FUNCTION public.note_account();
CREATE TRIGGER note_all AFTER TRUNCATE ON public.barrier FOR EACH STATEMENT EXECUTE FUNCTION public.note_barrier();
CREATE TRIGGER note_all AFTER TRUNCATE ON public.building FOR EACH STATEMENT EXECUTE FUNCTION public.note_building();
CREATE TRIGGER note_all AFTER TRUNCATE ON public.duty FOR EACH STATEMENT EXECUTE FUNCTION public.note_duty();
CREATE TRIGGER note_all AFTER TRUNCATE ON public.facility FOR EACH STATEMENT EXECUTE FUNCTION public.note_facility();
CREATE TRIGGER note_all AFTER TRUNCATE ON public.grid FOR EACH STATEMENT EXECUTE FUNCTION public.note_grid();
CREATE TRIGGER note_all AFTER TRUNCATE ON public.house FOR EACH STATEMENT EXECUTE FUNCTION public.note_house();
CREATE TRIGGER note_all AFTER TRUNCATE ON public.household FOR EACH STATEMENT EXECUTE FUNCTION public.note_household();
CREATE TRIGGER note_all AFTER TRUNCATE ON public.incident FOR EACH STATEMENT EXECUTE FUNCTION public.note_incident();
CREATE TRIGGER note_all AFTER TRUNCATE ON public.link FOR EACH STATEMENT EXECUTE FUNCTION public.note_link();
CREATE TRIGGER note_all AFTER TRUNCATE ON public.organisation FOR EACH STATEMENT EXECUTE FUNCTION public.note_organisation();
CREATE TRIGGER note_all AFTER TRUNCATE ON public.person FOR EACH STATEMENT EXECUTE FUNCTION public.note_person();
CREATE TRIGGER note_all AFTER TRUNCATE ON public.place FOR EACH STATEMENT EXECUTE FUNCTION public.note_place();
CREATE TRIGGER note_all AFTER TRUNCATE ON public.plan FOR EACH STATEMENT EXECUTE FUNCTION public.note_plan();
CREATE TRIGGER note_all AFTER TRUNCATE ON public.plan_grid FOR EACH STATEMENT EXECUTE FUNCTION public.note_plan_grid();
CREATE TRIGGER note_all AFTER TRUNCATE ON public.region FOR EACH STATEMENT EXECUTE FUNCTION public.note_region();
CREATE TRIGGER note_all AFTER TRUNCATE ON public.review FOR EACH STATEMENT EXECUTE FUNCTION public.note_review();
CREATE TRIGGER note_all AFTER TRUNCATE ON public.session FOR EACH STATEMENT EXECUTE FUNCTION public.note_session();
CREATE TRIGGER note_all AFTER TRUNCATE ON public.visit FOR EACH STATEMENT EXECUTE FUNCTION public.note_visit();
CREATE TRIGGER note_before AFTER UPDATE ON public.access_token REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_access_token();
CREATE TRIGGER note_before AFTER UPDATE ON public.account REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_account();
CREATE TRIGGER note_before AFTER UPDATE ON public.barrier REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_barrier();
CREATE TRIGGER note_before AFTER UPDATE ON public.building REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_building();
CREATE TRIGGER note_before AFTER UPDATE ON public.duty REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_duty();
CREATE TRIGGER note_before AFTER UPDATE ON public.facility REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_facility();
CREATE TRIGGER note_before AFTER UPDATE ON public.grid REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_grid();
CREATE TRIGGER note_before AFTER UPDATE ON public.house REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_house();
CREATE TRIGGER note_before AFTER UPDATE ON public.household REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_household();
CREATE TRIGGER note_before AFTER UPDATE ON public.incident REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_incident();
CREATE TRIGGER note_before AFTER UPDATE ON public.link REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_link();
CREATE TRIGGER note_before AFTER UPDATE ON public.organisation REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_organisation();
CREATE TRIGGER note_before AFTER UPDATE ON public.person REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_person();
CREATE TRIGGER note_before AFTER UPDATE ON public.place REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_place();
CREATE TRIGGER note_before AFTER UPDATE ON public.plan REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_plan();
CREATE TRIGGER note_before AFTER UPDATE ON public.plan_grid REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_plan_grid();
CREATE TRIGGER note_before AFTER UPDATE ON public.region REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_region();
CREATE TRIGGER note_before AFTER UPDATE ON public.review REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_review();
CREATE TRIGGER note_before AFTER UPDATE ON public.session REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_session();
CREATE TRIGGER note_before AFTER UPDATE ON public.visit REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_visit();
CREATE TRIGGER note_gone AFTER DELETE ON public.access_token REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_access_token();
CREATE TRIGGER note_gone AFTER DELETE ON public.account REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_account();
CREATE TRIGGER note_gone AFTER DELETE ON public.barrier REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_barrier();
CREATE TRIGGER note_gone AFTER DELETE ON public.building REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_building();
CREATE TRIGGER note_gone AFTER DELETE ON public.duty REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_duty();
CREATE TRIGGER note_gone AFTER DELETE ON public.facility REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_facility();
CREATE TRIGGER note_gone AFTER DELETE ON public.grid REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_grid();
CREATE TRIGGER note_gone AFTER DELETE ON public.house REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_house();
CREATE TRIGGER note_gone AFTER DELETE ON public.household REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_household();
CREATE TRIGGER note_gone AFTER DELETE ON public.incident REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_incident();
CREATE TRIGGER note_gone AFTER DELETE ON public.link REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_link();
CREATE TRIGGER note_gone AFTER DELETE ON public.organisation REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_organisation();
CREATE TRIGGER note_gone AFTER DELETE ON public.person REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_person();
CREATE TRIGGER note_gone AFTER DELETE ON public.place REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_place();
CREATE TRIGGER note_gone AFTER DELETE ON public.plan REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_plan();
CREATE TRIGGER note_gone AFTER DELETE ON public.plan_grid REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_plan_grid();
CREATE TRIGGER note_gone AFTER DELETE ON public.region REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_region();
CREATE TRIGGER note_gone AFTER DELETE ON public.review REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_review();
CREATE TRIGGER note_gone AFTER DELETE ON public.session REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_session();
CREATE TRIGGER note_gone AFTER DELETE ON public.visit REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_visit();
CREATE TRIGGER note_new AFTER INSERT ON public.access_token REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_access_token();
CREATE TRIGGER note_new AFTER INSERT ON public.account REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_account();
CREATE TRIGGER note_new AFTER INSERT ON public.barrier REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_barrier();
CREATE TRIGGER note_new AFTER INSERT ON public.building REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_building();
CREATE TRIGGER note_new AFTER INSERT ON public.duty REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_duty();
CREATE TRIGGER note_new AFTER INSERT ON public.facility REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_facility();
CREATE TRIGGER note_new AFTER INSERT ON public.grid REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_grid();
CREATE TRIGGER note_new AFTER INSERT ON public.house REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_house();
CREATE TRIGGER note_new AFTER INSERT ON public.household REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_household();
CREATE TRIGGER note_new AFTER INSERT ON public.incident REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_incident();
CREATE TRIGGER note_new AFTER INSERT ON public.link REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_link();
CREATE TRIGGER note_new AFTER INSERT ON public.organisation REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_organisation();
CREATE TRIGGER note_new AFTER INSERT ON public.person REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_person();
CREATE TRIGGER note_new AFTER INSERT ON public.place REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_place();
CREATE TRIGGER note_new AFTER INSERT ON public.plan REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_plan();
CREATE TRIGGER note_new AFTER INSERT ON public.plan_grid REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_plan_grid();
CREATE TRIGGER note_new AFTER INSERT ON public.region REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_region();
CREATE TRIGGER note_new AFTER INSERT ON public.review REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_review();
CREATE TRIGGER note_new AFTER INSERT ON public.session REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_session();
CREATE TRIGGER note_new AFTER INSERT ON public.visit REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_visit();
CREATE TRIGGER note_since AFTER UPDATE ON public.access_token REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_access_token();
CREATE TRIGGER note_since AFTER UPDATE ON public.account REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_account();
CREATE TRIGGER note_since AFTER UPDATE ON public.barrier REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_barrier();
CREATE TRIGGER note_since AFTER UPDATE ON public.building REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_building();
CREATE TRIGGER note_since AFTER UPDATE ON public.duty REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_duty();
CREATE TRIGGER note_since AFTER UPDATE ON public.facility REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_facility();
CREATE TRIGGER note_since AFTER UPDATE ON public.grid REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_grid();
CREATE TRIGGER note_since AFTER UPDATE ON public.house REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_house();
CREATE TRIGGER note_since AFTER UPDATE ON public.household REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_household();
CREATE TRIGGER note_since AFTER UPDATE ON public.incident REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_incident();
CREATE TRIGGER note_since AFTER UPDATE ON public.link REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_link();
CREATE TRIGGER note_since AFTER UPDATE ON public.organisation REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_organisation();
CREATE TRIGGER note_since AFTER UPDATE ON public.person REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_person();
CREATE TRIGGER note_since AFTER UPDATE ON public.place REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_place();
CREATE TRIGGER note_since AFTER UPDATE ON public.plan REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_plan();
CREATE TRIGGER note_since AFTER UPDATE ON public.plan_grid REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_plan_grid();
CREATE TRIGGER note_since AFTER UPDATE ON public.region REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_region();
CREATE TRIGGER note_since AFTER UPDATE ON public.review REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_review();
CREATE TRIGGER note_since AFTER UPDATE ON public.session REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_session();
CREATE TRIGGER note_since AFTER UPDATE ON public.visit REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.note_visit();
CREATE TRIGGER person_begins AFTER INSERT ON public.person REFERENCING NEW TABLE AS coming FOR EACH STATEMENT EXECUTE FUNCTION public.begin_residences();
CREATE TRIGGER person_goes_on AFTER UPDATE ON public.person REFERENCING OLD TABLE AS gone NEW TABLE AS going FOR EACH STATEMENT EXECUTE FUNCTION public.go_on_residences();
CREATE TRIGGER recount_truncated AFTER TRUNCATE ON public.building FOR EACH STATEMENT EXECUTE FUNCTION public.recount_truncated();
CREATE TRIGGER recount_truncated AFTER TRUNCATE ON public.house FOR EACH STATEMENT EXECUTE FUNCTION public.recount_truncated();
CREATE TRIGGER recount_truncated AFTER TRUNCATE ON public.household FOR EACH STATEMENT EXECUTE FUNCTION public.recount_truncated();
CREATE TRIGGER recount_truncated AFTER TRUNCATE ON public.incident FOR EACH STATEMENT EXECUTE FUNCTION public.recount_truncated();
CREATE TRIGGER recount_truncated AFTER TRUNCATE ON public.person FOR EACH STATEMENT EXECUTE FUNCTION public.recount_truncated();
ALTER TABLE ONLY public.access_token
    ADD CONSTRAINT fk_access_token_account_id FOREIGN KEY (account_id) REFERENCES public.account(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.address_alias
    ADD CONSTRAINT fk_address_alias_house_id FOREIGN KEY (house_id) REFERENCES public.house(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.address_alias
    ADD CONSTRAINT fk_address_alias_review_id FOREIGN KEY (review_id) REFERENCES public.review(id);
ALTER TABLE ONLY public.barrier
    ADD CONSTRAINT fk_barrier_import_id FOREIGN KEY (import_id) REFERENCES public.import_log(id);
ALTER TABLE ONLY public.building
    ADD CONSTRAINT fk_building_import_id FOREIGN KEY (import_id) REFERENCES public.import_log(id);
ALTER TABLE ONLY public.duty
    ADD CONSTRAINT fk_duty_account_id FOREIGN KEY (account_id) REFERENCES public.account(id);
ALTER TABLE ONLY public.duty
    ADD CONSTRAINT fk_duty_import_id FOREIGN KEY (import_id) REFERENCES public.import_log(id);
ALTER TABLE ONLY public.enrolment
    ADD CONSTRAINT fk_enrolment_import_id FOREIGN KEY (import_id) REFERENCES public.import_log(id);
ALTER TABLE ONLY public.enrolment
    ADD CONSTRAINT fk_enrolment_person_id FOREIGN KEY (person_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.enrolment
    ADD CONSTRAINT fk_enrolment_service FOREIGN KEY (service) REFERENCES public.service_kind(code);
ALTER TABLE ONLY public.facility
    ADD CONSTRAINT fk_facility_import_id FOREIGN KEY (import_id) REFERENCES public.import_log(id);
ALTER TABLE ONLY public.facility
    ADD CONSTRAINT fk_facility_kind FOREIGN KEY (kind) REFERENCES public.facility_kind(code);
ALTER TABLE ONLY public.grid_lineage
    ADD CONSTRAINT fk_grid_lineage_plan_id FOREIGN KEY (plan_id) REFERENCES public.plan(id);
ALTER TABLE ONLY public.grid
    ADD CONSTRAINT fk_grid_plan_id FOREIGN KEY (plan_id) REFERENCES public.plan(id);
ALTER TABLE ONLY public.house
    ADD CONSTRAINT fk_house_building_id FOREIGN KEY (building_id) REFERENCES public.building(id);
ALTER TABLE ONLY public.house
    ADD CONSTRAINT fk_house_import_id FOREIGN KEY (import_id) REFERENCES public.import_log(id);
ALTER TABLE ONLY public.household
    ADD CONSTRAINT fk_household_house_id FOREIGN KEY (house_id) REFERENCES public.house(id);
ALTER TABLE ONLY public.household
    ADD CONSTRAINT fk_household_import_id FOREIGN KEY (import_id) REFERENCES public.import_log(id);
ALTER TABLE ONLY public.incident
    ADD CONSTRAINT fk_incident_import_id FOREIGN KEY (import_id) REFERENCES public.import_log(id);
ALTER TABLE ONLY public.incident
    ADD CONSTRAINT fk_incident_kind FOREIGN KEY (kind) REFERENCES public.incident_kind(code);
ALTER TABLE ONLY public.link
    ADD CONSTRAINT fk_link_import_id FOREIGN KEY (import_id) REFERENCES public.import_log(id);
ALTER TABLE ONLY public.name_alias
    ADD CONSTRAINT fk_name_alias_review_id FOREIGN KEY (review_id) REFERENCES public.review(id);
ALTER TABLE ONLY public.occupancy
    ADD CONSTRAINT fk_occupancy_house_id FOREIGN KEY (house_id) REFERENCES public.house(id);
ALTER TABLE ONLY public.occupancy
    ADD CONSTRAINT fk_occupancy_household_id FOREIGN KEY (household_id) REFERENCES public.household(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.organisation
    ADD CONSTRAINT fk_organisation_import_id FOREIGN KEY (import_id) REFERENCES public.import_log(id);
ALTER TABLE ONLY public.organisation
    ADD CONSTRAINT fk_organisation_kind FOREIGN KEY (kind) REFERENCES public.organisation_kind(code);
ALTER TABLE ONLY public.person
    ADD CONSTRAINT fk_person_household_id FOREIGN KEY (household_id) REFERENCES public.household(id);
ALTER TABLE ONLY public.person
    ADD CONSTRAINT fk_person_import_id FOREIGN KEY (import_id) REFERENCES public.import_log(id);
ALTER TABLE ONLY public.place
    ADD CONSTRAINT fk_place_import_id FOREIGN KEY (import_id) REFERENCES public.import_log(id);
ALTER TABLE ONLY public.place
    ADD CONSTRAINT fk_place_kind FOREIGN KEY (kind) REFERENCES public.place_kind(code);
ALTER TABLE ONLY public.plan_grid
    ADD CONSTRAINT fk_plan_grid_plan_id FOREIGN KEY (plan_id) REFERENCES public.plan(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.region_alias
    ADD CONSTRAINT fk_region_alias_import_id FOREIGN KEY (import_id) REFERENCES public.import_log(id);
ALTER TABLE ONLY public.region_alias
    ADD CONSTRAINT fk_region_alias_review_id FOREIGN KEY (review_id) REFERENCES public.review(id);
ALTER TABLE ONLY public.region
    ADD CONSTRAINT fk_region_import_id FOREIGN KEY (import_id) REFERENCES public.import_log(id);
ALTER TABLE ONLY public.region_lineage
    ADD CONSTRAINT fk_region_lineage_import_id FOREIGN KEY (import_id) REFERENCES public.import_log(id);
ALTER TABLE ONLY public.residence
    ADD CONSTRAINT fk_residence_household_id FOREIGN KEY (household_id) REFERENCES public.household(id);
ALTER TABLE ONLY public.residence
    ADD CONSTRAINT fk_residence_person_id FOREIGN KEY (person_id) REFERENCES public.person(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.review
    ADD CONSTRAINT fk_review_import_id FOREIGN KEY (import_id) REFERENCES public.import_log(id);
ALTER TABLE ONLY public.session
    ADD CONSTRAINT fk_session_account_id FOREIGN KEY (account_id) REFERENCES public.account(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.visit
    ADD CONSTRAINT fk_visit_house_id FOREIGN KEY (house_id) REFERENCES public.house(id);
ALTER TABLE ONLY public.visit
    ADD CONSTRAINT fk_visit_import_id FOREIGN KEY (import_id) REFERENCES public.import_log(id);
ALTER TABLE public.address_alias ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.cell_count ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.county_day ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.county_month ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.duplicate ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.enrolment ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.house ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.household ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.incident ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.incident_day ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.incident_month ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.occupancy ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.person ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.register_count ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.residence ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.review ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope_grids ON public.address_alias AS RESTRICTIVE USING (
CASE
    WHEN ( SELECT (NULLIF(current_setting('wangge.grids'::text, true), ''::text) IS NULL)) THEN true
    ELSE (grid_no = ANY ((( SELECT NULLIF(current_setting('wangge.grids'::text, true), ''::text) AS "nullif"))::bigint[]))
END);
CREATE POLICY scope_grids ON public.cell_count AS RESTRICTIVE USING (
CASE
    WHEN ( SELECT (NULLIF(current_setting('wangge.grids'::text, true), ''::text) IS NULL)) THEN true
    ELSE (grid_no = ANY ((( SELECT NULLIF(current_setting('wangge.grids'::text, true), ''::text) AS "nullif"))::bigint[]))
END);
CREATE POLICY scope_grids ON public.county_day AS RESTRICTIVE USING (
CASE
    WHEN ( SELECT (NULLIF(current_setting('wangge.grids'::text, true), ''::text) IS NULL)) THEN true
    ELSE (grid_no = ANY ((( SELECT NULLIF(current_setting('wangge.grids'::text, true), ''::text) AS "nullif"))::bigint[]))
END);
CREATE POLICY scope_grids ON public.county_month AS RESTRICTIVE USING (
CASE
    WHEN ( SELECT (NULLIF(current_setting('wangge.grids'::text, true), ''::text) IS NULL)) THEN true
    ELSE (grid_no = ANY ((( SELECT NULLIF(current_setting('wangge.grids'::text, true), ''::text) AS "nullif"))::bigint[]))
END);
CREATE POLICY scope_grids ON public.duplicate AS RESTRICTIVE USING (
CASE
    WHEN ( SELECT (NULLIF(current_setting('wangge.grids'::text, true), ''::text) IS NULL)) THEN true
    ELSE (grid_no = ANY ((( SELECT NULLIF(current_setting('wangge.grids'::text, true), ''::text) AS "nullif"))::bigint[]))
END);
CREATE POLICY scope_grids ON public.enrolment AS RESTRICTIVE USING (
CASE
    WHEN ( SELECT (NULLIF(current_setting('wangge.grids'::text, true), ''::text) IS NULL)) THEN true
    ELSE (grid_no = ANY ((( SELECT NULLIF(current_setting('wangge.grids'::text, true), ''::text) AS "nullif"))::bigint[]))
END);
CREATE POLICY scope_grids ON public.house AS RESTRICTIVE USING (
CASE
    WHEN ( SELECT (NULLIF(current_setting('wangge.grids'::text, true), ''::text) IS NULL)) THEN true
    ELSE (grid_no = ANY ((( SELECT NULLIF(current_setting('wangge.grids'::text, true), ''::text) AS "nullif"))::bigint[]))
END);
CREATE POLICY scope_grids ON public.household AS RESTRICTIVE USING (
CASE
    WHEN ( SELECT (NULLIF(current_setting('wangge.grids'::text, true), ''::text) IS NULL)) THEN true
    ELSE (grid_no = ANY ((( SELECT NULLIF(current_setting('wangge.grids'::text, true), ''::text) AS "nullif"))::bigint[]))
END);
CREATE POLICY scope_grids ON public.incident AS RESTRICTIVE USING (
CASE
    WHEN ( SELECT (NULLIF(current_setting('wangge.grids'::text, true), ''::text) IS NULL)) THEN true
    ELSE (grid_no = ANY ((( SELECT NULLIF(current_setting('wangge.grids'::text, true), ''::text) AS "nullif"))::bigint[]))
END);
CREATE POLICY scope_grids ON public.incident_day AS RESTRICTIVE USING (
CASE
    WHEN ( SELECT (NULLIF(current_setting('wangge.grids'::text, true), ''::text) IS NULL)) THEN true
    ELSE (grid_no = ANY ((( SELECT NULLIF(current_setting('wangge.grids'::text, true), ''::text) AS "nullif"))::bigint[]))
END);
CREATE POLICY scope_grids ON public.incident_month AS RESTRICTIVE USING (
CASE
    WHEN ( SELECT (NULLIF(current_setting('wangge.grids'::text, true), ''::text) IS NULL)) THEN true
    ELSE (grid_no = ANY ((( SELECT NULLIF(current_setting('wangge.grids'::text, true), ''::text) AS "nullif"))::bigint[]))
END);
CREATE POLICY scope_grids ON public.occupancy AS RESTRICTIVE USING (
CASE
    WHEN ( SELECT (NULLIF(current_setting('wangge.grids'::text, true), ''::text) IS NULL)) THEN true
    ELSE (grid_no = ANY ((( SELECT NULLIF(current_setting('wangge.grids'::text, true), ''::text) AS "nullif"))::bigint[]))
END);
CREATE POLICY scope_grids ON public.person AS RESTRICTIVE USING (
CASE
    WHEN ( SELECT (NULLIF(current_setting('wangge.grids'::text, true), ''::text) IS NULL)) THEN true
    ELSE (grid_no = ANY ((( SELECT NULLIF(current_setting('wangge.grids'::text, true), ''::text) AS "nullif"))::bigint[]))
END);
CREATE POLICY scope_grids ON public.register_count AS RESTRICTIVE USING (
CASE
    WHEN ( SELECT (NULLIF(current_setting('wangge.grids'::text, true), ''::text) IS NULL)) THEN true
    ELSE (grid_no = ANY ((( SELECT NULLIF(current_setting('wangge.grids'::text, true), ''::text) AS "nullif"))::bigint[]))
END);
CREATE POLICY scope_grids ON public.residence AS RESTRICTIVE USING (
CASE
    WHEN ( SELECT (NULLIF(current_setting('wangge.grids'::text, true), ''::text) IS NULL)) THEN true
    ELSE (grid_no = ANY ((( SELECT NULLIF(current_setting('wangge.grids'::text, true), ''::text) AS "nullif"))::bigint[]))
END);
CREATE POLICY scope_grids ON public.review AS RESTRICTIVE USING (
CASE
    WHEN ( SELECT (NULLIF(current_setting('wangge.grids'::text, true), ''::text) IS NULL)) THEN true
    ELSE (grid_no = ANY ((( SELECT NULLIF(current_setting('wangge.grids'::text, true), ''::text) AS "nullif"))::bigint[]))
END);
CREATE POLICY scope_grids ON public.visit AS RESTRICTIVE USING (
CASE
    WHEN ( SELECT (NULLIF(current_setting('wangge.grids'::text, true), ''::text) IS NULL)) THEN true
    ELSE (grid_no = ANY ((( SELECT NULLIF(current_setting('wangge.grids'::text, true), ''::text) AS "nullif"))::bigint[]))
END);
CREATE POLICY scope_range ON public.address_alias USING (((grid_no >= (NULLIF(current_setting('wangge.lo'::text, true), ''::text))::bigint) AND (grid_no <= (NULLIF(current_setting('wangge.hi'::text, true), ''::text))::bigint)));
CREATE POLICY scope_range ON public.cell_count USING (((grid_no >= (NULLIF(current_setting('wangge.lo'::text, true), ''::text))::bigint) AND (grid_no <= (NULLIF(current_setting('wangge.hi'::text, true), ''::text))::bigint)));
CREATE POLICY scope_range ON public.county_day USING (((grid_no >= (NULLIF(current_setting('wangge.lo'::text, true), ''::text))::bigint) AND (grid_no <= (NULLIF(current_setting('wangge.hi'::text, true), ''::text))::bigint)));
CREATE POLICY scope_range ON public.county_month USING (((grid_no >= (NULLIF(current_setting('wangge.lo'::text, true), ''::text))::bigint) AND (grid_no <= (NULLIF(current_setting('wangge.hi'::text, true), ''::text))::bigint)));
CREATE POLICY scope_range ON public.duplicate USING (((grid_no >= (NULLIF(current_setting('wangge.lo'::text, true), ''::text))::bigint) AND (grid_no <= (NULLIF(current_setting('wangge.hi'::text, true), ''::text))::bigint)));
CREATE POLICY scope_range ON public.enrolment USING (((grid_no >= (NULLIF(current_setting('wangge.lo'::text, true), ''::text))::bigint) AND (grid_no <= (NULLIF(current_setting('wangge.hi'::text, true), ''::text))::bigint)));
CREATE POLICY scope_range ON public.house USING (((grid_no >= (NULLIF(current_setting('wangge.lo'::text, true), ''::text))::bigint) AND (grid_no <= (NULLIF(current_setting('wangge.hi'::text, true), ''::text))::bigint)));
CREATE POLICY scope_range ON public.household USING (((grid_no >= (NULLIF(current_setting('wangge.lo'::text, true), ''::text))::bigint) AND (grid_no <= (NULLIF(current_setting('wangge.hi'::text, true), ''::text))::bigint)));
CREATE POLICY scope_range ON public.incident USING (((grid_no >= (NULLIF(current_setting('wangge.lo'::text, true), ''::text))::bigint) AND (grid_no <= (NULLIF(current_setting('wangge.hi'::text, true), ''::text))::bigint)));
CREATE POLICY scope_range ON public.incident_day USING (((grid_no >= (NULLIF(current_setting('wangge.lo'::text, true), ''::text))::bigint) AND (grid_no <= (NULLIF(current_setting('wangge.hi'::text, true), ''::text))::bigint)));
CREATE POLICY scope_range ON public.incident_month USING (((grid_no >= (NULLIF(current_setting('wangge.lo'::text, true), ''::text))::bigint) AND (grid_no <= (NULLIF(current_setting('wangge.hi'::text, true), ''::text))::bigint)));
CREATE POLICY scope_range ON public.occupancy USING (((grid_no >= (NULLIF(current_setting('wangge.lo'::text, true), ''::text))::bigint) AND (grid_no <= (NULLIF(current_setting('wangge.hi'::text, true), ''::text))::bigint)));
CREATE POLICY scope_range ON public.person USING (((grid_no >= (NULLIF(current_setting('wangge.lo'::text, true), ''::text))::bigint) AND (grid_no <= (NULLIF(current_setting('wangge.hi'::text, true), ''::text))::bigint)));
CREATE POLICY scope_range ON public.register_count USING (((grid_no >= (NULLIF(current_setting('wangge.lo'::text, true), ''::text))::bigint) AND (grid_no <= (NULLIF(current_setting('wangge.hi'::text, true), ''::text))::bigint)));
CREATE POLICY scope_range ON public.residence USING (((grid_no >= (NULLIF(current_setting('wangge.lo'::text, true), ''::text))::bigint) AND (grid_no <= (NULLIF(current_setting('wangge.hi'::text, true), ''::text))::bigint)));
CREATE POLICY scope_range ON public.review USING (((grid_no >= (NULLIF(current_setting('wangge.lo'::text, true), ''::text))::bigint) AND (grid_no <= (NULLIF(current_setting('wangge.hi'::text, true), ''::text))::bigint)));
CREATE POLICY scope_range ON public.visit USING (((grid_no >= (NULLIF(current_setting('wangge.lo'::text, true), ''::text))::bigint) AND (grid_no <= (NULLIF(current_setting('wangge.hi'::text, true), ''::text))::bigint)));
ALTER TABLE public.visit ENABLE ROW LEVEL SECURITY;
GRANT USAGE ON SCHEMA public TO wangge_api;
GRANT USAGE ON SCHEMA public TO wangge_read;
REVOKE ALL ON FUNCTION public.add_to_cell_count(registered text, cells bigint[], numbers bigint[], more bigint[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION public.add_to_cells(register_name text, cells bigint[], grid_nos bigint[], differences integer[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION public.add_to_county_day(periods date[], kinds text[], numbers bigint[], more bigint[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION public.add_to_county_month(periods date[], kinds text[], numbers bigint[], more bigint[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION public.add_to_incident_day(periods date[], kinds text[], numbers bigint[], more bigint[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION public.add_to_incident_month(periods date[], kinds text[], numbers bigint[], more bigint[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION public.add_to_register_count(registered text, numbers bigint[], more bigint[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION public.analyze_registers() FROM PUBLIC;
GRANT ALL ON FUNCTION public.analyze_registers() TO wangge_api;
REVOKE ALL ON FUNCTION public.count_assumed(buildings uuid[], joined bigint[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION public.count_assumed_by_building() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.count_assumed_by_house() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.count_assumed_by_household() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.count_building_cells() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.count_buildings() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.count_house_cells() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.count_house_names() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.count_incident_cells() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.count_incidents() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.count_place_names(villages bigint[], streets text[], estates text[], hamlets text[], more bigint[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION public.count_residents() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.count_reviewed_incidents() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.forget_changes() FROM PUBLIC;
GRANT ALL ON FUNCTION public.forget_changes() TO wangge_api;
REVOKE ALL ON FUNCTION public.forget_reviews() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.merge_slice(counts text, first text, last text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.merge_slice(counts text, first text, last text) TO wangge_api;
REVOKE ALL ON FUNCTION public.note_access_token() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.note_account() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.note_barrier() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.note_building() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.note_duty() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.note_facility() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.note_grid() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.note_house() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.note_household() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.note_incident() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.note_link() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.note_organisation() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.note_person() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.note_place() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.note_plan() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.note_plan_grid() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.note_region() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.note_review() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.note_session() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.note_visit() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.raise_gazetteer_versions(codes text[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION public.raise_version_of_names() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.raise_version_of_regions() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.recount_counts() FROM PUBLIC;
GRANT ALL ON FUNCTION public.recount_counts() TO wangge_api;
REVOKE ALL ON FUNCTION public.recount_truncated() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.set_scope_settings(setting text[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION public.slices_to_merge() FROM PUBLIC;
GRANT ALL ON FUNCTION public.slices_to_merge() TO wangge_api;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.access_token TO wangge_api;
GRANT SELECT ON TABLE public.access_token TO wangge_read;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.account TO wangge_api;
GRANT SELECT(id) ON TABLE public.account TO wangge_read;
GRANT SELECT(login) ON TABLE public.account TO wangge_read;
GRANT SELECT(name) ON TABLE public.account TO wangge_read;
GRANT SELECT(role) ON TABLE public.account TO wangge_read;
GRANT SELECT(region_code) ON TABLE public.account TO wangge_read;
GRANT SELECT(disabled_at) ON TABLE public.account TO wangge_read;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.address_alias TO wangge_api;
GRANT SELECT ON TABLE public.address_alias TO wangge_read;
GRANT SELECT ON TABLE public.alembic_version TO wangge_api;
GRANT SELECT ON TABLE public.alembic_version TO wangge_read;
GRANT SELECT ON TABLE public.audit TO wangge_api;
GRANT INSERT(account_id) ON TABLE public.audit TO wangge_api;
GRANT INSERT(act) ON TABLE public.audit TO wangge_api;
GRANT INSERT(subject) ON TABLE public.audit TO wangge_api;
GRANT INSERT(subject_id) ON TABLE public.audit TO wangge_api;
GRANT INSERT(grid_no) ON TABLE public.audit TO wangge_api;
GRANT INSERT(purpose) ON TABLE public.audit TO wangge_api;
GRANT INSERT(detail) ON TABLE public.audit TO wangge_api;
GRANT USAGE ON SEQUENCE public.audit_id_seq TO wangge_api;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.barrier TO wangge_api;
GRANT SELECT ON TABLE public.barrier TO wangge_read;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.building TO wangge_api;
GRANT SELECT ON TABLE public.building TO wangge_read;
GRANT SELECT ON TABLE public.cell_count TO wangge_api;
GRANT SELECT ON TABLE public.cell_count TO wangge_read;
GRANT SELECT ON TABLE public.county_day TO wangge_api;
GRANT SELECT ON TABLE public.county_day TO wangge_read;
GRANT USAGE ON SEQUENCE public.county_day_part_seq TO wangge_api;
GRANT SELECT ON TABLE public.county_month TO wangge_api;
GRANT SELECT ON TABLE public.county_month TO wangge_read;
GRANT USAGE ON SEQUENCE public.county_month_part_seq TO wangge_api;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.duplicate TO wangge_api;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.duty TO wangge_api;
GRANT SELECT ON TABLE public.duty TO wangge_read;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.enrolment TO wangge_api;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.facility TO wangge_api;
GRANT SELECT ON TABLE public.facility TO wangge_read;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.facility_kind TO wangge_api;
GRANT SELECT ON TABLE public.facility_kind TO wangge_read;
GRANT SELECT ON TABLE public.gazetteer_version TO wangge_api;
GRANT SELECT ON TABLE public.gazetteer_version TO wangge_read;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.grid TO wangge_api;
GRANT SELECT ON TABLE public.grid TO wangge_read;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.grid_lineage TO wangge_api;
GRANT SELECT ON TABLE public.grid_lineage TO wangge_read;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.house TO wangge_api;
GRANT SELECT ON TABLE public.house TO wangge_read;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.household TO wangge_api;
GRANT SELECT(id) ON TABLE public.household TO wangge_read;
GRANT SELECT(house_id) ON TABLE public.household TO wangge_read;
GRANT SELECT(grid_no) ON TABLE public.household TO wangge_read;
GRANT SELECT(moved_in_on) ON TABLE public.household TO wangge_read;
GRANT SELECT(moved_out_on) ON TABLE public.household TO wangge_read;
GRANT SELECT(rev) ON TABLE public.household TO wangge_read;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.import_log TO wangge_api;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.incident TO wangge_api;
GRANT SELECT ON TABLE public.incident TO wangge_read;
GRANT SELECT ON TABLE public.incident_day TO wangge_api;
GRANT SELECT ON TABLE public.incident_day TO wangge_read;
GRANT USAGE ON SEQUENCE public.incident_day_part_seq TO wangge_api;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.incident_kind TO wangge_api;
GRANT SELECT ON TABLE public.incident_kind TO wangge_read;
GRANT SELECT ON TABLE public.incident_month TO wangge_api;
GRANT SELECT ON TABLE public.incident_month TO wangge_read;
GRANT USAGE ON SEQUENCE public.incident_month_part_seq TO wangge_api;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.job TO wangge_api;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.link TO wangge_api;
GRANT SELECT ON TABLE public.link TO wangge_read;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.name_alias TO wangge_api;
GRANT SELECT ON TABLE public.name_alias TO wangge_read;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.occupancy TO wangge_api;
GRANT SELECT ON TABLE public.occupancy TO wangge_read;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.organisation TO wangge_api;
GRANT SELECT ON TABLE public.organisation TO wangge_read;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.organisation_kind TO wangge_api;
GRANT SELECT ON TABLE public.organisation_kind TO wangge_read;
GRANT SELECT ON TABLE public.outbox TO wangge_api;
GRANT SELECT ON TABLE public.outbox TO wangge_read;
GRANT USAGE ON SEQUENCE public.outbox_id_seq TO wangge_api;
GRANT SELECT ON TABLE public.outbox_state TO wangge_api;
GRANT SELECT ON TABLE public.outbox_state TO wangge_read;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.person TO wangge_api;
GRANT SELECT(id) ON TABLE public.person TO wangge_read;
GRANT SELECT(household_id) ON TABLE public.person TO wangge_read;
GRANT SELECT(grid_no) ON TABLE public.person TO wangge_read;
GRANT SELECT(name) ON TABLE public.person TO wangge_read;
GRANT SELECT(sex) ON TABLE public.person TO wangge_read;
GRANT SELECT(birth_year) ON TABLE public.person TO wangge_read;
GRANT SELECT(residence) ON TABLE public.person TO wangge_read;
GRANT SELECT(moved_in_on) ON TABLE public.person TO wangge_read;
GRANT SELECT(moved_out_on) ON TABLE public.person TO wangge_read;
GRANT SELECT(rev) ON TABLE public.person TO wangge_read;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.place TO wangge_api;
GRANT SELECT ON TABLE public.place TO wangge_read;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.place_kind TO wangge_api;
GRANT SELECT ON TABLE public.place_kind TO wangge_read;
GRANT SELECT ON TABLE public.place_name TO wangge_api;
GRANT SELECT ON TABLE public.place_name TO wangge_read;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.plan TO wangge_api;
GRANT SELECT ON TABLE public.plan TO wangge_read;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.plan_grid TO wangge_api;
GRANT SELECT ON TABLE public.plan_grid TO wangge_read;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.region TO wangge_api;
GRANT SELECT ON TABLE public.region TO wangge_read;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.region_alias TO wangge_api;
GRANT SELECT ON TABLE public.region_alias TO wangge_read;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.region_lineage TO wangge_api;
GRANT SELECT ON TABLE public.region_lineage TO wangge_read;
GRANT SELECT ON TABLE public.register_count TO wangge_api;
GRANT SELECT ON TABLE public.register_count TO wangge_read;
GRANT USAGE ON SEQUENCE public.register_count_part_seq TO wangge_api;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.residence TO wangge_api;
GRANT SELECT ON TABLE public.residence TO wangge_read;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.review TO wangge_api;
GRANT SELECT ON TABLE public.review TO wangge_read;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.service_kind TO wangge_api;
GRANT SELECT ON TABLE public.service_kind TO wangge_read;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.session TO wangge_api;
GRANT SELECT ON TABLE public.session TO wangge_read;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.visit TO wangge_api;
GRANT SELECT ON TABLE public.visit TO wangge_read;
