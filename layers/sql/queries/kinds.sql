-- The code tables, as a form shows them.

-- name: facility
select code, name_zh, name_en from facility_kind order by sort, code

-- name: organisation
select code, name_zh, name_en from organisation_kind order by sort, code

-- name: place
select code, name_zh, name_en from place_kind order by sort, code

-- name: incident
select code, name_zh, name_en from incident_kind order by sort, code

-- name: service
select code, name_zh, name_en from service_kind order by sort, code
