-- Enterprises, societies and shops that are known to street level or better; below zoom 15 only their kind.
with tile as (
    select st_tileenvelope(%(z)s::int, %(x)s::int, %(y)s::int) as box,
           st_tileenvelope(%(z)s::int, %(x)s::int, %(y)s::int, margin => 0.015625) as wide
), drawn as (
    select case when %(z)s::int >= 15 then f.id::text end as id, f.kind,
           case when %(z)s::int >= 15 then f.name end as name,
           st_asmvtgeom(f.geom_m, tile.box, 4096, 64) as geom
    from tile
    join organisation f on f.geom_m && tile.wide
    where f.grid_no between %(lo)s::bigint and %(hi)s::bigint
      and (%(grids)s::bigint[] is null or f.grid_no = any(%(grids)s::bigint[]))
      and f.level in ('house', 'building', 'street')
)
select st_asmvt(drawn, %(layer)s::text, 4096, 'geom') as tile from drawn
