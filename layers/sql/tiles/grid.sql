-- Published grids in force. `deviation` is the load against the mean of the village's basic grids, less 1.
with tile as (
    select st_tileenvelope(%(z)s::int, %(x)s::int, %(y)s::int) as box,
           st_tileenvelope(%(z)s::int, %(x)s::int, %(y)s::int, margin => 0.015625) as wide,
           40075016.68 / 4096 / 2 ^ %(z)s::int as unit
), seen as materialized (
    select g.grid_no, g.kind, g.name, g.load, g.grid_no / 1000 as village,
           st_asmvtgeom(st_simplify(g.geom_m, tile.unit, true), tile.box, 4096, 64) as geom
    from tile
    join grid g on g.geom_m && tile.wide
    where upper_inf(g.validity)
      and g.grid_no between %(lo)s::bigint and %(hi)s::bigint
      and (%(grids)s::bigint[] is null or g.grid_no = any(%(grids)s::bigint[]))
), mean as (
    select v.village, avg(o.load) as load
    from (select distinct village from seen) v
    join grid o on upper_inf(o.validity) and o.kind = 'basic'
               and o.grid_no between v.village * 1000 and v.village * 1000 + 999
    group by v.village
), drawn as (
    select lpad(seen.grid_no::text, 15, '0') as grid_no, seen.kind, seen.name, seen.load,
           lpad(seen.village::text, 12, '0') as village,
           case when seen.kind = 'basic' then round(seen.load / nullif(mean.load, 0) - 1, 4)::float8 end as deviation,
           seen.geom
    from seen
    left join mean using (village)
)
select st_asmvt(drawn, %(layer)s::text, 4096, 'geom') as tile from drawn
