-- Grids in force with whoever is on duty in them at this moment; `until` is when that changes by itself.
with tile as (
    select st_tileenvelope(%(z)s::int, %(x)s::int, %(y)s::int) as box,
           st_tileenvelope(%(z)s::int, %(x)s::int, %(y)s::int, margin => 0.015625) as wide,
           40075016.68 / 4096 / 2 ^ %(z)s::int as unit
), seen as materialized (
    select g.grid_no, g.name, on_duty.holders, on_duty.duties, on_duty.until,
           st_asmvtgeom(st_simplify(g.geom_m, tile.unit, true), tile.box, 4096, 64) as geom
    from tile
    join grid g on g.geom_m && tile.wide
    cross join lateral (
        select string_agg(a.name, '、' order by a.login) filter (where d.validity @> now()) as holders,
               count(*) filter (where d.validity @> now())::int as duties,
               least(min(lower(d.validity)) filter (where lower(d.validity) > now()),
                     min(upper(d.validity)) filter (where upper(d.validity) > now())) as until
        from duty d
        join account a on a.id = d.account_id
        where d.grid_no = g.grid_no and d.status = 'active'
    ) on_duty
    where upper_inf(g.validity)
      and g.grid_no between %(lo)s::bigint and %(hi)s::bigint
      and (%(grids)s::bigint[] is null or g.grid_no = any(%(grids)s::bigint[]))
), drawn as (
    select lpad(grid_no::text, 15, '0') as grid_no, name, holders, duties, geom from seen
)
select st_asmvt(drawn, %(layer)s::text, 4096, 'geom') as tile,
       (select extract(epoch from min(until) - now())::float8 from seen) as lasts_s
from drawn
