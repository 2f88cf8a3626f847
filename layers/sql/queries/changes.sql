-- Changes of regions: other names and codes, villages that become one or several; all in the transaction of one import.

-- name: known
-- The regions in force of these codes.
select code, level, name, geom, exists (select 1 from plan p where p.village_code = code and p.status = 'published') as planned,
       exists (select 1 from plan p where p.village_code = code and p.status = 'published' and p.stale) as stale
from region where upper_inf(validity) and code = any(%(codes)s)

-- name: ever_used
-- Those of the codes that a region or a grid has or had, itself or below.
select c.code from unnest(%(codes)s::text[]) as c (code)
where exists (select 1 from region r where r.lo between rpad(c.code, 15, '0')::bigint and rpad(c.code, 15, '9')::bigint
                                       and starts_with(r.code, c.code))
   or exists (select 1 from grid g
              where g.grid_no between rpad(c.code, 15, '0')::bigint and rpad(c.code, 15, '9')::bigint)
order by c.code

-- name: rename_region
with ended as (
    update region set validity = tstzrange(lower(validity), %(at)s) where upper_inf(validity) and code = %(old)s
    returning region.*
)
insert into region (id, code, level, name, name_en, parent_code, mca_code, validity, geom, area_m2, synthetic, source,
                    import_id)
select gen_random_uuid(), code, level, %(name)s, null, parent_code, mca_code, tstzrange(%(at)s, null), geom, area_m2,
       synthetic, source, %(import_id)s
from ended

-- name: recode_regions
-- The region and all below it end and go on under the new code.
with ended as (
    update region set validity = tstzrange(lower(validity), %(at)s)
    where upper_inf(validity) and lo between %(lo)s and %(hi)s and starts_with(code, %(old)s)
    returning region.*
), begun as (
    insert into region (id, code, level, name, name_en, parent_code, mca_code, validity, geom, area_m2, synthetic, source,
                        import_id)
    select gen_random_uuid(), %(new)s || substr(code, length(%(new)s) + 1), level,
           case when code = %(old)s then coalesce(%(name)s, name) else name end,
           case when code = %(old)s and %(name)s is not null then null else name_en end,
           case when code = %(old)s then %(parent)s else %(new)s || substr(parent_code, length(%(new)s) + 1) end,
           mca_code, tstzrange(%(at)s, null), geom, area_m2, synthetic, source, %(import_id)s
    from ended
)
insert into region_lineage (import_id, old_code, new_code, kind)
select %(import_id)s, code, %(new)s || substr(code, length(%(new)s) + 1), 'recoded' from ended

-- name: recode_aliases
update region_alias set region_code = %(new)s || substr(region_code, length(%(new)s) + 1)
where starts_with(region_code, %(old)s)

-- name: recode_name_aliases
update name_alias set county_code = %(new)s || substr(county_code, length(%(new)s) + 1)
where starts_with(county_code, %(old)s)

-- name: recode_plans
update plan set village_code = %(new)s || substr(village_code, length(%(new)s) + 1)
where starts_with(village_code, %(old)s)

-- name: recode_grids
-- Each grid in force goes on with the same three digits under the new code.
with ended as (
    update grid set validity = tstzrange(lower(validity), %(at)s)
    where upper_inf(validity) and grid_no between %(lo)s and %(hi)s
    returning grid.*
), begun as (
    insert into grid (id, grid_no, validity, plan_id, kind, name, load, geom, area_m2)
    select gen_random_uuid(), grid_no + %(shift)s, tstzrange(%(at)s, null), plan_id, kind, name, load, geom, area_m2
    from ended
)
insert into grid_lineage (plan_id, old_no, new_no, households)
select plan_id, grid_no, grid_no + %(shift)s, load from ended

-- name: recode_duties
with ended as (
    update duty set validity = tstzrange(lower(validity), greatest(%(at)s, lower(validity) + interval '1 microsecond'))
    where upper_inf(validity) and grid_no between %(lo)s and %(hi)s
    returning account_id, grid_no, status, upper(validity) as at
)
insert into duty (id, account_id, grid_no, status, validity)
select gen_random_uuid(), account_id, grid_no + %(shift)s, status, tstzrange(at, null) from ended

