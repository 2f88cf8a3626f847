-- What boundary files are compared with, and what moves when boundaries do.

-- name: regions_in_force
select code, name, st_asbinary(geom) as geom, synthetic from region where upper_inf(validity) and code = any(%(codes)s)

-- name: villages_beside
-- Villages in force in a box that are not in the file: what its villages must not overlap.
select code, name, st_asbinary(geom) as geom
from region
where level = 5 and upper_inf(validity) and geom && st_makeenvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326)
  and code <> all(%(codes)s)
order by code

-- name: strays
-- Rows numbered with one of these places, a region above or a village without grids, whose point says otherwise now.
update {table} t set grid_no = place_of(t.point)
from unnest(%(numbers)s::bigint[]) as place (grid_no)
where t.grid_no = place.grid_no and t.point is not null and t.level in ('house', 'building', 'street', 'hamlet') and {filter}
  and place_of(t.point) <> t.grid_no
