-- Published grids now, or at a moment, in order of number, with `near` of distance.
with page as materialized (
    select g.grid_no, g.kind, g.name, g.load, g.area_m2, g.validity, g.geom, away.distance_m
    from grid g
    cross join lateral (select st_distance(g.geom::geography, %(near)s::geography) as distance_m) away
    where case when %(as_of)s::timestamptz is null then upper_inf(g.validity)
               else g.validity @> %(as_of)s::timestamptz end
      and g.grid_no between %(first)s::bigint and %(last)s::bigint
      and g.grid_no between %(lo)s::bigint and %(hi)s::bigint
      and (%(grids)s::bigint[] is null or g.grid_no = any(%(grids)s::bigint[]))
      and (%(window)s::geometry is null or g.geom_m && st_transform(%(window)s::geometry, 3857))
      and (%(box)s::geometry is null or st_intersects(g.geom, %(box)s::geometry))
      and (%(near)s::geography is null or st_dwithin(g.geom::geography, %(near)s::geography, %(radius_m)s::float8))
      and (%(kind)s::text is null or g.kind = %(kind)s::text)
      and (%(q)s::text is null or strpos(lower(g.name), lower(%(q)s::text)) > 0
           or starts_with(lpad(g.grid_no::text, 15, '0'), %(q)s::text))
      /* and what else is asked */
      and (%(after)s::bigint is null
           or case when %(near)s::geography is null then g.grid_no > %(after)s::bigint
                   else (away.distance_m, g.grid_no) > (%(after_m)s::float8, %(after)s::bigint) end)
    order by away.distance_m, g.grid_no
    limit %(limit)s::int offset %(skip)s::int
)
select lpad(page.grid_no::text, 15, '0') as grid_no, page.kind, page.name,
       lpad((page.grid_no / 1000)::text, 12, '0') as village, page.load, page.area_m2,
       lower(page.validity) as begins_at, upper(page.validity) as ends_at,
       st_x(at.point) as lon, st_y(at.point) as lat, page.distance_m,
       case when %(shapes)s::bool then st_asbinary(page.geom) end as shape
from page
cross join lateral (select st_pointonsurface(page.geom) as point) at
order by page.distance_m, page.grid_no
