-- Regions as lists. A region is shown when its range overlaps the scope; people are counted inside the scope only.

-- name: page
-- One page by code. `text` is looked for in names and at the start of codes, as it stands: it holds no wildcards.
with page as materialized (
    select r.code, r.level, r.name, r.parent_code, r.synthetic, r.source, r.geom,
           greatest(r.lo, %(lo)s::bigint) as lo, least(r.hi, %(hi)s::bigint) as hi
    from region r
    where upper_inf(r.validity)
      and (%(parent)s::text is null or r.parent_code = %(parent)s::text)
      and (%(code)s::text is null or r.code = %(code)s::text)
      and (%(level)s::int is null or r.level = %(level)s::int)
      and (%(text)s::text is null or strpos(r.name, %(text)s::text) > 0 or starts_with(r.code, %(text)s::text))
      and (%(after)s::text is null or r.code > %(after)s::text)
      and r.hi >= %(lo)s::bigint and r.lo <= %(hi)s::bigint
      and (%(grids)s::bigint[] is null
           or exists (select 1 from unnest(%(grids)s::bigint[]) as own (grid_no) where own.grid_no between r.lo and r.hi))
    order by r.code
    limit %(limit)s::int
)
select page.code, page.level, page.name, page.parent_code, page.synthetic, page.source,
       st_xmin(page.geom) as west, st_ymin(page.geom) as south, st_xmax(page.geom) as east, st_ymax(page.geom) as north,
       (select count(*) from household k where k.grid_no between page.lo and page.hi and k.moved_out_on is null
           and (%(grids)s::bigint[] is null or k.grid_no = any(%(grids)s::bigint[]))) as households,
       (select count(*) from person p where p.grid_no between page.lo and page.hi and p.moved_out_on is null
           and (%(grids)s::bigint[] is null or p.grid_no = any(%(grids)s::bigint[]))) as persons,
       (select coalesce(sum(b.assumed_households), 0) from building b
         where b.grid_no between page.lo and page.hi and b.assumed_households > 0
           and (%(grids)s::bigint[] is null or b.grid_no = any(%(grids)s::bigint[]))
           and not exists (select 1 from house h join household k on k.house_id = h.id and k.moved_out_on is null
                           where h.building_id = b.id)) as assumed_households,
       (select count(*) from grid g where upper_inf(g.validity) and g.grid_no between page.lo and page.hi
           and (%(grids)s::bigint[] is null or g.grid_no = any(%(grids)s::bigint[]))) as grids,
       (select l.status from plan l where l.village_code = page.code and l.status <> 'retired'
         order by l.created_at desc, l.id limit 1) as plan_status
from page
order by page.code

-- name: path
-- A region and all above it, the province first.
select r.code, r.level, r.name from region r
where upper_inf(r.validity) and r.code = any(%(codes)s::text[])
order by r.level

-- name: known
select 1 as known from region r
where upper_inf(r.validity) and r.code = %(code)s::text
