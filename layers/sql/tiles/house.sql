-- Houses known to street level or better: the others have no strip (layers/models/base.py). Behind a row-level policy PostgreSQL may
-- not use an index on geometry, while ranges of numbers it may. OFFSET 0 keeps the strips outside: each is one range of the index.
-- Of the outermost strips st_asmvtgeom leaves out what lies beyond the buffer.
with tile as materialized (
    select st_tileenvelope(%(z)s::int, %(x)s::int, %(y)s::int) as box,
           floor((degrees(atan(sinh(pi() * (1 - 2 * (%(y)s::int + 1.015625) / 2 ^ %(z)s::int)))) + 90) * 10000000)::bigint as south,
           floor((degrees(atan(sinh(pi() * (1 - 2 * (%(y)s::int - 0.015625) / 2 ^ %(z)s::int)))) + 90) * 10000000)::bigint as north
), drawn as (
    select case when %(z)s::int >= 15 then p.id::text end as id, lpad(p.grid_no::text, 15, '0') as grid_no,
           st_asmvtgeom(p.geom_m, tile.box, 4096, 64) as geom
    from tile
    cross join unnest(array(
        select generate_series((%(x)s::bigint << (19 - %(z)s::int)) - 1, (%(x)s::bigint + 1) << (19 - %(z)s::int)))) as s (no)
    cross join lateral (
        select h.id, h.grid_no, h.geom_m
        from house h
        where h.strip between (s.no << 31) + tile.south and (s.no << 31) + tile.north
          and h.grid_no between %(lo)s::bigint and %(hi)s::bigint
          and (%(grids)s::bigint[] is null or h.grid_no = any(%(grids)s::bigint[]))
        offset 0
    ) p
)
select st_asmvt(drawn, %(layer)s::text, 4096, 'geom') as tile from drawn
