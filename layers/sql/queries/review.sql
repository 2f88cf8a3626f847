-- The review queue; the row-level policy keeps to the scope.

-- name: forget_open
-- What waited for these rows before: a row waits once.
delete from review where register = %(register)s and row_id = any(%(rows)s::uuid[]) and status = 'open'

-- name: open
-- What waits in a place, by place.
select r.id, r.register, r.row_id, r.text, r.grid_no, r.level, r.reasons, jsonb_array_length(r.candidates) as candidates,
       r.status, r.rev, r.decided_at, r.grid_no as key
from review r
where r.status = 'open' and r.grid_no between %(first)s::bigint and %(last)s::bigint
  and r.grid_no between %(lo)s::bigint and %(hi)s::bigint
  and (%(grids)s::bigint[] is null or r.grid_no = any(%(grids)s::bigint[]))
  and r.register = any(%(registers)s::text[])
  and (%(reason)s::text is null or r.reasons @> jsonb_build_array(jsonb_build_object('kind', %(reason)s::text)))
  and (%(after)s::bigint is null or (r.grid_no, r.id) > (%(after)s::bigint, %(after_id)s::uuid))
order by r.grid_no, r.id
limit %(limit)s

-- name: decided
-- What was decided in a place, newest first; the key counts microseconds back from then.
select r.id, r.register, r.row_id, r.text, r.grid_no, r.level, r.reasons, jsonb_array_length(r.candidates) as candidates,
       r.status, r.rev, r.decided_at, back.key
from review r
cross join lateral (select -(extract(epoch from r.decided_at) * 1000000)::bigint as key) back
where r.status <> 'open' and r.grid_no between %(first)s::bigint and %(last)s::bigint
  and r.grid_no between %(lo)s::bigint and %(hi)s::bigint
  and (%(grids)s::bigint[] is null or r.grid_no = any(%(grids)s::bigint[]))
  and r.register = any(%(registers)s::text[])
  and (%(reason)s::text is null or r.reasons @> jsonb_build_array(jsonb_build_object('kind', %(reason)s::text)))
  and (%(after)s::bigint is null or (back.key, r.id) > (%(after)s::bigint, %(after_id)s::uuid))
order by back.key, r.id
limit %(limit)s

-- name: counts
select r.grid_no / %(unit)s::bigint * %(unit)s::bigint as number, count(*) as n
from review r
where r.status = 'open' and r.grid_no between %(first)s::bigint and %(last)s::bigint
  and r.grid_no between %(lo)s::bigint and %(hi)s::bigint
  and (%(grids)s::bigint[] is null or r.grid_no = any(%(grids)s::bigint[]))
  and r.register = any(%(registers)s::text[])
  and (%(reason)s::text is null or r.reasons @> jsonb_build_array(jsonb_build_object('kind', %(reason)s::text)))
group by 1
order by 1

-- name: names
select code, name from region where upper_inf(validity) and code = any(%(codes)s::text[])

-- name: card
-- An entry with the place of its row. A row that a reader may not see has its entry hidden too: both carry one number.
select r.id, r.register, r.row_id, r.text, r.grid_no, r.level, r.reasons, r.candidates, r.status, r.rev, r.created_at,
       r.decided_at, who.login as decided_by, r.before ->> 'why' as why, (r.before ->> 'with')::uuid as with_id,
       o.name, st_x(o.point) as lon, st_y(o.point) as lat, o.radius_m
from review r
left join account who on who.id = r.decided_by
left join lateral register_row(r.register, r.row_id) o on true
where r.id = %(id)s::uuid and r.register = any(%(registers)s::text[])

-- name: entry
select id, register, row_id, text, grid_no, level, reasons, candidates, status, rev, before
from review where id = %(id)s::uuid and register = any(%(registers)s::text[])

-- name: entry_locked
select id, register, row_id, text, grid_no, level, reasons, candidates, status, rev, before
from review where id = %(id)s::uuid and register = any(%(registers)s::text[])
for update

-- name: open_around
-- What else waits in a region: whether it says the same is told by its normalised text.
select id, register, row_id, text, grid_no, level, reasons, candidates, status, rev, before
from review
where status = 'open' and grid_no between %(first)s::bigint and %(last)s::bigint and register = any(%(registers)s::text[])
  and id <> %(id)s::uuid
order by grid_no, id

-- name: decided_with
select id, register from review where before ->> 'with' = %(id)s and status <> 'open'
order by grid_no, id

-- name: settle
update review
set status = %(status)s, before = %(before)s, rev = rev + 1, decided_at = now(), decided_by = %(by)s, grid_no = %(grid_no)s
where id = %(id)s::uuid

-- name: reopen
update review
set status = 'open', before = null, rev = rev + 1, decided_at = null, decided_by = null, grid_no = %(grid_no)s
where id = %(id)s::uuid

-- name: house_names
select h.street, h.estate, h.hamlet, h.number, h.building_no from house h where h.id = %(house_id)s::uuid

-- name: taken_names
-- Which of these words are real names of the county, or other names that mean something else already.
select p.name from place_name p
where p.village_code between %(county)s || '000000' and %(county)s || '999999' and p.name = any(%(words)s::text[])
union
select a.alias from name_alias a
where a.county_code = %(county)s and a.alias = any(%(words)s::text[]) and a.name <> all(%(names)s::text[])
union
select r.name from region r
where upper_inf(r.validity) and r.code between %(county)s and %(county)s || '999999' and r.name = any(%(words)s::text[])
union
select o.name from region_alias o
where o.region_code between %(county)s and %(county)s || '999999' and o.name = any(%(words)s::text[])

-- name: path_names
select code, name from region where upper_inf(validity) and code = any(%(codes)s::text[]) order by level

-- name: learn_name
insert into name_alias (id, county_code, kind, alias, name, review_id, created_by)
values (gen_random_uuid(), %(county)s, %(kind)s, %(alias)s, %(name)s, %(review_id)s, %(by)s)
on conflict do nothing

-- name: learn_region
insert into region_alias (region_code, name, kind, review_id) values (%(code)s, %(alias)s, 'learned', %(review_id)s)
on conflict do nothing

-- name: learn_address
-- A text that was placed elsewhere before is left alone: it means two places.
insert into address_alias (id, region_code, text, house_id, point, grid_no, review_id, created_by)
values (gen_random_uuid(), %(region)s, %(text)s, %(house_id)s::uuid,
        case when %(house_id)s::uuid is null then st_setsrid(st_makepoint(%(lon)s::float8, %(lat)s::float8), 4326) end,
        %(grid_no)s, %(review_id)s, %(by)s)
on conflict do nothing

-- name: forget_names
delete from name_alias where review_id = %(id)s::uuid

-- name: forget_regions
delete from region_alias where review_id = %(id)s::uuid

-- name: forget_addresses
delete from address_alias where review_id = %(id)s::uuid
