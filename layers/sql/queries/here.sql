-- What is at a point, and what is near it.

-- name: here
-- The regions, the grid and its duties at a point, now or at a moment, as far as the scope goes. In a village of one of their
-- grids a field worker is told where they are, though not of the grids that are not theirs.
with asked as materialized (
    -- Materialised: PostgreSQL would look for the place once for each time that its number is named.
    select case when %(as_of)s::timestamptz is null then place_of(here.point)
                else place_then(here.point, %(as_of)s::timestamptz) end as number
    from (select st_setsrid(st_makepoint(%(lon)s::float8, %(lat)s::float8), 4326) as point) here
), place as (
    select asked.number, lpad(asked.number::text, 15, '0') as code from asked
    where case when %(grids)s::bigint[] is null then asked.number between %(lo)s::bigint and %(hi)s::bigint
               else exists (select 1 from unnest(%(grids)s::bigint[]) as own (number)
                            where own.number / 1000 = asked.number / 1000) end
), own as (
    select g.grid_no, g.kind, g.name from place join grid g on g.grid_no = place.number
    where case when %(as_of)s::timestamptz is null then upper_inf(g.validity)
               else g.validity @> %(as_of)s::timestamptz end
      and (%(grids)s::bigint[] is null or g.grid_no = any(%(grids)s::bigint[]))
)
select own.grid_no, own.kind, own.name,
       (select coalesce(jsonb_agg(jsonb_build_object('code', r.code, 'level', r.level, 'name', r.name) order by r.level), '[]')
        from region r
        where r.code in (left(place.code, 2), left(place.code, 4), left(place.code, 6), left(place.code, 9), left(place.code, 12))
          and case when %(as_of)s::timestamptz is null then upper_inf(r.validity)
                   else r.validity @> %(as_of)s::timestamptz end) as regions,
       (select coalesce(jsonb_agg(jsonb_build_object('account_id', a.id, 'name', a.name) order by a.name, a.id), '[]')
        from duty d join account a on a.id = d.account_id
        where d.grid_no = own.grid_no and d.status = 'active'
          and d.validity @> coalesce(%(as_of)s::timestamptz, now())) as holders
from place left join own on true

-- name: near
-- The k nearest of a layer without persons, around a point. The index gives the nearest on the plane of tiles, which is nearly
-- the order on the ground; all that are no farther than the farthest of these are then told exactly.
with first as materialized (
    select st_distance(f.point::geography, st_setsrid(st_makepoint(%(lon)s::float8, %(lat)s::float8), 4326)::geography) as distance_m
    from {table} f
    where f.geom_m && st_transform(%(window)s::geometry, 3857) and f.level in ('house', 'building')
      and f.grid_no between %(lo)s::bigint and %(hi)s::bigint
      and (%(grids)s::bigint[] is null or f.grid_no = any(%(grids)s::bigint[]))
    -- Written out: the index gives an order by distance to a constant only.
    order by f.geom_m <-> st_transform(st_setsrid(st_makepoint(%(lon)s::float8, %(lat)s::float8), 4326), 3857)
    limit %(k)s::int
), reach as materialized (
    -- So many metres of the plane are that many on the ground, at the end of the circle that is nearer to the pole.
    select st_expand(st_transform(here.point, 3857),
                     1.01 * far.m / cos(radians(least(abs(%(lat)s::float8) + far.m / 110574, 86)))) as box_m, here.point
    from (select st_setsrid(st_makepoint(%(lon)s::float8, %(lat)s::float8), 4326) as point) here,
         (select coalesce(max(distance_m), 0) + 0.01 as m from first) far
)
select f.id, f.kind, f.name, f.grid_no, f.level, f.radius_m, st_x(f.point) as lon, st_y(f.point) as lat, away.distance_m
from reach
-- By the box first: it holds few rows, the scope many.
cross join lateral (select t.* from {table} t where t.geom_m && reach.box_m offset 0) f
cross join lateral (select st_distance(f.point::geography, reach.point::geography) as distance_m) away
where f.level in ('house', 'building')
  and f.grid_no between %(lo)s::bigint and %(hi)s::bigint
  and (%(grids)s::bigint[] is null or f.grid_no = any(%(grids)s::bigint[]))
  and away.distance_m <= %(radius_m)s::float8
order by away.distance_m, f.id
limit %(k)s::int

-- name: near_houses
-- PostGIS operators are not leakproof: the window becomes grid numbers first, and the houses of these are read by number.
with asked as materialized (
    select st_setsrid(st_makepoint(%(lon)s::float8, %(lat)s::float8), 4326) as point, %(window)s::geometry as box
), numbers as materialized (
    select array(select g.grid_no from grid g, asked where upper_inf(g.validity) and g.geom && asked.box
                 union
                 select r.lo from region r, asked where upper_inf(r.validity) and r.geom && asked.box) as around
)
select h.id, null::text as kind, h.address as name, h.grid_no, h.level, h.radius_m,
       st_x(h.point) as lon, st_y(h.point) as lat, away.distance_m
from asked, numbers, house h
cross join lateral (select st_distance(h.point::geography, asked.point::geography) as distance_m) away
where h.grid_no = any(numbers.around)
  and h.grid_no between %(lo)s::bigint and %(hi)s::bigint
  and (%(grids)s::bigint[] is null or h.grid_no = any(%(grids)s::bigint[]))
  and h.level in ('house', 'building') and h.point && asked.box and away.distance_m <= %(radius_m)s::float8
order by away.distance_m, h.id
limit %(k)s::int
