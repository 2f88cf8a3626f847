-- How many rows of a register lie in each cell, 64 cells a side, as points in the cells' middles; for the zooms 8 to 13.
-- Cells are kept at the levels 15, 16, 17 and 19 (functions/070_cells.sql): 15 and 19 serve two zooms each.
with tile as (
    select base, 2 * (base - %(z)s::int - 6) as shift, cell_of_tile(%(z)s::int, %(x)s::int, %(y)s::int) << (2 * (base - %(z)s::int)) as first
    from (select case when %(z)s::int <= 9 then 15 when %(z)s::int <= 11 then %(z)s::int + 6 else 19 end as base) level
), counted as (
    select ((c.cell - (select first from tile)) >> (select shift from tile))::int as at, sum(c.n)::int as count
    from cell_count c
    where c.register = %(layer)s::text
      and c.cell >= (select first from tile) and c.cell < (select first + (1::bigint << (2 * (base - %(z)s::int))) from tile)
      and c.grid_no between %(lo)s::bigint and %(hi)s::bigint
      and (%(grids)s::bigint[] is null or c.grid_no = any(%(grids)s::bigint[]))
    group by 1
    having sum(c.n) > 0
), drawn as (
    select count, st_makepoint(
               32 + 64 * ((at & 1) | ((at >> 1) & 2) | ((at >> 2) & 4) | ((at >> 3) & 8) | ((at >> 4) & 16) | ((at >> 5) & 32)),
               32 + 64 * (((at >> 1) & 1) | ((at >> 2) & 2) | ((at >> 3) & 4) | ((at >> 4) & 8) | ((at >> 5) & 16) | ((at >> 6) & 32))
           ) as geom
    from counted
)
select st_asmvt(drawn, %(layer)s::text, 4096, 'geom') as tile from drawn
