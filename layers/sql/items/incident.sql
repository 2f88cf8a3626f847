-- Incidents, in order of id, with `near` of distance, in a box without a period of place: there read.py puts the strips of items.sql
-- where the rows are. `since` and `until` are days in Asia/Shanghai, [since, until).
select i.id::text as id, i.rev, i.ref, i.kind, i.text, i.occurred_at, lpad(i.grid_no::text, 15, '0') as grid_no,
       lpad(i.handled_grid_no::text, 15, '0') as handled_grid_no, i.level, i.radius_m, i.source,
       st_x(known.point) as lon, st_y(known.point) as lat, away.distance_m, place.strip,
       case when %(shapes)s::bool then st_asbinary(known.point) end as shape
from /* rows */ incident i cross join (select null::bigint as no, null::bigint as strip) place /* rows end */
-- The middle of a village is nobody's place: what is known less exactly than its street has none here.
cross join lateral (select case when i.level in ('house', 'building', 'street') then i.point end as point) known
cross join lateral (select st_distance(known.point::geography, %(near)s::geography) as distance_m) away
where i.grid_no between %(first)s::bigint and %(last)s::bigint
  and i.grid_no between %(lo)s::bigint and %(hi)s::bigint
  and (%(grids)s::bigint[] is null or i.grid_no = any(%(grids)s::bigint[]))
  and (%(numbers)s::bigint[] is null or i.grid_no = any(%(numbers)s::bigint[]))
  and (%(box)s::geometry is null or known.point::point <@ %(box)s::geometry::box)
  and (%(near)s::geography is null or st_dwithin(known.point::geography, %(near)s::geography, %(radius_m)s::float8))
  and (%(kind)s::text is null or i.kind = any(string_to_array(%(kind)s::text, ',')))
  and (%(since)s::date is null or i.occurred_on >= %(since)s::date)
  and (%(until)s::date is null or i.occurred_on < %(until)s::date)
  and (%(q)s::text is null or strpos(lower(i.text), lower(%(q)s::text)) > 0 or starts_with(i.ref, %(q)s::text))
  /* and what else is asked */
  and (%(after)s::uuid is null
       or case when %(after_strip)s::bigint is not null then (place.strip, i.id) > (%(after_strip)s::bigint, %(after)s::uuid)
               when %(near)s::geography is null then i.id > %(after)s::uuid
               else (away.distance_m, i.id) > (%(after_m)s::float8, %(after)s::uuid) end)
order by away.distance_m, place.no, place.strip, i.id
limit %(limit)s::int offset %(skip)s::int
