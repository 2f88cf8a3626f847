-- The gazetteer follows the registers at once. place_name counts the houses of a village that bear a name; gazetteer_version rises in
-- the same transaction, so that whoever sees a new name sees a new version. Statement triggers with transition tables: an import of
-- 100,000 houses is counted once. Rows are locked in one order, names sorted, then versions sorted, and none when nothing changes.

create or replace function raise_gazetteer_versions(codes text[]) returns void
language sql
as $$
    insert into gazetteer_version as v (code, version)
    select code, 1 from unnest(codes) changed (code) group by code order by code
    on conflict (code) do update set version = v.version + 1
$$;

-- Add more[i] (less, when negative) houses to the names of the i-th address; a name without houses goes.
create or replace function count_place_names(
    villages bigint[], streets text[], estates text[], hamlets text[], more bigint[]
) returns void
language plpgsql
as $$
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

-- What stayed the same in an update cancels out.
create or replace function count_house_names() returns trigger
language plpgsql security definer set search_path = public, pg_temp
as $$
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

create or replace function raise_version_of_names() returns trigger
language plpgsql security definer set search_path = public, pg_temp
as $$
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

-- An empty statement raises nothing.
create or replace function raise_version_of_regions() returns trigger
language plpgsql security definer set search_path = public, pg_temp
as $$
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

do $$
declare
    kept record;
    act record;
begin
    for kept in select * from (values ('house', 'count_house_names'), ('name_alias', 'raise_version_of_names'),
                                      ('region', 'raise_version_of_regions'), ('region_alias', 'raise_version_of_regions')
                              ) t (table_name, function_name)
    loop
        for act in select * from (values ('insert', 'new table as came'), ('delete', 'old table as gone'),
                                         ('update', 'old table as gone new table as came')) t (name, seen)
        loop
            execute format('create or replace trigger gazetteer_%s after %s on %I referencing %s for each statement execute function %I()',
                           act.name, act.name, kept.table_name, act.seen, kept.function_name);
        end loop;
    end loop;
end
$$;

-- Nobody writes by hand what the triggers keep.
revoke execute on function raise_gazetteer_versions(text[]), count_house_names(), raise_version_of_names(), raise_version_of_regions(),
    count_place_names(bigint[], text[], text[], text[], bigint[]) from public;
revoke insert, update, delete on place_name, gazetteer_version from wangge_api;
