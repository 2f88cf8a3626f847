-- What may be in a register twice: found, offered, merged, and taken apart again. The row registered first is proposed to be kept; of more
-- than two each is offered with that one, and what comes later with the one that leads already, so that no triangle arises. A pair is
-- offered once: what was said to be two stays so.

-- name: find_persons
-- The same id number; or name, year of birth and house, unless two id numbers say that they are two.
with ranged as not materialized (
    select p.*, k.house_id, p.id in (select kept_id from duplicate where register = 'person') as leads
    from person p join household k on k.id = p.household_id
    where p.grid_no between %(first)s::bigint and %(last)s::bigint
), fresh as materialized (
    select id_no_index, house_id, name, birth_year from ranged
    where %(import_id)s::uuid is null or import_id = %(import_id)s::uuid
), by_number as (
    select r.id, r.id_no_index, first_value(r.id) over w as kept_id, first_value(r.grid_no) over w as grid_no
    from ranged r
    where r.id_no_index in (select id_no_index from fresh)
    window w as (partition by r.id_no_index order by r.leads desc, r.created_at, r.ref, r.id)
), by_name as (
    select r.id, r.id_no_index, first_value(r.id) over w as kept_id, first_value(r.grid_no) over w as grid_no,
           first_value(r.id_no_index) over w as kept_index
    from ranged r
    where (r.house_id, r.name, r.birth_year) in (select house_id, name, birth_year from fresh)
    window w as (partition by r.house_id, r.name, r.birth_year order by r.leads desc, r.created_at, r.ref, r.id)
), pair as (
    select kept_id, id as other_id, grid_no, 'id_no' as why from by_number where id <> kept_id
    union all
    select kept_id, id, grid_no, 'name_birth_year_house' from by_name
    where id <> kept_id and (id_no_index = kept_index) is not false
)
insert into duplicate (id, register, kept_id, other_id, grid_no, why)
select gen_random_uuid(), 'person', p.kept_id, p.other_id, p.grid_no, array_agg(distinct p.why order by p.why)
from pair p
where not exists (select from duplicate d where d.register = 'person' and d.kept_id = p.other_id and d.other_id = p.kept_id)
group by p.kept_id, p.other_id, p.grid_no
on conflict do nothing

-- name: find_houses
-- The same parts of the address, or where there are none the same text, in one village; not in two buildings.
with keyed as not materialized (
    select h.id, h.grid_no, h.building_id, h.created_at, h.ref, h.import_id, h.grid_no / 1000 as village,
           h.id in (select kept_id from duplicate where register = 'house') as leads,
           case when coalesce(h.street, h.estate, h.hamlet, h.group_no) is null or coalesce(h.number, h.building_no, h.room) is null
                then h.address
                else concat_ws('|', coalesce(h.street, ''), coalesce(h.estate, ''), coalesce(h.hamlet, ''), coalesce(h.group_no, ''),
                               coalesce(h.number, ''), coalesce(h.building_no, ''), coalesce(h.unit, ''), coalesce(h.floor, ''),
                               coalesce(h.room, '')) end as address_key
    from house h where h.grid_no between %(first)s::bigint and %(last)s::bigint
), fresh as materialized (
    select distinct village, address_key from keyed where %(import_id)s::uuid is null or import_id = %(import_id)s::uuid
), ranked as (
    select k.id, k.building_id, first_value(k.id) over w as kept_id, first_value(k.grid_no) over w as grid_no,
           first_value(k.building_id) over w as kept_building_id
    from keyed k join fresh using (village, address_key)
    window w as (partition by k.village, k.address_key order by k.leads desc, k.created_at, k.ref, k.id)
)
insert into duplicate (id, register, kept_id, other_id, grid_no, why)
select gen_random_uuid(), 'house', r.kept_id, r.id, r.grid_no, array['address']
from ranked r
where r.id <> r.kept_id and (r.building_id = r.kept_building_id) is not false
  and not exists (select from duplicate d where d.register = 'house' and d.kept_id = r.id and d.other_id = r.kept_id)
on conflict do nothing

