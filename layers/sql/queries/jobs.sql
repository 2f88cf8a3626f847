-- Long work that a page waits for: each step in a transaction of its own, so that others see it while the work goes on.

-- name: open
insert into job (id, kind, account_id, region_code, request)
values (%(id)s, %(kind)s, %(account_id)s, %(region_code)s, %(request)s)

-- name: advance
update job set status = 'running', stage = %(stage)s, done = %(done)s, total = %(total)s,
               started_at = coalesce(started_at, now())
where id = %(id)s and finished_at is null

-- name: finish
update job set status = 'done', stage = 'done', done = coalesce(total, done), result = %(result)s, finished_at = now()
where id = %(id)s and finished_at is null

-- name: fail
update job set status = 'failed', problem = %(problem)s, finished_at = now()
where id = %(id)s and finished_at is null

-- name: take_back
-- Also of a job that has ended: what came of it is deleted.
update job set status = 'failed', result = null, problem = %(problem)s, finished_at = coalesce(finished_at, now())
where id = %(id)s

-- name: fail_orphans
-- Geocoding goes on where it was.
update job set status = 'failed', problem = %(problem)s, finished_at = now()
where finished_at is null and created_at < %(before)s and kind <> 'geocode'

-- name: of_kind
-- The jobs of a kind that are under way, or that ended well after a moment; the oldest first.
select id, kind, account_id, region_code, status, stage, done, total, request, result, problem, created_at, finished_at
from job where kind = %(kind)s and (finished_at is null or (status = 'done' and finished_at > %(since)s))
order by created_at, id

-- name: find
select id, kind, account_id, region_code, status, stage, done, total, request, result, problem, created_at, finished_at
from job where id = %(id)s and account_id = %(account_id)s
