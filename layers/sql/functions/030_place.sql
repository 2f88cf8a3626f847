-- The grid number of one point: the published grid that covers it, the lowest number on a shared border; else its village with grid 000;
-- else the deepest region above that has a shape. Null outside every region. The same rule as gridding's, and as assign.sql's for many.
-- In plpgsql, which keeps its plans for the session: as one statement of SQL it was planned anew for every caller, six times the look-up.
create or replace function place_of(point geometry) returns bigint
language plpgsql stable parallel safe
as $$
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
