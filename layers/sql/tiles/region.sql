-- Regions of one level whose range overlaps the scope, so that whoever sees a village also sees the county around it.
with tile as (
    select st_tileenvelope(%(z)s::int, %(x)s::int, %(y)s::int) as box,
           st_tileenvelope(%(z)s::int, %(x)s::int, %(y)s::int, margin => 0.015625) as wide,
           40075016.68 / 4096 / 2 ^ %(z)s::int as unit
), drawn as (
    select r.code, r.name, r.synthetic,
           st_asmvtgeom(st_simplify(r.geom_m, tile.unit, true), tile.box, 4096, 64) as geom
    from tile
    join region r on r.geom_m && tile.wide
    where upper_inf(r.validity)
      and r.level = case %(layer)s::text when 'county' then 3 when 'township' then 4 when 'village' then 5 end
      and r.hi >= %(lo)s::bigint and r.lo <= %(hi)s::bigint
      and (%(grids)s::bigint[] is null
           or exists (select 1 from unnest(%(grids)s::bigint[]) as own (grid_no) where own.grid_no between r.lo and r.hi))
)
select st_asmvt(drawn, %(layer)s::text, 4096, 'geom') as tile from drawn
