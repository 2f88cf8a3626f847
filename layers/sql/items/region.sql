-- Regions of one level that overlap the scope, now or at a moment, in order of code, with `near` of distance. The page is
-- cut first: a point on the surface is sought for its rows alone.
with page as materialized (
    select r.code, r.name, r.parent_code, r.mca_code, r.area_m2, r.synthetic, r.source, r.validity, r.geom,
           away.distance_m
    from region r
    cross join lateral (select st_distance(r.geom::geography, %(near)s::geography) as distance_m) away
    where r.level = case %(layer)s::text when 'county' then 3 when 'township' then 4 when 'village' then 5 end
      and case when %(as_of)s::timestamptz is null then upper_inf(r.validity)
               else r.validity @> %(as_of)s::timestamptz end
      and r.lo >= %(first)s::bigint and r.hi <= %(last)s::bigint
      and r.hi >= %(lo)s::bigint and r.lo <= %(hi)s::bigint
      and (%(grids)s::bigint[] is null
           or exists (select 1 from unnest(%(grids)s::bigint[]) as own (grid_no)
                      where own.grid_no between r.lo and r.hi))
      and (%(window)s::geometry is null or r.geom_m && st_transform(%(window)s::geometry, 3857))
      and (%(box)s::geometry is null or st_intersects(r.geom, %(box)s::geometry))
      and (%(near)s::geography is null or st_dwithin(r.geom::geography, %(near)s::geography, %(radius_m)s::float8))
      and (%(q)s::text is null or strpos(lower(r.name), lower(%(q)s::text)) > 0 or starts_with(r.code, %(q)s::text))
      /* and what else is asked */
      and (%(after)s::text is null
           or case when %(near)s::geography is null then r.code > %(after)s::text
                   else (away.distance_m, r.code) > (%(after_m)s::float8, %(after)s::text) end)
    order by away.distance_m, r.code
    limit %(limit)s::int offset %(skip)s::int
)
select page.code, page.name, page.parent_code, page.mca_code, page.area_m2, page.synthetic, page.source,
       lower(page.validity) as begins_at, upper(page.validity) as ends_at,
       st_x(at.point) as lon, st_y(at.point) as lat, page.distance_m,
       case when %(shapes)s::bool then st_asbinary(page.geom) end as shape
from page
cross join lateral (select st_pointonsurface(page.geom) as point) at
order by page.distance_m, page.code
