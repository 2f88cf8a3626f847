-- Publishing a plan: old grids end, new ones begin, everything is re-homed; all in one transaction.

-- name: make_before
create temporary table before_publish (id uuid, grid_no bigint, load int) on commit drop

-- name: forget_before
drop table before_publish

-- name: remember
-- Where each load was before: what moved is told by comparing with where it is afterwards.
insert into before_publish (id, grid_no, load)
select b.id, b.grid_no, coalesce(nullif(count(k.id), 0), b.assumed_households)::int as load
from building b
left join house h on h.building_id = b.id
left join household k on k.house_id = h.id and k.moved_out_on is null
where b.grid_no between %(lo)s and %(hi)s
group by b.id
union all
select h.id, h.grid_no, count(k.id)::int
from house h
left join household k on k.house_id = h.id and k.moved_out_on is null
where h.grid_no between %(lo)s and %(hi)s and h.building_id is null
group by h.id

-- name: end_grids
update grid set validity = tstzrange(lower(validity), %(at)s)
where grid_no = any(%(numbers)s) and upper_inf(validity)

-- name: begin_grid
insert into grid (id, grid_no, validity, plan_id, kind, name, load, geom, area_m2)
values (%(id)s, %(grid_no)s, tstzrange(%(at)s, null), %(plan_id)s, %(kind)s, %(name)s, %(load)s,
        st_setsrid(%(geom)s::geometry, 4326), st_area(st_setsrid(%(geom)s::geometry, 4326)::geography))

-- name: weigh
update grid set load = %(load)s where grid_no = %(grid_no)s and upper_inf(validity) and load <> %(load)s

-- name: retire
update plan set status = 'retired', rev = rev + 1
where village_code = %(code)s and status = 'published' and id <> %(plan_id)s

-- name: lineage
insert into grid_lineage (plan_id, old_no, new_no, households)
select %(plan_id)s, old.grid_no, new.grid_no, sum(old.load)::int
from before_publish old
join (select id, grid_no from building where grid_no between %(lo)s and %(hi)s
      union all
      select id, grid_no from house where grid_no between %(lo)s and %(hi)s and building_id is null) new using (id)
where old.grid_no %% 1000 <> 0 and new.grid_no %% 1000 <> 0
group by old.grid_no, new.grid_no

-- name: end_duties
update duty set validity = tstzrange(lower(validity), greatest(%(at)s, lower(validity) + interval '1 microsecond'))
where upper_inf(validity) and grid_no between %(lo)s and %(hi)s
  and not exists (select 1 from grid g where g.grid_no = duty.grid_no and upper_inf(g.validity))
returning id

-- name: propose_heirs
-- Whoever was responsible for an ended grid is proposed for the grid that most of its households went to.
insert into duty (id, account_id, grid_no, status, validity)
select distinct on (d.account_id, heir.new_no) gen_random_uuid(), d.account_id, heir.new_no, 'proposed',
       tstzrange(%(at)s, null)
from duty d
cross join lateral (
    select l.new_no from grid_lineage l
    where l.plan_id = %(plan_id)s and l.old_no = d.grid_no order by l.households desc, l.new_no limit 1) heir
where d.id = any(%(duties)s) and d.status = 'active'
  and not exists (select 1 from duty o where o.account_id = d.account_id and o.grid_no = heir.new_no
                                         and upper_inf(o.validity))
order by d.account_id, heir.new_no

-- name: unplaced
-- What lies in the village but in none of its grids after a publish: nothing but what is known to the village only.
select count(*) from building
where grid_no = %(lo)s and level in ('house', 'building', 'street', 'hamlet')
