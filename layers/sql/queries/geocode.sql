-- What geocoding looks up, for a whole batch at once. Houses are seen inside the scope only; names and regions are public.

-- name: stamps
-- Which state of the regions, or of a county's names, the reader sees. A version alone may come twice, when the first that made it
-- was rolled back; with the transaction that wrote it, it does not.
select code, version::text || ' ' || xmin::text from gazetteer_version where code = any(%(codes)s::text[])

-- name: regions
select r.code, r.level, r.name,
       array(select a.name from region_alias a where a.region_code = r.code and a.kind <> 'old' order by a.name) as aliases,
       array(select a.name from region_alias a where a.region_code = r.code and a.kind = 'old' order by a.name) as old_names
from region r where upper_inf(r.validity) order by r.code

-- name: names
select county.code, p.kind, p.name, array_agg(p.village_code order by p.village_code) as villages
from unnest(%(counties)s::text[]) as county (code)
join place_name p on p.village_code between county.code || '000000' and county.code || '999999'
group by county.code, p.kind, p.name

-- name: learned
select county_code, kind, alias, name from name_alias where county_code = any(%(counties)s::text[])

-- name: dwellings
-- The houses of each question, by its name and number; nested, so that each is one look-up by index. Of the four ways the executor
-- skips those that are not of the question's kind. The questions are one document and the limit is no parameter, so that the planner
-- expects the same whatever is asked and keeps its plan: making it anew costs more than the look-ups of one address.
select a.at, h.id::text, h.address, h.street, h.estate, h.hamlet, h.group_no, h.number, h.building_no, h.unit, h.floor, h.room,
       h.grid_no, h.level, h.radius_m, h.building_id::text, st_x(h.point), st_y(h.point)
from json_to_recordset(%(asked)s::json)
     as a (at int, kind text, name text, lo bigint, hi bigint, number text, group_no text, building_no text, unit text, room text)
cross join lateral (
    (select * from house h where a.kind = 'street' and h.street = a.name and h.number = a.number
      and h.grid_no between a.lo and a.hi
      and (a.group_no is null or h.group_no = a.group_no) and (a.building_no is null or h.building_no = a.building_no)
      and (a.unit is null or h.unit = a.unit) and (a.room is null or h.room = a.room)
      order by h.grid_no, h.address, h.id limit {most})
    union all
    (select * from house h where a.kind = 'estate' and h.estate = a.name and h.building_no = a.building_no
      and h.grid_no between a.lo and a.hi
      and (a.group_no is null or h.group_no = a.group_no) and (a.number is null or h.number = a.number)
      and (a.unit is null or h.unit = a.unit) and (a.room is null or h.room = a.room)
      order by h.grid_no, h.address, h.id limit {most})
    union all
    (select * from house h where a.kind = 'hamlet' and h.hamlet = a.name and h.number = a.number and h.street is null
      and h.grid_no between a.lo and a.hi
      and (a.group_no is null or h.group_no = a.group_no) and (a.building_no is null or h.building_no = a.building_no)
      and (a.unit is null or h.unit = a.unit) and (a.room is null or h.room = a.room)
      order by h.grid_no, h.address, h.id limit {most})
    union all
    (select * from house h where a.kind = 'hamlet' and a.name is null and h.number = a.number and h.street is null
      and h.grid_no between a.lo and a.hi
      and (a.group_no is null or h.group_no = a.group_no) and (a.building_no is null or h.building_no = a.building_no)
      and (a.unit is null or h.unit = a.unit) and (a.room is null or h.room = a.room)
      order by h.grid_no, h.address, h.id limit {most})
) h

-- name: remembered
-- Texts that a reviewer placed at a house, or pinned.
select a.text, a.region_code, h.id::text, coalesce(h.address, a.text), h.street, h.estate, h.hamlet, h.group_no, h.number,
       h.building_no, h.unit, h.floor, h.room, a.grid_no, coalesce(h.level, 'house'), h.radius_m, h.building_id::text,
       st_x(coalesce(h.point, a.point)), st_y(coalesce(h.point, a.point))
from address_alias a left join house h on h.id = a.house_id
where a.text = any(%(texts)s::text[]) and (a.house_id is null or h.id is not null)
order by a.text, a.region_code

-- name: along
-- The middle of all houses whose {name} is asked for, and the way to the farthest.
select a.at, st_x(middle.point), st_y(middle.point), greatest(reach.farthest_m, 30)
from unnest(%(ats)s::int[], %(names)s::text[], %(los)s::bigint[], %(his)s::bigint[]) as a (at, name, lo, hi)
cross join lateral (
    select array_agg(h.point) as points from house h
    where h.{name} = a.name and h.grid_no between a.lo and a.hi
      and h.level in ('house', 'building', 'street') and h.point is not null
) houses
cross join lateral (select st_centroid(st_collect(houses.points)) as point) middle
cross join lateral (
    select max(st_distance(one::geography, middle.point::geography)) as farthest_m from unnest(houses.points) one
) reach
where houses.points is not null

-- name: areas
select r.code, st_x(inside.point), st_y(inside.point), sqrt(st_area(r.geom::geography) / pi())
from region r, lateral (select st_pointonsurface(r.geom) as point) inside
where r.code = any(%(codes)s::text[]) and upper_inf(r.validity) and r.geom is not null

-- name: state
-- Which transactions this statement sees; null in one that has written, whose own rows no snapshot tells of, and in one that will
-- see the same later on.
select case when pg_current_xact_id_if_assigned() is null and current_setting('transaction_isolation') = 'read committed'
       then pg_current_snapshot()::text end
