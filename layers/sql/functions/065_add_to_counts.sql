-- Adding to counts, one function a table: add_to_incident_day() and so on. The keys given are all different, and in the order of the table's
-- key: in any other order writing 100,000 took two and a half times as long. A count is the sum of its parts. A part that another
-- transaction is changing is left alone and a further one is begun; where two are free, they become one.
-- First the parts are locked, then a second statement, which sees them as they are since, changes them by their place. Nothing else is
-- touched: to look for what is 0 among all parts of a key is to wait for whoever deletes the same.
-- The triggers' functions set how this is planned, since whatever a session planned first it keeps: planned while the
-- tables were empty, or for a million rows at once, that would be a scan of all counts for every single row.
do $$
declare
    kept record;
begin
    for kept in
        select name, parameters, keys, given, columns, own,
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
                if array_position(places, null) is not null then
                    insert into %1$I (%5$s, n)
                    select %7$s, c.n from unnest(%4$s, more, places) c (%3$s, n, place) where c.place is null;
                end if;
                empty := empty || array_remove(spares, null);
                if empty <> '{}' then
                    delete from %1$I t where t.ctid = any(empty);
                end if;
            end
            $function$
        $template$, kept.name, kept.parameters, kept.keys, kept.given, kept.columns, kept.same, kept.own);
        execute format('revoke execute on function add_to_%s(%s, bigint[]) from public', kept.name, regexp_replace(kept.parameters, '[a-z]+ ', '', 'g'));
    end loop;
end
$$;
