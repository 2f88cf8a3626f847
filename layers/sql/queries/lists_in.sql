-- What lists are checked against before their rows go in.

-- name: regions_stated
-- Which of these codes are a region in force, and whether it has a shape.
select code, geom is not null from region where code = any(%(codes)s) and upper_inf(validity)

-- name: make_listed
create temporary table listed (at int primary key, point geometry) on commit drop

-- name: fill_listed
insert into listed
select t.at - 1, st_setsrid(st_makepoint(t.lon, t.lat), 4326)
from unnest(%(lons)s::float8[], %(lats)s::float8[]) with ordinality as t (lon, lat, at)

-- name: index_listed
create index on listed using gist (point)

-- name: villages_of
-- The village of each point, the lowest number on a shared border: villages outer, points inner, as in assign.sql.
select inside.at, min(r.lo)
from region r
cross join lateral (select l.at from listed l where l.point && r.geom and st_covers(r.geom, l.point) offset 0) inside
where r.level = 5 and upper_inf(r.validity) and r.geom is not null
group by inside.at

-- name: places_of_rest
-- Points in no village: the deepest region with a shape, and whether the point would lie in one with its numbers swapped.
select at, place_of(point), place_of(point) is null and place_of(st_flipcoordinates(point)) is not null
from listed where at = any(%(rest)s)

-- name: forget_listed
drop table listed

-- name: inside_stated
-- Which points lie in the region that their row states; where none is stated, or it has no shape, in any.
select t.at - 1
from (select * from unnest(%(lons)s::float8[], %(lats)s::float8[], %(codes)s::text[])
      with ordinality as t (lon, lat, code, at) order by t.code, t.at) t
cross join lateral (select st_setsrid(st_makepoint(t.lon, t.lat), 4326) as point) p
left join region r on r.code = t.code and upper_inf(r.validity)
where case when r.geom is null then place_of(p.point) is not null else st_covers(r.geom, p.point) end

-- name: by_ref
-- Rows that a list names by their own keys.
select id::text, ref, grid_no from {table} where ref = any(%(refs)s) and grid_no between %(lo)s and %(hi)s

-- name: building_places
-- Where buildings stand: a house in one stands there too.
select id::text, st_x(point), st_y(point), level, radius_m, source_crs from building where id::text = any(%(ids)s)

-- name: same_addresses
-- Houses that are registered under one of these addresses.
select building_id::text, grid_no, address, street, estate, hamlet, group_no, number, building_no, unit, floor, room
from house where address = any(%(addresses)s) and grid_no between %(lo)s and %(hi)s

-- name: numbers_of_import
-- Where the rows of an import are, now that they are in their grids.
select id, grid_no from {table} where import_id = %(import_id)s

-- name: id_numbers
-- Which of these id numbers are registered, by their blind index.
select id_no_index from person where id_no_index = any(%(indexes)s) and grid_no between %(lo)s and %(hi)s

-- name: logins
select login, id::text, region_code, disabled_at is not null from account where login = any(%(logins)s)

-- name: grids_in_force
select grid_no from grid where grid_no = any(%(numbers)s) and upper_inf(validity)

-- name: grids_ever
select distinct grid_no from grid where grid_no = any(%(numbers)s)

-- name: duties_of
-- The duties of these accounts that have not ended before the moment given.
select account_id::text, grid_no, upper(validity) from duty where account_id::text = any(%(ids)s)

-- name: home_incidents
-- An incident whose list does not say who handled it was handled by the grid that it lies in.
update incident set handled_grid_no = grid_no where import_id = %(import_id)s and handled_grid_no = 0

-- name: straddling
-- Buildings of an import that reach over the border of their village.
select coalesce(b.ref, b.id::text), st_x(b.point), st_y(b.point)
from building b join region r on r.lo = b.grid_no / 1000 * 1000 and r.level = 5 and upper_inf(r.validity)
where b.import_id = %(import_id)s and b.footprint is not null and r.geom is not null
  and not st_covers(r.geom, b.footprint)
order by 1
