-- One row of a placed register by the register's name: none where there is no such row, or none within the scope. A function of one
-- statement, not strict, in FROM: the planner writes it out there, so that each register is asked by its primary key and what the
-- caller does not take is not computed (EXPLAIN names no function).
create or replace function register_row(register text, row_id uuid)
returns table (grid_no bigint, name text, point geometry, radius_m float8)
language sql stable parallel safe
as $$
    select b.grid_no, b.name, b.point, b.radius_m from building b where register = 'building' and b.id = row_id
    union all
    select h.grid_no, null, h.point, h.radius_m from house h where register = 'house' and h.id = row_id
    union all
    select f.grid_no, f.name, f.point, f.radius_m from facility f where register = 'facility' and f.id = row_id
    union all
    select o.grid_no, o.name, o.point, o.radius_m from organisation o where register = 'organisation' and o.id = row_id
    union all
    select i.grid_no, (select k.name_zh from incident_kind k where k.code = i.kind), i.point, i.radius_m
    from incident i where register = 'incident' and i.id = row_id
    union all
    select p.grid_no, p.name, p.point, p.radius_m from place p where register = 'place' and p.id = row_id
$$;