-- name: recode_holders
-- Whoever is bound to the region, or to one below it, is bound to it under the new code.
update {table} set region_code = %(new)s || substr(region_code, length(%(new)s) + 1)
where starts_with(region_code, %(old)s)

-- name: renumber
-- The digits below the old code stay.
update {table} set grid_no = grid_no + %(shift)s where grid_no between %(lo)s and %(hi)s

-- name: make_numbers
create temporary table changed_number (old_no bigint primary key, new_no bigint not null) on commit drop

-- name: add_number
insert into changed_number (old_no, new_no) values (%(old_no)s, %(new_no)s)

-- name: forget_numbers
drop table changed_number

-- name: to_number
-- What stood in a grid that goes on under another number stands in it still.
update {table} t set grid_no = c.new_no from changed_number c where t.grid_no = c.old_no

-- name: number_lineage
insert into grid_lineage (plan_id, old_no, new_no, households)
select %(plan_id)s, c.old_no, c.new_no, g.load
from changed_number c join grid g on g.grid_no = c.new_no and upper_inf(g.validity)

-- name: to_village
-- What stood in the village is known to another one, and to no grid of it yet.
update {table} set grid_no = %(number)s where grid_no between %(lo)s and %(hi)s

-- name: holders_to_village
update {table} set region_code = %(new)s where region_code = %(old)s

-- name: end_region
update region set validity = tstzrange(lower(validity), %(at)s) where upper_inf(validity) and code = %(code)s

-- name: begin_village
-- The village in the place of an ended one, whose sources it keeps.
insert into region (id, code, level, name, name_en, parent_code, mca_code, validity, geom, area_m2, synthetic, source,
                    import_id)
select gen_random_uuid(), %(code)s, 5, coalesce(%(name)s, name), case when %(name)s is null then name_en end, left(%(code)s, 9),
       case when code = %(code)s then mca_code end, tstzrange(%(at)s, null), %(geom)s::geometry, %(area_m2)s, synthetic,
       source, %(import_id)s
from region where code = %(old)s order by validity desc limit 1

-- name: region_lineage
insert into region_lineage (import_id, old_code, new_code, kind) values (%(import_id)s, %(old)s, %(new)s, %(kind)s)

-- name: old_name
-- The name a region had is another name of the one that follows it.
insert into region_alias (region_code, name, kind, valid_to)
select %(new)s, r.name, 'old', (%(at)s::timestamptz at time zone 'Asia/Shanghai')::date
from (select name from region where code = %(old)s and upper(validity) = %(at)s limit 1) r
where r.name <> (select name from region where code = %(new)s and upper_inf(validity))
on conflict (region_code, name) do nothing

-- name: pass_aliases
insert into region_alias (region_code, name, kind, valid_to, import_id)
select %(new)s, name, kind, valid_to, import_id from region_alias where region_code = %(old)s
on conflict (region_code, name) do nothing

-- name: make_before
create temporary table changed_load on commit drop as
select b.id, b.grid_no, coalesce(nullif(count(k.id), 0), b.assumed_households)::int as load
from unnest(%(los)s::bigint[], %(his)s::bigint[]) as old (lo, hi)
join building b on b.grid_no between old.lo and old.hi
left join house h on h.building_id = b.id
left join household k on k.house_id = h.id and k.moved_out_on is null
group by b.id
union all
select h.id, h.grid_no, count(k.id)::int
from unnest(%(los)s::bigint[], %(his)s::bigint[]) as old (lo, hi)
join house h on h.grid_no between old.lo and old.hi and h.building_id is null
left join household k on k.house_id = h.id and k.moved_out_on is null
group by h.id

-- name: make_before_grids
create temporary table changed_grid on commit drop as
select g.grid_no, g.geom from unnest(%(los)s::bigint[], %(his)s::bigint[]) as old (lo, hi)
join grid g on g.grid_no between old.lo and old.hi and upper_inf(g.validity)

