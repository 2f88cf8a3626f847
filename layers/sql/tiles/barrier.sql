-- Lines that grids follow or may not cross, streets from zoom 13. They have no grid number: drawn are those in the box of the scope's own regions.
with tile as (
    select st_tileenvelope(%(z)s::int, %(x)s::int, %(y)s::int) as box,
           st_tileenvelope(%(z)s::int, %(x)s::int, %(y)s::int, margin => 0.015625) as wide,
           40075016.68 / 4096 / 2 ^ %(z)s::int as unit
), own as materialized (
    select st_setsrid(st_extent(r.geom_m)::geometry, 3857) as box
    from tile
    join region r on r.geom_m && tile.wide
    where upper_inf(r.validity)
      and ((%(grids)s::bigint[] is null and r.lo >= %(lo)s::bigint and r.hi <= %(hi)s::bigint)
           or (r.level = 5 and exists (select 1 from unnest(%(grids)s::bigint[]) as own (grid_no)
                                       where own.grid_no between r.lo and r.hi)))
), drawn as (
    select b.kind, b.hard, st_asmvtgeom(st_simplify(b.geom_m, tile.unit, true), tile.box, 4096, 64) as geom
    from tile
    join barrier b on b.geom_m && tile.wide
    where b.geom_m && (select box from own) and (b.hard or %(z)s::int >= 13)
)
select st_asmvt(drawn, %(layer)s::text, 4096, 'geom') as tile from drawn
