-- Who may do what. The API's roles own nothing; what is granted here is all they have. Applied after every migration.
grant usage on schema public to wangge_api, wangge_read;

grant select, insert, update, delete on all tables in schema public to wangge_api;
grant usage on all sequences in schema public to wangge_api;
revoke insert, update, delete on alembic_version from wangge_api;
-- The audit is only ever added to, and when is not for the writer to say.
revoke insert, update, delete on audit from wangge_api;
grant insert (account_id, act, subject, subject_id, grid_no, purpose, detail) on audit to wangge_api;

grant select on all tables in schema public to wangge_read;
revoke select on account, audit, household, person, enrolment, duplicate, import_log, job from wangge_read;
grant select (id, login, name, role, region_code, disabled_at) on account to wangge_read;
-- The reading door has no key and no sealed columns.
grant select (id, rev, house_id, grid_no, moved_in_on, moved_out_on) on household to wangge_read;
grant select (id, rev, household_id, grid_no, name, sex, birth_year, residence, moved_in_on, moved_out_on)
    on person to wangge_read;
