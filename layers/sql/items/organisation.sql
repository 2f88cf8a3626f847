-- Enterprises, societies and shops, in order of id, with `near` of distance.
select o.id::text as id, o.rev, o.ref, o.kind, o.name, lpad(o.grid_no::text, 15, '0') as grid_no,
       o.level, o.radius_m, o.source,
       st_x(known.point) as lon, st_y(known.point) as lat, away.distance_m,
       case when %(shapes)s::bool then st_asbinary(known.point) end as shape
from organisation o
-- The middle of a village is nobody's place: what is known less exactly than its street has none here.
cross join lateral (select case when o.level in ('house', 'building', 'street') then o.point end as point) known
cross join lateral (select st_distance(known.point::geography, %(near)s::geography) as distance_m) away
where o.grid_no between %(first)s::bigint and %(last)s::bigint
  and o.grid_no between %(lo)s::bigint and %(hi)s::bigint
  and (%(grids)s::bigint[] is null or o.grid_no = any(%(grids)s::bigint[]))
  and (%(window)s::geometry is null or o.geom_m && st_transform(%(window)s::geometry, 3857))
  and (%(box)s::geometry is null or known.point::point <@ %(box)s::geometry::box)
  and (%(near)s::geography is null or st_dwithin(known.point::geography, %(near)s::geography, %(radius_m)s::float8))
  and (%(kind)s::text is null or o.kind = %(kind)s::text)
  and (%(q)s::text is null or strpos(lower(o.name), lower(%(q)s::text)) > 0 or starts_with(o.ref, %(q)s::text))
  /* and what else is asked */
  and (%(after)s::uuid is null
       or case when %(near)s::geography is null then o.id > %(after)s::uuid
               else (away.distance_m, o.id) > (%(after_m)s::float8, %(after)s::uuid) end)
order by away.distance_m, o.id
limit %(limit)s::int offset %(skip)s::int