-- name: page
-- Offers by place; names masked, and of what is sealed only whether it agrees. Of two rows one of which lies outside the scope nothing
-- is offered.
with side as not materialized (
    select 'house' as register, h.id, h.rev, h.ref, h.grid_no, h.address, h.level, null::text as name, null::text as sex,
           null::int as birth_year, null::text as residence, null::date as moved_in_on, null::date as moved_out_on,
           (select count(*) from household k where k.house_id = h.id and k.moved_out_on is null) as members, h.created_at
    from house h
    union all
    select 'person', p.id, p.rev, p.ref, p.grid_no, h.address, null, left(p.name, 1) || '**', p.sex, p.birth_year, p.residence,
           p.moved_in_on, p.moved_out_on, 1, p.created_at
    from person p join household k on k.id = p.household_id join house h on h.id = k.house_id
)
select d.id, d.register, d.why, d.status, d.grid_no, d.found_at, d.decided_at, to_jsonb(kept) as kept, to_jsonb(other) as other,
       sealed.same
from duplicate d
join side kept on kept.register = d.register and kept.id = d.kept_id
left join side other on other.register = d.register and other.id = d.other_id
left join lateral (
    select jsonb_build_object('name', a.name = b.name, 'phone', a.phone_index = b.phone_index, 'id_no', a.id_no_index = b.id_no_index) as same
    from person a, person b where a.id = d.kept_id and b.id = d.other_id
) sealed on true
where d.grid_no between %(first)s::bigint and %(last)s::bigint and d.status = %(status)s
  and (d.status = 'merged' or other.id is not null)
  and (%(register)s::text is null or d.register = %(register)s::text)
  and (%(after)s::bigint is null or (d.grid_no, d.id) > (%(after)s::bigint, %(after_id)s::uuid))
order by d.grid_no, d.id
limit %(limit)s

-- name: counts
-- By village, as many as the pages of that status and register have.
select d.grid_no / 1000 * 1000 as number, count(*) as n
from duplicate d
where d.grid_no between %(first)s::bigint and %(last)s::bigint and d.status = %(status)s
  and (%(register)s::text is null or d.register = %(register)s::text)
  and exists (select from house h where h.id = d.kept_id union all select from person p where p.id = d.kept_id)
  and (d.status = 'merged'
       or exists (select from house h where h.id = d.other_id union all select from person p where p.id = d.other_id))
group by 1
order by 1

-- name: children_of_person
select jsonb_build_object('enrolment', (select coalesce(jsonb_agg(id), '[]') from enrolment where person_id = %(id)s))

-- name: children_of_house
select jsonb_build_object(
    'household', (select coalesce(jsonb_agg(id), '[]') from household where house_id = %(id)s),
    'occupancy', (select coalesce(jsonb_agg(id), '[]') from occupancy where house_id = %(id)s),
    'visit', (select coalesce(jsonb_agg(id), '[]') from visit where house_id = %(id)s),
    'address_alias', (select coalesce(jsonb_agg(id), '[]') from address_alias where house_id = %(id)s),
    'review', (select coalesce(jsonb_agg(id), '[]') from review where register = 'house' and row_id = %(id)s))

-- name: hand_over
update {table} set {column} = %(to)s where id = any(%(ids)s::uuid[]) and {column} = %(from)s

-- name: row_of
select to_jsonb(t) from {table} t where t.id = %(id)s

-- name: stays_of
select coalesce(jsonb_agg(to_jsonb(r)), '[]') from residence r where r.person_id = %(id)s

-- name: take_stays
-- The other's stays that lie wholly before the last one of the row kept and beside all of its own.
update residence r set person_id = %(kept_id)s
where r.person_id = %(other_id)s
  and not exists (select from residence own where own.person_id = %(kept_id)s
                  and (own.during && r.during or lower(own.during) is null and upper_inf(own.during)))
  and upper(r.during) <= (select lower(own.during) from residence own where own.person_id = %(kept_id)s
                          order by upper(own.during) desc nulls first limit 1)

-- name: fill_person
-- What the row kept has not said itself; of the two columns of a sealed value both or none.
update person k set
    sex = coalesce(k.sex, o.sex), birth_year = coalesce(k.birth_year, o.birth_year), ref = coalesce(k.ref, o.ref),
    phone_cipher = case when k.phone_index is null then o.phone_cipher else k.phone_cipher end,
    phone_index = coalesce(k.phone_index, o.phone_index),
    id_no_cipher = case when k.id_no_index is null then o.id_no_cipher else k.id_no_cipher end,
    id_no_index = coalesce(k.id_no_index, o.id_no_index),
    rev = k.rev + 1, updated_at = now(), updated_by = %(by)s
from person o where k.id = %(kept_id)s and o.id = %(other_id)s