-- name: make_before_duties
create temporary table changed_duty on commit drop as
select d.id, d.account_id, d.grid_no, d.status
from unnest(%(los)s::bigint[], %(his)s::bigint[]) as old (lo, hi)
join duty d on d.grid_no between old.lo and old.hi and upper_inf(d.validity)

-- name: forget_before
drop table changed_load, changed_grid, changed_duty

-- name: end_grids
update grid set validity = tstzrange(lower(validity), %(at)s) where upper_inf(validity) and grid_no between %(lo)s and %(hi)s

-- name: retire_plans
update plan set status = 'retired', rev = rev + 1 where village_code = %(code)s and status <> 'retired'

-- name: make_stale
update plan set stale = true, rev = rev + 1 where village_code = %(code)s and status in ('draft', 'in_review') and not stale

-- name: lineage
-- Which grid went over into which, by the households that were in one and are in the other; what publish wrote stays.
insert into grid_lineage (plan_id, old_no, new_no, households)
select g.plan_id, old.grid_no, new.grid_no, sum(old.load)::int
from changed_load old
join (select id, grid_no from building union all select id, grid_no from house where building_id is null) new using (id)
join grid g on g.grid_no = new.grid_no and upper_inf(g.validity)
where mod(old.grid_no, 1000) <> 0 and old.grid_no <> new.grid_no
group by g.plan_id, old.grid_no, new.grid_no
on conflict (plan_id, old_no, new_no) do nothing

-- name: end_duties
update duty set validity = tstzrange(lower(validity), greatest(clock_timestamp(), lower(validity) + interval '1 microsecond'))
from changed_duty c
where duty.id = c.id and upper_inf(duty.validity)
  and not exists (select 1 from grid g where g.grid_no = duty.grid_no and upper_inf(g.validity))

-- name: pass_duties
-- Whoever was responsible for a grid that goes on whole under another number is responsible for it there; for a grid that
-- was divided they are proposed for the larger part. What publish proposed for a grid that goes on whole becomes active.
insert into duty (id, account_id, grid_no, status, validity)
select distinct on (c.account_id, heir.grid_no) gen_random_uuid(), c.account_id, heir.grid_no,
       case when heir.whole then c.status else 'proposed' end, tstzrange(clock_timestamp(), null)
from changed_duty c
join changed_grid o on o.grid_no = c.grid_no
cross join lateral (
    select n.grid_no, abs(st_area(o.geom) - s.shared) < st_area(o.geom) * 1e-6 as whole
    from unnest(%(los)s::bigint[], %(his)s::bigint[]) as new (lo, hi)
    join grid n on n.grid_no between new.lo and new.hi and upper_inf(n.validity) and n.geom && o.geom
    cross join lateral (select st_area(st_intersection(n.geom, o.geom)) as shared) s
    where s.shared > 0 order by s.shared desc, n.grid_no limit 1) heir
where not exists (select 1 from grid g where g.grid_no = c.grid_no and upper_inf(g.validity))
  and not exists (select 1 from duty d where d.account_id = c.account_id and d.grid_no = heir.grid_no
                                         and upper_inf(d.validity))
order by c.account_id, heir.grid_no, heir.whole desc, c.status

-- name: lineage_of
-- Where a region came from and what became of it, step by step in both directions.
with recursive walk (old_code, new_code, kind, at, import_id, forward) as (
    select l.old_code, l.new_code, l.kind, l.at, l.import_id, d.forward
    from region_lineage l cross join (values (true), (false)) as d (forward)
    where case when d.forward then l.old_code else l.new_code end = %(code)s
    union
    select l.old_code, l.new_code, l.kind, l.at, l.import_id, w.forward
    from walk w join region_lineage l on case when w.forward then l.old_code = w.new_code and l.at >= w.at
                                              else l.new_code = w.old_code and l.at <= w.at end
)
select distinct w.old_code, o.name as old_name, w.new_code, n.name as new_name, w.kind, w.at, w.import_id
from walk w
left join lateral (select name from region where code = w.old_code and lower(validity) <= w.at
                   order by lower(validity), validity desc limit 1) o on true
left join lateral (select name from region where code = w.new_code and validity @> 'infinity'::timestamptz
                   limit 1) n on true
order by w.at, w.old_code, w.new_code
