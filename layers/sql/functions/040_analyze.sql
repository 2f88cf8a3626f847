-- Fresh statistics after a bulk import: without them the first publish plans for empty tables. ANALYZE takes a table's owner, hence
-- a function in the owner's name; it takes no argument, so that nobody can steer it.
create or replace function analyze_registers() returns void
language plpgsql security definer set search_path = public, pg_temp
as $$
begin
    analyze region, barrier, link, building, house, household, person, enrolment, facility, organisation, place, incident, visit,
            occupancy, residence, cell_count;
end
$$;
revoke execute on function analyze_registers() from public;
grant execute on function analyze_registers() to wangge_api;
