-- One row of a register and what hangs on it; the row-level policies keep to the scope.

-- name: read
select rev, grid_no, st_x(point) as lon, st_y(point) as lat, level, radius_m, confidence, source, source_crs,
       {building} as building_id
from {table} where id = %(id)s::uuid for update

-- name: move
update {table}
set grid_no = %(grid_no)s, point = st_setsrid(st_makepoint(%(lon)s::float8, %(lat)s::float8), 4326), level = %(level)s,
    radius_m = %(radius_m)s, confidence = %(confidence)s, source = %(source)s, source_crs = %(source_crs)s, {own}
    rev = rev + 1, updated_at = now(), updated_by = %(by)s
where id = %(id)s::uuid
returning rev

-- name: number
select grid_no from building where id = %(id)s::uuid

-- name: houses
update house set grid_no = %(grid_no)s where building_id = %(id)s::uuid and grid_no <> %(grid_no)s

-- name: households
update household set grid_no = %(grid_no)s
where house_id in (select id from house where id = %(id)s::uuid or building_id = %(id)s::uuid) and grid_no <> %(grid_no)s

-- name: persons
update person set grid_no = %(grid_no)s
where household_id in (select k.id from household k join house h on h.id = k.house_id
                       where h.id = %(id)s::uuid or h.building_id = %(id)s::uuid)
  and grid_no <> %(grid_no)s

-- name: enrolments
update enrolment set grid_no = %(grid_no)s
where person_id in (select p.id from person p join household k on k.id = p.household_id join house h on h.id = k.house_id
                    where h.id = %(id)s::uuid or h.building_id = %(id)s::uuid)
  and grid_no <> %(grid_no)s

-- name: visits
update visit set grid_no = %(grid_no)s
where house_id in (select id from house where id = %(id)s::uuid or building_id = %(id)s::uuid) and grid_no <> %(grid_no)s

-- name: residences
update residence set grid_no = %(grid_no)s
where household_id in (select k.id from household k join house h on h.id = k.house_id
                       where h.id = %(id)s::uuid or h.building_id = %(id)s::uuid)
  and grid_no <> %(grid_no)s

-- name: occupancies
update occupancy set grid_no = %(grid_no)s
where house_id in (select id from house where id = %(id)s::uuid or building_id = %(id)s::uuid) and grid_no <> %(grid_no)s

-- name: aliases
update address_alias set grid_no = %(grid_no)s
where house_id in (select id from house where id = %(id)s::uuid or building_id = %(id)s::uuid) and grid_no <> %(grid_no)s

-- name: reviews
-- What waits for the row, or was decided of it, and for the houses in it.
update review set grid_no = %(grid_no)s
where (row_id = %(id)s::uuid or row_id in (select id from house where building_id = %(id)s::uuid)) and grid_no <> %(grid_no)s
