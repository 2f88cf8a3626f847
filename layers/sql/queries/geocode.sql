-- What geocoding looks up: regions by name, houses by name and number, areas. Houses are seen inside the scope only.

-- name: regions_in
-- Regions whose name (by its first two characters) or another name stands in the text; what fits exactly is told in chain.py.
select r.code, r.level, r.name,
       array(select a.name from region_alias a where a.region_code = r.code order by a.name) as aliases
from region r
where upper_inf(r.validity)
  and (r.lo between %(lo)s::bigint and %(hi)s::bigint or (r.lo <= %(lo)s::bigint and r.hi >= %(hi)s::bigint))
  and (strpos(%(text)s::text, left(r.name, 2)) > 0
       or exists (select 1 from region_alias a where a.region_code = r.code and strpos(%(text)s::text, a.name) > 0))
order by r.code

-- name: by_estate
select h.id, h.address, h.street, h.estate, h.hamlet, h.group_no, h.number, h.building_no, h.unit, h.floor, h.room,
       h.grid_no, h.level, h.radius_m, h.building_id::text as building_id, st_x(h.point) as lon, st_y(h.point) as lat
from house h
where h.estate = %(estate)s::text and h.building_no = %(building_no)s::text
  and h.grid_no between %(lo)s::bigint and %(hi)s::bigint
order by h.grid_no, h.address, h.id limit 200

-- name: by_street
select h.id, h.address, h.street, h.estate, h.hamlet, h.group_no, h.number, h.building_no, h.unit, h.floor, h.room,
       h.grid_no, h.level, h.radius_m, h.building_id::text as building_id, st_x(h.point) as lon, st_y(h.point) as lat
from house h
where h.street = %(street)s::text and h.number = %(number)s::text
  and h.grid_no between %(lo)s::bigint and %(hi)s::bigint
order by h.grid_no, h.address, h.id limit 200

-- name: by_hamlet
-- A village that is not divided into hamlets has houses by group and number alone.
select h.id, h.address, h.street, h.estate, h.hamlet, h.group_no, h.number, h.building_no, h.unit, h.floor, h.room,
       h.grid_no, h.level, h.radius_m, h.building_id::text as building_id, st_x(h.point) as lon, st_y(h.point) as lat
from house h
where (h.hamlet = %(hamlet)s::text or %(hamlet)s::text is null) and h.number = %(number)s::text
  and (h.group_no = %(group_no)s::text or %(group_no)s::text is null)
  and h.street is null and h.grid_no between %(lo)s::bigint and %(hi)s::bigint
order by h.grid_no, h.address, h.id limit 200

-- name: along_estate
-- The middle of all houses of this estate, and the way to the farthest.
with named as (
    select h.point from house h
    where h.estate = %(name)s::text and h.grid_no between %(lo)s::bigint and %(hi)s::bigint
      and h.level in ('house', 'building', 'street') and h.point is not null
), middle as (
    select st_centroid(st_collect(point)) as point from named
)
select st_x(middle.point) as lon, st_y(middle.point) as lat,
       greatest(max(st_distance(named.point::geography, middle.point::geography)), 30) as radius_m
from middle, named
group by middle.point

-- name: along_street
-- The middle of all houses of this street, and the way to the farthest.
with named as (
    select h.point from house h
    where h.street = %(name)s::text and h.grid_no between %(lo)s::bigint and %(hi)s::bigint
      and h.level in ('house', 'building', 'street') and h.point is not null
), middle as (
    select st_centroid(st_collect(point)) as point from named
)
select st_x(middle.point) as lon, st_y(middle.point) as lat,
       greatest(max(st_distance(named.point::geography, middle.point::geography)), 30) as radius_m
from middle, named
group by middle.point

-- name: along_hamlet
-- The middle of all houses of this hamlet, and the way to the farthest.
with named as (
    select h.point from house h
    where h.hamlet = %(name)s::text and h.grid_no between %(lo)s::bigint and %(hi)s::bigint
      and h.level in ('house', 'building', 'street') and h.point is not null
), middle as (
    select st_centroid(st_collect(point)) as point from named
)
select st_x(middle.point) as lon, st_y(middle.point) as lat,
       greatest(max(st_distance(named.point::geography, middle.point::geography)), 30) as radius_m
from middle, named
group by middle.point

-- name: area
select st_x(inside.point) as lon, st_y(inside.point) as lat, sqrt(st_area(r.geom::geography) / pi()) as radius_m
from region r, lateral (select st_pointonsurface(r.geom) as point) inside
where r.code = %(code)s::text and upper_inf(r.validity) and r.geom is not null
