-- Buildings, in order of id, with `near` of distance; the households living in each, or those assumed where none is
-- registered. The page is cut first: only its rows are looked up.
with page as materialized (
    select b.id, b.rev, b.ref, b.name, b.use, b.address, b.assumed_households, b.grid_no, b.level, b.radius_m, b.source,
           known.point, placed.geom, away.distance_m
    from building b
    -- The middle of a village is nobody's place: what is known less exactly than its street has none here.
    cross join lateral (select case when b.level in ('house', 'building', 'street') then b.point end as point) known
    cross join lateral (select coalesce(b.footprint, known.point) as geom) placed
    cross join lateral (select st_distance(placed.geom::geography, %(near)s::geography) as distance_m) away
    where b.grid_no between %(first)s::bigint and %(last)s::bigint
      and b.grid_no between %(lo)s::bigint and %(hi)s::bigint
      and (%(grids)s::bigint[] is null or b.grid_no = any(%(grids)s::bigint[]))
      and (%(window)s::geometry is null or b.geom_m && st_transform(%(window)s::geometry, 3857))
      and (%(box)s::geometry is null or st_intersects(placed.geom, %(box)s::geometry))
      and (%(near)s::geography is null
           or st_dwithin(placed.geom::geography, %(near)s::geography, %(radius_m)s::float8))
      and (%(q)s::text is null or strpos(lower(concat_ws(' ', b.name, b.address)), lower(%(q)s::text)) > 0
           or starts_with(b.ref, %(q)s::text))
      /* and what else is asked */
      and (%(after)s::uuid is null
           or case when %(near)s::geography is null then b.id > %(after)s::uuid
                   else (away.distance_m, b.id) > (%(after_m)s::float8, %(after)s::uuid) end)
    order by away.distance_m, b.id
    limit %(limit)s::int offset %(skip)s::int
)
select page.id::text as id, page.rev, page.ref, page.name, page.use, page.address,
       coalesce(nullif(living.households, 0), page.assumed_households)::int as households,
       lpad(page.grid_no::text, 15, '0') as grid_no, page.level, page.radius_m, page.source,
       st_x(at.point) as lon, st_y(at.point) as lat, page.distance_m,
       case when %(shapes)s::bool then st_asbinary(page.geom) end as shape
from page
cross join lateral (select coalesce(page.point, st_pointonsurface(page.geom)) as point) at
left join lateral (
    select count(*) as households
    from house h
    join household k on k.house_id = h.id and k.moved_out_on is null
    where h.building_id = page.id
) living on true
order by page.distance_m, page.id
