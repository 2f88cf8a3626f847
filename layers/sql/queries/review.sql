-- The review queue; the row-level policy keeps to the scope.

-- name: forget_open
-- What waited for these rows before: a row waits once.
delete from review where register = %(register)s and row_id = any(%(rows)s::uuid[]) and status = 'open'
