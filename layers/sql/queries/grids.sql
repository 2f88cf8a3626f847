-- Published grids, and what stands in them.

-- name: grids
-- Grids that held at a moment (null: those in force now), of a range of numbers, or around a point.
-- People are known for grids in force alone: the registers say where they live now, not where they lived.
with chosen as materialized (
    select g.* from grid g
    where case when %(as_of)s::timestamptz is null then upper_inf(g.validity) else g.validity @> %(as_of)s::timestamptz end
      and g.grid_no between %(first)s::bigint and %(last)s::bigint
      and g.grid_no between %(lo)s::bigint and %(hi)s::bigint
      and (%(grids)s::bigint[] is null or g.grid_no = any(%(grids)s::bigint[]))
    order by g.grid_no
), mean as (
    select v.village, avg(o.load) as load
    from (select distinct grid_no / 1000 as village from chosen) v
    join grid o on o.grid_no between v.village * 1000 and v.village * 1000 + 999 and o.kind = 'basic'
        and case when %(as_of)s::timestamptz is null then upper_inf(o.validity) else o.validity @> %(as_of)s::timestamptz end
    group by v.village
)
select c.grid_no, c.kind, c.name, c.load, c.area_m2, lower(c.validity) as begins_at, upper(c.validity) as ends_at,
       case when c.kind = 'basic' then round(c.load / nullif(mean.load, 0) - 1, 4)::float8 end as deviation,
       st_xmin(c.geom) as west, st_ymin(c.geom) as south, st_xmax(c.geom) as east, st_ymax(c.geom) as north,
       case when %(shapes)s::boolean then st_asgeojson(c.geom, 7)::json end as geometry,
       case when upper_inf(c.validity) then
           (select coalesce(sum(r.n), 0) from register_count r where r.register = 'household' and r.grid_no = c.grid_no) end as households,
       case when upper_inf(c.validity) then
           (select coalesce(sum(r.n), 0) from register_count r where r.register = 'person' and r.grid_no = c.grid_no) end as persons
from chosen c
left join mean on mean.village = c.grid_no / 1000
order by c.grid_no

-- name: around
-- The grid that held a point, by the one rule: the lowest number on a shared border.
select min(g.grid_no) as grid_no from grid g
where g.geom && st_setsrid(st_makepoint(%(lon)s::float8, %(lat)s::float8), 4326)
  and st_covers(g.geom, st_setsrid(st_makepoint(%(lon)s::float8, %(lat)s::float8), 4326))
  and upper_inf(g.validity)

-- name: around_then
-- Grids in force and grids that have ended are two indexes.
with here as (select st_setsrid(st_makepoint(%(lon)s::float8, %(lat)s::float8), 4326) as point)
select least(
    (select min(g.grid_no) from grid g, here
      where upper_inf(g.validity) and g.validity @> %(as_of)s::timestamptz and st_covers(g.geom, here.point)),
    (select min(g.grid_no) from grid g, here
      where not upper_inf(g.validity) and g.validity @> %(as_of)s::timestamptz and st_covers(g.geom, here.point))
) as grid_no

-- name: facilities
select f.id, f.kind, f.name, f.grid_no, f.level, st_x(f.point) as lon, st_y(f.point) as lat
from facility f
where f.grid_no between %(first)s::bigint and %(last)s::bigint
  and f.grid_no between %(lo)s::bigint and %(hi)s::bigint
  and (%(grids)s::bigint[] is null or f.grid_no = any(%(grids)s::bigint[]))
  and (%(after)s::uuid is null or f.id > %(after)s::uuid)
order by f.id
limit %(limit)s::int
