-- Lines that grids follow or may not cross, in order of id, with `near` of distance. They have no grid number: listed are
-- those in the box of the scope's own regions, with `region` or `grid` those that touch its shape.
with own as materialized (
    select st_setsrid(st_extent(r.geom_m)::geometry, 3857) as box
    from region r
    where upper_inf(r.validity)
      and ((%(grids)s::bigint[] is null and r.lo >= %(lo)s::bigint and r.hi <= %(hi)s::bigint)
           or (r.level = 5 and exists (select 1 from unnest(%(grids)s::bigint[]) as own (grid_no)
                                       where own.grid_no between r.lo and r.hi)))
)
select b.id::text as id, b.kind, b.hard, b.name, b.source,
       st_x(at.point) as lon, st_y(at.point) as lat, away.distance_m,
       case when %(shapes)s::bool then st_asbinary(b.geom) end as shape
from barrier b
cross join lateral (select st_distance(b.geom::geography, %(near)s::geography) as distance_m) away
cross join lateral (select st_lineinterpolatepoint(b.geom, 0.5) as point) at
where b.geom_m && (select box from own)
  and (%(region)s::text is null
       or exists (select 1 from region r where r.code = %(region)s::text and upper_inf(r.validity)
                  and st_intersects(r.geom, b.geom)))
  and (%(grid)s::bigint is null
       or exists (select 1 from grid g where g.grid_no = %(grid)s::bigint and upper_inf(g.validity)
                  and st_intersects(g.geom, b.geom)))
  and (%(window)s::geometry is null or b.geom_m && st_transform(%(window)s::geometry, 3857))
  and (%(box)s::geometry is null or st_intersects(b.geom, %(box)s::geometry))
  and (%(near)s::geography is null or st_dwithin(b.geom::geography, %(near)s::geography, %(radius_m)s::float8))
  and (%(kind)s::text is null or b.kind = %(kind)s::text)
  and (%(q)s::text is null or strpos(lower(b.name), lower(%(q)s::text)) > 0)
  /* and what else is asked */
  and (%(after)s::uuid is null
       or case when %(near)s::geography is null then b.id > %(after)s::uuid
               else (away.distance_m, b.id) > (%(after_m)s::float8, %(after)s::uuid) end)
order by away.distance_m, b.id
limit %(limit)s::int offset %(skip)s::int
