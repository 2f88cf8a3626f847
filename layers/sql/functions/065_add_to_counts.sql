-- Adding to counts, one function a table: add_to_incident_day() and so on. The keys given are all different, and in the order of the table's
-- key: in any other order writing 100,000 took two and a half times as long. A count is the sum of its parts. A part that another
-- transaction is changing is left alone and a further one is begun; where two are free, they become one.
-- First the parts are locked, then a second statement, which sees them as they are since, changes them by their place. Nothing else is
-- touched: to look for what is 0 among all parts of a key is to wait for whoever deletes the same.
-- Where nearly every row has a key of its own (days, cells), 1,000 keys and more at once are put beside what is there, without looking for
-- it: a fifth of the work. merge_slice() makes them one again, later.
-- The triggers' functions set how this is planned, since whatever a session planned first it keeps: planned while the
-- tables were empty, or for a million rows at once, that would be a scan of all counts for every single row.
do $$
declare
    kept record;
begin
    for kept in
        select name, parameters, keys, given, columns, own,
               name in ('incident_day', 'cell_count') as is_fine,
               (select string_agg(format('t.%1$s = %2$s', word, case when word = 'register' then 'registered' else 'c.' || word end), ' and ')
                from regexp_split_to_table(columns, ', ') word) as same
        from (select name, 'periods date[], kinds text[], numbers bigint[]' as parameters, 'periods, kinds, numbers' as given,
                     'begins_on, kind, grid_no' as keys, 'begins_on, kind, grid_no' as columns, 'c.begins_on, c.kind, c.grid_no' as own
              from unnest(array['incident_day', 'incident_month', 'county_day', 'county_month']) name
              union all
              values ('register_count', 'registered text, numbers bigint[]', 'numbers', 'grid_no', 'register, grid_no', 'registered, c.grid_no'),
                     ('cell_count', 'registered text, cells bigint[], numbers bigint[]', 'cells, numbers', 'cell, grid_no',
                      'register, cell, grid_no', 'registered, c.cell, c.grid_no')) of
    loop
        execute format($template$
            create or replace function add_to_%1$s(%2$s, more bigint[]) returns void
            language plpgsql
            as $function$
            declare
                places tid[];
                spares tid[];
                empty tid[];
            begin
                if not (%8$L::bool and cardinality(more) >= 1000 and 0 < all(more)) then
                    select array_agg(free[1]), array_agg(free[2]) into places, spares
                    from (select array(select t.ctid from %1$I t where %6$s limit 2 for update skip locked) as free
                          from unnest(%4$s) c (%3$s) offset 0) locked;
                    with changed as (
                        update %1$I t
                        set n = t.n + c.n + case when c.spare is null then 0 else (select s.n from %1$I s where s.ctid = c.spare) end
                        from unnest(more, places, spares) c (n, place, spare) where t.ctid = c.place
                        returning t.ctid, t.n
                    )
                    select array_agg(ctid) into empty from changed where n = 0;
                end if;
                if places is null or array_position(places, null) is not null then
                    insert into %1$I (%5$s, n)
                    select %7$s, c.n from unnest(%4$s, more, places) c (%3$s, n, place) where c.place is null;
                end if;
                empty := empty || array_remove(spares, null);
                if empty <> '{}' then
                    delete from %1$I t where t.ctid = any(empty);
                end if;
            end
            $function$
        $template$, kept.name, kept.parameters, kept.keys, kept.given, kept.columns, kept.same, kept.own, kept.is_fine);
        execute format('revoke execute on function add_to_%s(%s, bigint[]) from public', kept.name, regexp_replace(kept.parameters, '[a-z]+ ', '', 'g'));
    end loop;
end
$$;

-- The slices in which counts are merged that are put beside each other, each to be told to merge_slice: a month of days, the cells of a
-- register. None where the outbox tells of no such writing in the last three hours, for reading all those counts takes long; what was
-- written while no service ran stays apart until the next such writing or recount_counts().
drop function if exists merge_counts();
create or replace function slices_to_merge() returns table (counts text, first text, last text)
language plpgsql security definer set search_path = public, pg_temp
as $$
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
revoke execute on function slices_to_merge() from public;
grant execute on function slices_to_merge() to wangge_api;

-- Make parts of a slice one; the number of rows that this spares. What somebody is changing meanwhile stays apart, and nobody waits.
create or replace function merge_slice(counts text, first text, last text) returns bigint
language plpgsql security definer set search_path = public, pg_temp set work_mem = '64MB'
as $$
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
$$;
revoke execute on function merge_slice(text, text, text) from public;
grant execute on function merge_slice(text, text, text) to wangge_api;
