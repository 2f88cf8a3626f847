-- Persons at the place of their house, in order of id, with `near` of distance. The name is masked here, so that it never
-- leaves the database; phone and id number the reading door may not see.
select p.id::text as id, p.rev, p.household_id::text as household_id, left(p.name, 1) || '**' as name,
       p.sex, p.birth_year, p.residence, lpad(p.grid_no::text, 15, '0') as grid_no, h.level, h.radius_m,
       p.moved_in_on, p.moved_out_on,
       st_x(known.point) as lon, st_y(known.point) as lat, away.distance_m,
       case when %(shapes)s::bool then st_asbinary(known.point) end as shape
from person p
join household k on k.id = p.household_id
join house h on h.id = k.house_id
-- The middle of a village is nobody's place: what is known less exactly than its street has none here.
cross join lateral (select case when h.level in ('house', 'building', 'street') then h.point end as point) known
cross join lateral (select st_distance(known.point::geography, %(near)s::geography) as distance_m) away
where p.grid_no between %(first)s::bigint and %(last)s::bigint
  and p.grid_no between %(lo)s::bigint and %(hi)s::bigint
  and (%(grids)s::bigint[] is null or p.grid_no = any(%(grids)s::bigint[]))
  and (%(numbers)s::bigint[] is null or p.grid_no = any(%(numbers)s::bigint[]))
  and (%(box)s::geometry is null or known.point::point <@ %(box)s::geometry::box)
  and (%(near)s::geography is null or st_dwithin(known.point::geography, %(near)s::geography, %(radius_m)s::float8))
  and (%(after)s::uuid is null
       or case when %(near)s::geography is null then p.id > %(after)s::uuid
               else (away.distance_m, p.id) > (%(after_m)s::float8, %(after)s::uuid) end)
order by away.distance_m, p.id
limit %(limit)s::int offset %(skip)s::int