-- name: fill_house
-- A house without a point takes the other's place as a whole.
update house k set
    street = coalesce(k.street, o.street), estate = coalesce(k.estate, o.estate), hamlet = coalesce(k.hamlet, o.hamlet),
    group_no = coalesce(k.group_no, o.group_no), number = coalesce(k.number, o.number),
    building_no = coalesce(k.building_no, o.building_no), unit = coalesce(k.unit, o.unit), floor = coalesce(k.floor, o.floor),
    room = coalesce(k.room, o.room), ref = coalesce(k.ref, o.ref),
    grid_no = case when k.point is null and o.point is not null then o.grid_no else k.grid_no end,
    level = case when k.point is null and o.point is not null then o.level else k.level end,
    radius_m = case when k.point is null and o.point is not null then o.radius_m else k.radius_m end,
    confidence = case when k.point is null and o.point is not null then o.confidence else k.confidence end,
    source = case when k.point is null and o.point is not null then o.source else k.source end,
    source_crs = case when k.point is null and o.point is not null then o.source_crs else k.source_crs end,
    building_id = case when k.point is null and o.point is not null then o.building_id else k.building_id end,
    point = coalesce(k.point, o.point),
    rev = k.rev + 1, updated_at = now(), updated_by = %(by)s
from house o where k.id = %(kept_id)s and o.id = %(other_id)s

-- name: other_offers
select coalesce(jsonb_agg(to_jsonb(d)), '[]') from duplicate d
where d.id <> %(duplicate_id)s and d.status <> 'merged' and %(id)s in (d.kept_id, d.other_id)

-- name: drop_offers
delete from duplicate d where d.id <> %(duplicate_id)s and d.status <> 'merged' and %(id)s in (d.kept_id, d.other_id)

-- name: delete_row
delete from {table} where id = %(id)s

-- name: return_row
-- Every column but those that are computed.
insert into {table} ({columns}) select {columns} from jsonb_populate_record(null::{table}, %(row)s::jsonb) r

-- name: return_stays
insert into residence (id, person_id, household_id, grid_no, during, created_at, created_by)
select r.id, r.person_id, r.household_id, k.grid_no, r.during, r.created_at, r.created_by
from jsonb_populate_recordset(null::residence, %(stays)s::jsonb) r join household k on k.id = r.household_id

-- name: drop_stays
delete from residence where person_id = %(id)s or id in (select (stay ->> 'id')::uuid from jsonb_array_elements(%(stays)s::jsonb) stay)

-- name: return_offers
-- Those whose two rows are there still.
insert into duplicate (id, register, kept_id, other_id, grid_no, why, status, found_at, decided_at, decided_by)
select d.id, d.register, d.kept_id, d.other_id, kept.grid_no, d.why, d.status, d.found_at, d.decided_at, d.decided_by
from jsonb_populate_recordset(null::duplicate, %(offers)s::jsonb) d
join (select id, grid_no from house union all select id, grid_no from person) kept on kept.id = d.kept_id
join (select id from house union all select id from person) other on other.id = d.other_id
on conflict do nothing

-- name: empty_person
update person k set sex = o.sex, birth_year = o.birth_year, ref = o.ref, phone_cipher = o.phone_cipher, phone_index = o.phone_index,
    id_no_cipher = o.id_no_cipher, id_no_index = o.id_no_index, rev = k.rev + 1, updated_at = now(), updated_by = %(by)s
from jsonb_populate_record(null::person, %(row)s::jsonb) o where k.id = o.id

-- name: empty_house
update house k set street = o.street, estate = o.estate, hamlet = o.hamlet, group_no = o.group_no, number = o.number,
    building_no = o.building_no, unit = o.unit, floor = o.floor, room = o.room, ref = o.ref, grid_no = o.grid_no, level = o.level,
    radius_m = o.radius_m, confidence = o.confidence, source = o.source, source_crs = o.source_crs, building_id = o.building_id,
    point = o.point, rev = k.rev + 1, updated_at = now(), updated_by = %(by)s
from jsonb_populate_record(null::house, %(row)s::jsonb) o where k.id = o.id

-- name: rehome_house
-- A house that comes back is where its building or its point is now: grids may have been published since.
update house h set grid_no = coalesce((select b.grid_no from building b where b.id = h.building_id),
                                      case when h.level in ('house', 'building', 'street', 'hamlet') then place_of(h.point) end,
                                      h.grid_no / 1000 * 1000)
where h.id = any(%(ids)s::uuid[])

-- name: rehome_person
update person p set grid_no = k.grid_no from household k where k.id = p.household_id and p.id = any(%(ids)s::uuid[])
