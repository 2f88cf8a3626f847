-- The import log, and what must be known and done to take an import back.

-- name: list_imports
-- Newest first; an import of the whole database is seen only by whoever sees all of it, and by whoever made it. What is not
-- seen is no place to go on after either: the answer would tell that it is there.
with seen as (
    select * from import_log
    where %(all)s or by = %(own)s
       or (region_code is not null and rpad(region_code, 15, '0')::bigint >= %(lo)s and rpad(region_code, 15, '9')::bigint <= %(hi)s)
)
select i.id, i.kind, i.source_name, i.crs, i.rows, i.counts, jsonb_array_length(i.faults) as fault_count, i.at,
       who.login as by, i.region_code, i.undone_at, undoer.login as undone_by
from seen i
left join account who on who.id = i.by
left join account undoer on undoer.id = i.undone_by
where %(after)s::uuid is null or (i.at, i.id) < (select a.at, a.id from seen a where a.id = %(after)s::uuid)
order by i.at desc, i.id desc
limit %(limit)s

-- name: find_import
select i.id, i.kind, i.source_name, i.crs, i.rows, i.counts, jsonb_array_length(i.faults) as fault_count, i.at,
       who.login as by, i.region_code, i.undone_at, undoer.login as undone_by, i.faults
from import_log i
left join account who on who.id = i.by
left join account undoer on undoer.id = i.undone_by
where i.id = %(import_id)s
  and (%(all)s or (i.region_code is not null and rpad(i.region_code, 15, '0')::bigint >= %(lo)s
                   and rpad(i.region_code, 15, '9')::bigint <= %(hi)s)
       or i.by = %(own)s)

-- name: reaches_home
-- Whether the account's whole region lies in what is asked from.
select exists (select from account where id = %(account_id)s and rpad(region_code, 15, '0')::bigint >= %(lo)s
                                     and rpad(region_code, 15, '9')::bigint <= %(hi)s)

-- name: edited
select {table_name} || ' ' || coalesce(t.ref, t.id::text) as "where", 'was edited since (rev ' || t.rev || ')' as message,
       count(*) over () as total
from {table} t where t.import_id = %(import_id)s and t.rev <> 1 order by 1 limit 20

-- name: left
-- How many rows of an import are there still, as far as the caller sees them.
select count(*) from {table} where import_id = %(import_id)s

-- name: hanging_on_building
select 'house ' || coalesce(h.ref, h.id::text) as "where",
       'stands in building ' || coalesce(b.ref, b.id::text) || ' of this import' as message, count(*) over () as total
from building b join house h on h.building_id = b.id
where b.import_id = %(import_id)s and h.import_id is distinct from %(import_id)s order by 1 limit 20

-- name: hanging_on_house
select 'household ' || coalesce(k.ref, k.id::text) as "where",
       'lives in house ' || coalesce(h.ref, h.id::text) || ' of this import' as message, count(*) over () as total
from house h join household k on k.house_id = h.id
where h.import_id = %(import_id)s and k.import_id is distinct from %(import_id)s order by 1 limit 20

-- name: hanging_visits
select 'visit ' || v.id::text as "where",
       'was made at house ' || coalesce(h.ref, h.id::text) || ' of this import' as message, count(*) over () as total
from house h join visit v on v.house_id = h.id
where h.import_id = %(import_id)s and v.import_id is distinct from %(import_id)s order by 1 limit 20

-- name: hanging_on_household
-- Persons by key or id, never by name: whoever undoes may not see them.
select 'person ' || coalesce(p.ref, p.id::text) as "where",
       'belongs to household ' || coalesce(k.ref, k.id::text) || ' of this import' as message, count(*) over () as total
from household k join person p on p.household_id = k.id
where k.import_id = %(import_id)s and p.import_id is distinct from %(import_id)s order by 1 limit 20

-- name: hanging_on_person
select 'enrolment ' || e.id::text as "where",
       'is of person ' || coalesce(p.ref, p.id::text) || ' of this import' as message, count(*) over () as total
from person p join enrolment e on e.person_id = p.id
where p.import_id = %(import_id)s and e.import_id is distinct from %(import_id)s order by 1 limit 20

-- name: hanging_occupancy
select 'household ' || coalesce(k.ref, k.id::text) as "where",
       'once lived in house ' || coalesce(h.ref, h.id::text) || ' of this import' as message, count(*) over () as total
from house h join occupancy o on o.house_id = h.id join household k on k.id = o.household_id and k.house_id <> h.id
where h.import_id = %(import_id)s and k.import_id is distinct from %(import_id)s order by 1 limit 20

-- name: hanging_residence
select 'person ' || coalesce(p.ref, p.id::text) as "where",
       'once belonged to household ' || coalesce(k.ref, k.id::text) || ' of this import' as message, count(*) over () as total
from household k join residence r on r.household_id = k.id join person p on p.id = r.person_id and p.household_id <> k.id
where k.import_id = %(import_id)s and p.import_id is distinct from %(import_id)s order by 1 limit 20

