-- Regions as lists. A region is shown when its range overlaps the scope; people are counted inside the scope only.

-- name: page
-- One page by code, now or at a moment. `text` is looked for in names and at the start of codes, as it stands: it holds no
-- wildcards. People and plans are known of now alone.
with page as materialized (
    select r.code, r.level, r.name, r.parent_code, r.synthetic, r.source, r.geom,
           greatest(r.lo, %(lo)s::bigint) as lo, least(r.hi, %(hi)s::bigint) as hi
    from region r
    where case when %(as_of)s::timestamptz is null then upper_inf(r.validity)
               else r.validity @> %(as_of)s::timestamptz end
      and (%(parent)s::text is null or r.parent_code = %(parent)s::text)
      and (%(codes)s::text[] is null or r.code = any(%(codes)s::text[]))
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
       (select u.name from region u where u.code = page.parent_code
           and case when %(as_of)s::timestamptz is null then upper_inf(u.validity)
                    else u.validity @> %(as_of)s::timestamptz end) as parent_name,
       st_xmin(page.geom) as west, st_ymin(page.geom) as south, st_xmax(page.geom) as east, st_ymax(page.geom) as north,
       registered.households, registered.persons, registered.assumed_households,
       case when %(as_of)s::timestamptz is null then
           (select count(*) from grid g where upper_inf(g.validity) and g.grid_no between page.lo and page.hi
               and (%(grids)s::bigint[] is null or g.grid_no = any(%(grids)s::bigint[])))
       else
           (select count(*) from grid g where g.validity @> %(as_of)s::timestamptz and g.grid_no between page.lo and page.hi
               and (%(grids)s::bigint[] is null or g.grid_no = any(%(grids)s::bigint[]))) end as grids,
       case when %(as_of)s::timestamptz is null then
           (select l.status from plan l where l.village_code = page.code and l.status <> 'retired'
             order by l.created_at desc, l.id limit 1) end as plan_status
from page
left join lateral (
    select coalesce(sum(c.n) filter (where c.register = 'household'), 0) as households,
           coalesce(sum(c.n) filter (where c.register = 'person'), 0) as persons,
           coalesce(sum(c.n) filter (where c.register = 'assumed_household'), 0) as assumed_households
    from register_count c
    where c.register in ('household', 'person', 'assumed_household') and c.grid_no between page.lo and page.hi
      and (%(grids)s::bigint[] is null or c.grid_no = any(%(grids)s::bigint[]))
) registered on %(as_of)s::timestamptz is null
order by page.code

-- name: unbalanced
-- Villages by how far the worst grid of the published plan is from the village's mean or outside the band, as a ratio;
-- then those without a published plan, by their households. Nobody is counted in villages that have a plan, nor at all
-- in a scope wider than a prefecture: there the latter come by code.
with village as materialized (
    select r.code, r.lo, r.hi, l.band_low, l.band_high, l.id is null as is_open
    from region r left join plan l on l.village_code = r.code and l.status = 'published'
    where upper_inf(r.validity) and r.level = 5
      and r.lo between greatest(%(lo)s::bigint, %(first)s::bigint) / 1000 * 1000 and least(%(hi)s::bigint, %(last)s::bigint)
      and (%(grids)s::bigint[] is null
           or exists (select 1 from unnest(%(grids)s::bigint[]) as own (grid_no) where own.grid_no between r.lo and r.hi))
), basic as (
    select v.code, v.band_low, v.band_high, g.load::float8, avg(g.load) over (partition by v.code)::float8 as mean
    from village v join grid g on g.grid_no between v.lo and v.hi and upper_inf(g.validity) and g.kind = 'basic'
    where not v.is_open
), uneven as (
    select code, count(*) filter (where load not between band_low and band_high) as off_band,
           max(greatest(abs(load / nullif(mean, 0) - 1), load / band_high - 1, 1 - load / band_low)) as imbalance
    from basic group by code
), ranked as materialized (
    select v.code, round(u.imbalance::numeric, 4)::float8 as imbalance, u.off_band, row_number() over (
               order by v.is_open, u.imbalance desc nulls last, case when v.is_open and %(counts)s::boolean then
                   (select coalesce(sum(c.n), 0) from register_count c
                     where c.register = 'household' and c.grid_no between v.lo and v.hi)
               end desc, v.code) as rank
    from village v left join uneven u using (code)
)
select code, imbalance, off_band from ranked
where %(after)s::text is null or rank > (select a.rank from ranked a where a.code = %(after)s::text)
order by rank
limit %(limit)s::int

-- name: path
-- A region and all above it, the province first.
select r.code, r.level, r.name from region r
where upper_inf(r.validity) and r.code = any(%(codes)s::text[])
order by r.level

-- name: known
-- Whether there is such a region; with a moment, whether there ever was one.
select 1 as known from region r
where r.code = %(code)s::text and (upper_inf(r.validity) or %(as_of)s::timestamptz is not null)
limit 1

-- name: any_synthetic
-- Whether a region or any region in it is made for demonstration.
select exists (select from region where upper_inf(validity) and synthetic
                 and lo between %(first)s::bigint and %(last)s::bigint) as synthetic
