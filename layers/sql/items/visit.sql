-- Visits at the place of their house, in order of id, with `near` of distance; `since` and `until` are days in
-- Asia/Shanghai, [since, until).
select v.id::text as id, v.rev, v.house_id::text as house_id, h.address, lpad(v.grid_no::text, 15, '0') as grid_no,
       h.level, h.radius_m, v.visited_at, v.outcome, v.next_due_on, v.note,
       st_x(known.point) as lon, st_y(known.point) as lat, away.distance_m,
       case when %(shapes)s::bool then st_asbinary(known.point) end as shape
from visit v
join house h on h.id = v.house_id
-- The middle of a village is nobody's place: what is known less exactly than its street has none here.
cross join lateral (select case when h.level in ('house', 'building', 'street') then h.point end as point) known
cross join lateral (select st_distance(known.point::geography, %(near)s::geography) as distance_m) away
where v.grid_no between %(first)s::bigint and %(last)s::bigint
  and v.grid_no between %(lo)s::bigint and %(hi)s::bigint
  and (%(grids)s::bigint[] is null or v.grid_no = any(%(grids)s::bigint[]))
  and (%(numbers)s::bigint[] is null or v.grid_no = any(%(numbers)s::bigint[]))
  and (%(box)s::geometry is null or known.point::point <@ %(box)s::geometry::box)
  and (%(near)s::geography is null or st_dwithin(known.point::geography, %(near)s::geography, %(radius_m)s::float8))
  and (%(since)s::date is null or v.visited_at >= %(since)s::date::timestamp at time zone 'Asia/Shanghai')
  and (%(until)s::date is null or v.visited_at < %(until)s::date::timestamp at time zone 'Asia/Shanghai')
  and (%(q)s::text is null or strpos(lower(h.address), lower(%(q)s::text)) > 0)
  /* and what else is asked */
  and (%(after)s::uuid is null
       or case when %(near)s::geography is null then v.id > %(after)s::uuid
               else (away.distance_m, v.id) > (%(after_m)s::float8, %(after)s::uuid) end)
order by away.distance_m, v.id
limit %(limit)s::int offset %(skip)s::int
