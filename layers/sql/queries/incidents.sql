-- Single incidents; the row-level policy keeps to the scope.

-- name: card
-- A grid's name is that of its last version: the one that handled an incident may have ended since.
select i.id, i.rev, i.ref, i.kind, k.name_zh as kind_name_zh, k.name_en as kind_name_en, i.text, i.occurred_at,
       i.grid_no, i.handled_grid_no, i.level, i.radius_m, i.source, i.created_at as reported_at,
       case when i.level in ('house', 'building', 'street') then st_x(i.point) end as lon,
       case when i.level in ('house', 'building', 'street') then st_y(i.point) end as lat,
       (select g.name from grid g where g.grid_no = i.grid_no order by lower(g.validity) desc limit 1) as grid_name,
       (select g.name from grid g where g.grid_no = i.handled_grid_no order by lower(g.validity) desc limit 1)
           as handled_grid_name,
       o.id as import_id, o.source_name, o.at as imported_at
from incident i
join incident_kind k on k.code = i.kind
left join import_log o on o.id = i.import_id
where i.id = %(id)s::uuid
  and i.grid_no between %(lo)s::bigint and %(hi)s::bigint
  and (%(grids)s::bigint[] is null or i.grid_no = any(%(grids)s::bigint[]))

-- name: path
-- A region and all above it, the province first.
select r.code, r.level, r.name from region r
where upper_inf(r.validity) and r.code = any(%(codes)s::text[])
order by r.level