-- name: forget_duplicates
-- What was offered with a row that goes is offered no more.
delete from duplicate d
using (select id from house where import_id = %(import_id)s union all select id from person where import_id = %(import_id)s) gone
where gone.id in (d.kept_id, d.other_id)

-- name: ended_duties
select 'duty ' || d.id::text as "where", 'for grid ' || d.grid_no || ' has ended since' as message,
       count(*) over () as total
from duty d where d.import_id = %(import_id)s and not upper_inf(d.validity) order by 1 limit 20

-- name: make_undone_region
-- The versions of regions that an import made: their validity began with it, in its own transaction.
create temporary table undone_region on commit drop as
select r.id, r.code, r.name, r.level, r.lo, r.hi, r.geom,
       former.id as former_id, former.geom as former_geom,
       former.geom is distinct from r.geom as reshaped
from region r
join import_log i on i.id = %(import_id)s
left join region former on former.code = r.code and upper(former.validity) = i.at
where r.import_id = i.id and lower(r.validity) = i.at

-- name: forget_undone_region
drop table if exists undone_region

-- name: regions_changed_in_place
-- A civil affairs' code is put right in the row itself: what it was before is not known any more.
select 'region ' || r.code as "where", 'its civil affairs'' code was changed in place: import the former list again' as message,
       count(*) over () as total
from region r join import_log i on i.id = r.import_id
where r.import_id = %(import_id)s and lower(r.validity) <> i.at order by 1 limit 20

-- name: regions_changed_again
select 'region ' || u.code as "where", 'was changed again on ' || to_char(lower(later.validity), 'YYYY-MM-DD HH24:MI') as message,
       count(*) over () as total
from undone_region u
join region mine on mine.id = u.id
join region later on later.code = u.code and lower(later.validity) > lower(mine.validity)
union all
select 'region ' || u.code, 'has ended since', count(*) over ()
from undone_region u join region mine on mine.id = u.id
where not upper_inf(mine.validity)
  and not exists (select 1 from region later where later.code = u.code and lower(later.validity) > lower(mine.validity))
order by 1 limit 20

-- name: regions_below
select 'region ' || c.code as "where", 'lies in region ' || u.code || ' of this import' as message, count(*) over () as total
from undone_region u join region c on c.parent_code = u.code
where u.former_id is null and c.import_id is distinct from %(import_id)s order by 1 limit 20

-- name: plans_published
-- Grids of a new village, or of one whose boundary this import changed, published since.
select 'plan ' || p.id::text as "where",
       case when u.former_id is null then 'is of village ' || u.code || ' of this import'
            else 'was published on the boundary of ' || u.code || ' of this import' end as message,
       count(*) over () as total
from undone_region u
join plan p on p.village_code = u.code
join import_log i on i.id = %(import_id)s
where u.former_id is null or (u.reshaped and p.published_at >= i.at)
order by 1 limit 20

-- name: accounts_of_regions
select 'account ' || a.login as "where", 'is of region ' || u.code || ' of this import' as message, count(*) over () as total
from undone_region u join account a on a.region_code = u.code
where u.former_id is null order by 1 limit 20

-- name: registered_in_regions
-- Rows of others in regions that would be there no more.
select {table_name} || ' ' || coalesce(t.ref, t.id::text) as "where", 'is registered in region ' || u.code || ' of this import' as message,
       count(*) over () as total
from undone_region u
join {table} t on t.grid_no between u.lo and u.hi
where u.former_id is null and t.import_id is distinct from %(import_id)s
  and not exists (select 1 from undone_region deeper
                  where deeper.former_id is null and deeper.level > u.level and t.grid_no between deeper.lo and deeper.hi)
order by 1 limit 20

-- name: delete_rows
delete from {table} where import_id = %(import_id)s

-- name: weigh_plans
-- A plan fits again when its village has again the boundary that it was made for; what was made for the other does not.
with fits as (
    select p.id, p.stale,
           not exists (select 1 from region v
                       where v.code = p.village_code and v.validity @> p.created_at
                         and st_asbinary(v.geom) = st_asbinary(u.former_geom)) as stale_now
    from undone_region u join plan p on p.village_code = u.code
    where u.former_id is not null and u.reshaped and p.status <> 'retired'
)
update plan set stale = fits.stale_now, rev = plan.rev + 1
from fits where plan.id = fits.id and plan.stale <> fits.stale_now

-- name: forget_aliases
-- Other names of regions that are there no more, whoever brought them.
delete from region_alias where region_code in (select code from undone_region where former_id is null)

-- name: delete_regions
delete from region where id in (select id from undone_region)

-- name: reopen_regions
update region set validity = tstzrange(lower(validity), null)
where id in (select former_id from undone_region)

-- name: reshaped_villages
select code from undone_region where level = 5 and former_id is not null and reshaped order by code
