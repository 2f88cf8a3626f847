-- Who lived where and when, and what goes along with a move. Names are masked here, so that they never leave the database.

-- name: persons_follow
-- Those who left the household too: their row is where its row is.
update person p set grid_no = k.grid_no
from household k where k.id = %(household_id)s and p.household_id = k.id and p.grid_no <> k.grid_no

-- name: enrolments_follow
update enrolment e set grid_no = p.grid_no
from person p where p.household_id = %(household_id)s and e.person_id = p.id and e.grid_no <> p.grid_no

-- name: residences_follow
update residence r set grid_no = k.grid_no
from household k where k.id = %(household_id)s and r.household_id = k.id and r.grid_no <> k.grid_no

-- name: duplicates_follow
update duplicate d set grid_no = p.grid_no
from person p where p.household_id = %(household_id)s and d.kept_id = p.id and d.grid_no <> p.grid_no

-- name: stays_of_person
select r.household_id, k.rev as household_rev, o.house_id, h.address, r.person_id, p.rev as person_rev,
       left(p.name, 1) || '**' as name, p.sex, p.birth_year, lower(stay.during) as begins_on, upper(stay.during) as ends_on
from residence r
join person p on p.id = r.person_id
left join household k on k.id = r.household_id
left join occupancy o on o.household_id = r.household_id and o.during && r.during
left join house h on h.id = o.house_id
cross join lateral (select r.during * coalesce(o.during, r.during) as during) stay
where r.person_id = %(id)s
order by lower(stay.during) desc nulls last, o.id

-- name: stays_of_household
select o.household_id, k.rev as household_rev, o.house_id, h.address, null::uuid as person_id, null::int as person_rev,
       null::text as name, null::text as sex, null::int as birth_year, lower(o.during) as begins_on, upper(o.during) as ends_on
from occupancy o join house h on h.id = o.house_id
left join household k on k.id = o.household_id
where o.household_id = %(id)s
order by lower(o.during) desc nulls last, o.id

-- name: stays_in_house
-- Each household that lived there, with each of its persons of that time; on a day (null: ever). Who has moved out of the caller's
-- region since has no name here.
select o.household_id, k.rev as household_rev, o.house_id, h.address, r.person_id, p.rev as person_rev,
       left(p.name, 1) || '**' as name, p.sex, p.birth_year, lower(stay.during) as begins_on, upper(stay.during) as ends_on
from occupancy o
join house h on h.id = o.house_id
left join household k on k.id = o.household_id
left join residence r on r.household_id = o.household_id and r.during && o.during
    and (%(on)s::date is null or r.during @> %(on)s::date)
left join person p on p.id = r.person_id
cross join lateral (select o.during * coalesce(r.during, o.during) as during) stay
where o.house_id = %(id)s and (%(on)s::date is null or o.during @> %(on)s::date)
order by lower(stay.during) desc nulls last, o.id, r.id
