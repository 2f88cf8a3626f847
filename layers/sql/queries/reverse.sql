-- From a point to what is there.

-- name: regions_of
select code, level, name from region where upper_inf(validity) and code = any(%(codes)s::text[]) order by level

-- name: nearest_house
-- PostGIS operators are not leakproof: the box becomes numbers first, and the houses of these are read by number. A house known
-- less exactly than its building is no place to tell a distance to.
with box as materialized (
    select st_makeenvelope(%(west)s::float8, %(south)s::float8, %(east)s::float8, %(north)s::float8, 4326) as geom,
           st_setsrid(st_makepoint(%(lon)s::float8, %(lat)s::float8), 4326) as point
), numbers as materialized (
    select array(select g.grid_no from grid g, box where upper_inf(g.validity) and g.geom && box.geom
                 union
                 select r.lo from region r, box where upper_inf(r.validity) and r.geom && box.geom) as around
), near as (
    select h.id::text as id, h.address, h.grid_no, h.point, st_distance(h.point::geography, box.point::geography) as distance_m
    from box, numbers, house h
    where h.grid_no = any(numbers.around)
      and h.grid_no between %(lo)s::bigint and %(hi)s::bigint
      and (%(grids)s::bigint[] is null or h.grid_no = any(%(grids)s::bigint[]))
      and h.level in ('house', 'building') and h.point && box.geom
)
select id, address, grid_no, st_x(point) as lon, st_y(point) as lat, distance_m
from near where distance_m <= %(reach_m)s::float8
order by distance_m, id limit 1
