-- Households with the people in them, at the place of their house; in order of id, with `near` of distance.
-- No phone: the reading door may not see it. The page is cut first: only its rows are counted.
with page as materialized (
    select k.id, k.rev, k.house_id, h.address, k.grid_no, h.level, h.radius_m, k.moved_in_on, k.moved_out_on, known.point,
           away.distance_m
    from household k
    join house h on h.id = k.house_id
    -- The middle of a village is nobody's place: what is known less exactly than its street has none here.
    cross join lateral (select case when h.level in ('house', 'building', 'street') then h.point end as point) known
    cross join lateral (select st_distance(known.point::geography, %(near)s::geography) as distance_m) away
    where k.grid_no between %(first)s::bigint and %(last)s::bigint
      and k.grid_no between %(lo)s::bigint and %(hi)s::bigint
      and (%(grids)s::bigint[] is null or k.grid_no = any(%(grids)s::bigint[]))
      and (%(numbers)s::bigint[] is null or k.grid_no = any(%(numbers)s::bigint[]))
      and (%(box)s::geometry is null or known.point::point <@ %(box)s::geometry::box)
      and (%(near)s::geography is null or st_dwithin(known.point::geography, %(near)s::geography, %(radius_m)s::float8))
      and (%(q)s::text is null or strpos(lower(h.address), lower(%(q)s::text)) > 0)
      and (%(after)s::uuid is null
           or case when %(near)s::geography is null then k.id > %(after)s::uuid
                   else (away.distance_m, k.id) > (%(after_m)s::float8, %(after)s::uuid) end)
    order by away.distance_m, k.id
    limit %(limit)s::int offset %(skip)s::int
)
select page.id::text as id, page.rev, page.house_id::text as house_id, page.address,
       (select count(*) from person p where p.household_id = page.id and p.moved_out_on is null) as persons,
       lpad(page.grid_no::text, 15, '0') as grid_no, page.level, page.radius_m, page.moved_in_on, page.moved_out_on,
       st_x(page.point) as lon, st_y(page.point) as lat, page.distance_m,
       case when %(shapes)s::bool then st_asbinary(page.point) end as shape
from page
order by page.distance_m, page.id
