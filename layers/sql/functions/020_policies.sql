-- The second wall around personal tables: a row is there only inside the transaction's scope; with no scope set there is no row.
-- The values stand unwrapped, so that the planner sees the range and uses the index on grid_no: wrapped in (select ...) the same
-- query was a thousand times slower at province scope. A list of grids narrows the range further; as CASE, since of "x is null or ..."
-- the planner expects one row in two hundred, and sorts a whole range for one page (1.2 s instead of 0.17 s on 150,000 houses).
-- That test, which no index answers, is wrapped, so that the setting is read once a statement and not for each row: a fifth of the time of a
-- choropleth, a tenth of a tile's.
do $$
declare
    personal text;
begin
    foreach personal in array array['house', 'household', 'person', 'enrolment', 'incident', 'visit', 'review', 'address_alias',
                                     'residence', 'occupancy', 'duplicate', 'cell_count',
                                     'incident_day', 'incident_month', 'county_day', 'county_month', 'register_count'] loop
        execute format('alter table %I enable row level security', personal);
        -- Roll-ups are written by their owner alone, in triggers: whoever reports an incident in a village counts for the county too.
        execute format('alter table %I %s row level security', personal,
                       case when personal ~ '_(day|month|count)$' then 'no force' else 'force' end);
        execute format('drop policy if exists scope_range on %I', personal);
        execute format('drop policy if exists scope_grids on %I', personal);
        execute format($policy$
            create policy scope_range on %I using (
                grid_no between nullif(current_setting('wangge.lo', true), '')::bigint
                            and nullif(current_setting('wangge.hi', true), '')::bigint)
            $policy$, personal);
        execute format($policy$
            create policy scope_grids on %I as restrictive using (
                case when (select nullif(current_setting('wangge.grids', true), '') is null) then true
                     else grid_no = any ((select nullif(current_setting('wangge.grids', true), ''))::bigint[]) end)
            $policy$, personal);
    end loop;
end
$$;
