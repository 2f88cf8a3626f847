-- As place_of, at a moment: grids and regions as they held then. Grids in force and grids that have ended are two indexes.
create or replace function place_then(point geometry, moment timestamptz) returns bigint
language sql stable parallel safe
as $$
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
