-- Houses with their last visit, in order of id, with `near` of distance, in a box of place: there read.py puts the strips of items.sql
-- where the rows are. The page is cut first: only its rows are looked up.
with page as materialized (
    select h.id, h.rev, h.ref, h.address, h.grid_no, h.level, h.radius_m, h.building_id, h.source, known.point,
           away.distance_m, place.strip
    from /* rows */ house h cross join (select null::bigint as no, null::bigint as strip) place /* rows end */
    -- The middle of a village is nobody's place: what is known less exactly than its street has none here.
    cross join lateral (select case when h.level in ('house', 'building', 'street') then h.point end as point) known
    cross join lateral (select st_distance(known.point::geography, %(near)s::geography) as distance_m) away
    where h.grid_no between %(first)s::bigint and %(last)s::bigint
      and h.grid_no between %(lo)s::bigint and %(hi)s::bigint
      and (%(grids)s::bigint[] is null or h.grid_no = any(%(grids)s::bigint[]))
      and (%(numbers)s::bigint[] is null or h.grid_no = any(%(numbers)s::bigint[]))
      and (%(box)s::geometry is null or known.point::point <@ %(box)s::geometry::box)
      and (%(near)s::geography is null or st_dwithin(known.point::geography, %(near)s::geography, %(radius_m)s::float8))
      and (%(q)s::text is null or strpos(lower(h.address), lower(%(q)s::text)) > 0 or starts_with(h.ref, %(q)s::text))
      /* and what else is asked */
      and (%(after)s::uuid is null
           or case when %(after_strip)s::bigint is not null then (place.strip, h.id) > (%(after_strip)s::bigint, %(after)s::uuid)
                   when %(near)s::geography is null then h.id > %(after)s::uuid
                   else (away.distance_m, h.id) > (%(after_m)s::float8, %(after)s::uuid) end)
    order by away.distance_m, place.no, place.strip, h.id
    limit %(limit)s::int offset %(skip)s::int
)
select page.id::text as id, page.rev, page.ref, page.address, lpad(page.grid_no::text, 15, '0') as grid_no,
       page.level, page.radius_m, page.building_id::text as building_id,
       coalesce(living.households, 0) as households,
       last.visited_at as last_visit_at, last.outcome as last_outcome, last.next_due_on,
       case when last.visited_at is null then 'never'
            when last.next_due_on < today.day then 'overdue'
            when last.next_due_on <= today.day + 7 or last.visited_at < now() - interval '90 days' then 'due'
            else 'done' end as visit_state, page.source,
       st_x(page.point) as lon, st_y(page.point) as lat, page.distance_m, page.strip,
       case when %(shapes)s::bool then st_asbinary(page.point) end as shape
from page
cross join (select (now() at time zone 'Asia/Shanghai')::date as day) today
-- In one search for all of the page: a third less than one for each house.
left join (
    select k.house_id, count(*) as households from household k
    where k.house_id = any(array(select id from page)) and k.moved_out_on is null
    group by k.house_id
) living on living.house_id = page.id
left join lateral (
    select v.visited_at, v.outcome, v.next_due_on from visit v
    where v.house_id = page.id
    order by v.visited_at desc, v.id desc
    limit 1
) last on true
order by page.distance_m, page.strip, page.id
