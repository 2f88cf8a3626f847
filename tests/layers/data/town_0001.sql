-- A small invented town in schema 0001, as pg_dump wrote it; the key that sealed it is the bytes 0 to 31.
SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA public;
CREATE EXTENSION IF NOT EXISTS postgis WITH SCHEMA public;
CREATE FUNCTION public.analyze_registers() RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
begin
    analyze region, barrier, link, building, house, household, person, enrolment, facility, organisation, incident;
end
$$;
ALTER FUNCTION public.analyze_registers() OWNER TO wangge_owner;
CREATE FUNCTION public.place_of(point public.geometry) RETURNS bigint
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    select coalesce(
        (select min(grid_no) from grid where upper_inf(validity) and st_covers(geom, point)),
        (select lo from region
          where upper_inf(validity) and level = 5 and st_covers(geom, point) order by lo limit 1),
        (select lo from region
          where upper_inf(validity) and level < 5 and st_covers(geom, point) order by level desc, lo limit 1))
$$;
ALTER FUNCTION public.place_of(point public.geometry) OWNER TO wangge_owner;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public.account (
    id uuid NOT NULL,
    login text NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    region_code text NOT NULL,
    password_hash text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    disabled_at timestamp with time zone,
    failed_logins integer DEFAULT 0 NOT NULL,
    locked_until timestamp with time zone,
    CONSTRAINT ck_account_role CHECK ((role = ANY (ARRAY['administrator'::text, 'planner'::text, 'officer'::text, 'field'::text])))
);
ALTER TABLE public.account OWNER TO wangge_owner;
CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);
ALTER TABLE public.alembic_version OWNER TO wangge_owner;
CREATE TABLE public.audit (
    id bigint NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    account_id uuid,
    act text NOT NULL,
    subject text NOT NULL,
    subject_id text,
    grid_no bigint,
    purpose text,
    detail jsonb DEFAULT '{}'::jsonb NOT NULL
);
ALTER TABLE public.audit OWNER TO wangge_owner;
ALTER TABLE public.audit ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.audit_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.barrier (
    id uuid NOT NULL,
    kind text NOT NULL,
    hard boolean NOT NULL,
    cost double precision DEFAULT 1 NOT NULL,
    name text,
    geom public.geometry(LineString,4326) NOT NULL,
    geom_m public.geometry(LineString,3857) GENERATED ALWAYS AS (public.st_transform(geom, 3857)) STORED,
    source text NOT NULL,
    import_id uuid,
    CONSTRAINT ck_barrier_kind CHECK ((kind = ANY (ARRAY['river'::text, 'lake'::text, 'railway'::text, 'motorway'::text, 'street'::text, 'ridge'::text, 'group'::text])))
);
ALTER TABLE public.barrier OWNER TO wangge_owner;
CREATE TABLE public.building (
    id uuid NOT NULL,
    footprint public.geometry(Geometry,4326),
    name text,
    use text,
    address text,
    assumed_households integer DEFAULT 0 NOT NULL,
    geom_m public.geometry(Geometry,3857) GENERATED ALWAYS AS (public.st_transform(COALESCE(footprint, point), 3857)) STORED,
    grid_no bigint NOT NULL,
    point public.geometry(Point,4326),
    level text DEFAULT 'house'::text NOT NULL,
    radius_m double precision,
    confidence double precision,
    source text NOT NULL,
    source_crs text,
    rev integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    created_by uuid,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_by uuid,
    import_id uuid,
    CONSTRAINT ck_building_level CHECK ((level = ANY (ARRAY['house'::text, 'building'::text, 'street'::text, 'hamlet'::text, 'village'::text, 'township'::text, 'county'::text, 'unplaced'::text])))
);
ALTER TABLE public.building OWNER TO wangge_owner;
CREATE TABLE public.duty (
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    grid_no bigint NOT NULL,
    status text NOT NULL,
    validity tstzrange DEFAULT tstzrange(now(), NULL::timestamp with time zone) NOT NULL,
    CONSTRAINT ck_duty_status CHECK ((status = ANY (ARRAY['active'::text, 'proposed'::text])))
);
ALTER TABLE public.duty OWNER TO wangge_owner;
CREATE TABLE public.enrolment (
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    grid_no bigint NOT NULL,
    service text NOT NULL,
    purpose text NOT NULL,
    starts_on date NOT NULL,
    ends_on date NOT NULL,
    review_on date NOT NULL,
    rev integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    created_by uuid,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_by uuid,
    import_id uuid,
    CONSTRAINT ck_enrolment_dates CHECK ((starts_on < ends_on))
);
ALTER TABLE ONLY public.enrolment FORCE ROW LEVEL SECURITY;
ALTER TABLE public.enrolment OWNER TO wangge_owner;
CREATE TABLE public.facility (
    id uuid NOT NULL,
    kind text NOT NULL,
    name text,
    geom_m public.geometry(Point,3857) GENERATED ALWAYS AS (public.st_transform(point, 3857)) STORED,
    grid_no bigint NOT NULL,
    point public.geometry(Point,4326),
    level text DEFAULT 'house'::text NOT NULL,
    radius_m double precision,
    confidence double precision,
    source text NOT NULL,
    source_crs text,
    rev integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    created_by uuid,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_by uuid,
    import_id uuid,
    CONSTRAINT ck_facility_level CHECK ((level = ANY (ARRAY['house'::text, 'building'::text, 'street'::text, 'hamlet'::text, 'village'::text, 'township'::text, 'county'::text, 'unplaced'::text])))
);
ALTER TABLE public.facility OWNER TO wangge_owner;
CREATE TABLE public.facility_kind (
    code text NOT NULL,
    name_zh text NOT NULL,
    name_en text NOT NULL,
    sort integer DEFAULT 0 NOT NULL
);
ALTER TABLE public.facility_kind OWNER TO wangge_owner;
CREATE TABLE public.grid (
    id uuid NOT NULL,
    grid_no bigint NOT NULL,
    validity tstzrange NOT NULL,
    plan_id uuid NOT NULL,
    kind text NOT NULL,
    name text,
    load integer NOT NULL,
    geom public.geometry(MultiPolygon,4326) NOT NULL,
    geom_m public.geometry(MultiPolygon,3857) GENERATED ALWAYS AS (public.st_transform(geom, 3857)) STORED,
    area_m2 double precision NOT NULL,
    CONSTRAINT ck_grid_grid_no CHECK (((grid_no >= 1) AND (grid_no <= '999999999999999'::bigint))),
    CONSTRAINT ck_grid_kind CHECK ((kind = ANY (ARRAY['basic'::text, 'exclusive'::text]))),
    CONSTRAINT ck_grid_not_zero CHECK (((grid_no % (1000)::bigint) > 0)),
    CONSTRAINT ck_grid_number CHECK (((kind = 'exclusive'::text) = ((grid_no % (1000)::bigint) >= 900))),
    CONSTRAINT ck_grid_validity CHECK ((NOT isempty(validity)))
);
ALTER TABLE public.grid OWNER TO wangge_owner;
CREATE TABLE public.grid_lineage (
    plan_id uuid NOT NULL,
    old_no bigint NOT NULL,
    new_no bigint NOT NULL,
    households integer NOT NULL
);
ALTER TABLE public.grid_lineage OWNER TO wangge_owner;
CREATE TABLE public.house (
    id uuid NOT NULL,
    building_id uuid,
    street text,
    estate text,
    hamlet text,
    group_no text,
    number text,
    building_no text,
    unit text,
    floor text,
    room text,
    address text NOT NULL,
    grid_no bigint NOT NULL,
    point public.geometry(Point,4326),
    level text DEFAULT 'house'::text NOT NULL,
    radius_m double precision,
    confidence double precision,
    source text NOT NULL,
    source_crs text,
    rev integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    created_by uuid,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_by uuid,
    import_id uuid,
    CONSTRAINT ck_house_level CHECK ((level = ANY (ARRAY['house'::text, 'building'::text, 'street'::text, 'hamlet'::text, 'village'::text, 'township'::text, 'county'::text, 'unplaced'::text])))
);
ALTER TABLE ONLY public.house FORCE ROW LEVEL SECURITY;
ALTER TABLE public.house OWNER TO wangge_owner;
CREATE TABLE public.household (
    id uuid NOT NULL,
    house_id uuid NOT NULL,
    grid_no bigint NOT NULL,
    phone_cipher bytea,
    phone_index bytea,
    moved_in_on date,
    moved_out_on date,
    rev integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    created_by uuid,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_by uuid,
    import_id uuid
);
ALTER TABLE ONLY public.household FORCE ROW LEVEL SECURITY;
ALTER TABLE public.household OWNER TO wangge_owner;
CREATE TABLE public.import_log (
    id uuid NOT NULL,
    kind text NOT NULL,
    source_name text NOT NULL,
    sha256 text,
    crs text,
    rows integer DEFAULT 0 NOT NULL,
    counts jsonb DEFAULT '{}'::jsonb NOT NULL,
    faults jsonb DEFAULT '[]'::jsonb NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    by uuid
);
ALTER TABLE public.import_log OWNER TO wangge_owner;
CREATE TABLE public.incident (
    id uuid NOT NULL,
    kind text NOT NULL,
    text text NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    occurred_on date GENERATED ALWAYS AS (((occurred_at AT TIME ZONE 'Asia/Shanghai'::text))::date) STORED NOT NULL,
    handled_grid_no bigint NOT NULL,
    geom_m public.geometry(Point,3857) GENERATED ALWAYS AS (public.st_transform(point, 3857)) STORED,
    grid_no bigint NOT NULL,
    point public.geometry(Point,4326),
    level text DEFAULT 'house'::text NOT NULL,
    radius_m double precision,
    confidence double precision,
    source text NOT NULL,
    source_crs text,
    rev integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    created_by uuid,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_by uuid,
    import_id uuid,
    CONSTRAINT ck_incident_level CHECK ((level = ANY (ARRAY['house'::text, 'building'::text, 'street'::text, 'hamlet'::text, 'village'::text, 'township'::text, 'county'::text, 'unplaced'::text])))
);
ALTER TABLE ONLY public.incident FORCE ROW LEVEL SECURITY;
ALTER TABLE public.incident OWNER TO wangge_owner;
CREATE TABLE public.incident_kind (
    code text NOT NULL,
    name_zh text NOT NULL,
    name_en text NOT NULL,
    sort integer DEFAULT 0 NOT NULL
);
ALTER TABLE public.incident_kind OWNER TO wangge_owner;
CREATE TABLE public.link (
    id uuid NOT NULL,
    kind text NOT NULL,
    name text,
    geom public.geometry(LineString,4326) NOT NULL,
    geom_m public.geometry(LineString,3857) GENERATED ALWAYS AS (public.st_transform(geom, 3857)) STORED,
    source text NOT NULL,
    import_id uuid,
    CONSTRAINT ck_link_kind CHECK ((kind = ANY (ARRAY['bridge'::text, 'tunnel'::text, 'crossing'::text, 'ford'::text, 'drawn'::text])))
);
ALTER TABLE public.link OWNER TO wangge_owner;
CREATE TABLE public.organisation (
    id uuid NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    geom_m public.geometry(Point,3857) GENERATED ALWAYS AS (public.st_transform(point, 3857)) STORED,
    grid_no bigint NOT NULL,
    point public.geometry(Point,4326),
    level text DEFAULT 'house'::text NOT NULL,
    radius_m double precision,
    confidence double precision,
    source text NOT NULL,
    source_crs text,
    rev integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    created_by uuid,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_by uuid,
    import_id uuid,
    CONSTRAINT ck_organisation_level CHECK ((level = ANY (ARRAY['house'::text, 'building'::text, 'street'::text, 'hamlet'::text, 'village'::text, 'township'::text, 'county'::text, 'unplaced'::text])))
);
ALTER TABLE public.organisation OWNER TO wangge_owner;
CREATE TABLE public.organisation_kind (
    code text NOT NULL,
    name_zh text NOT NULL,
    name_en text NOT NULL,
    sort integer DEFAULT 0 NOT NULL
);
ALTER TABLE public.organisation_kind OWNER TO wangge_owner;
CREATE TABLE public.person (
    id uuid NOT NULL,
    household_id uuid NOT NULL,
    grid_no bigint NOT NULL,
    name text NOT NULL,
    sex text,
    birth_year smallint,
    residence text NOT NULL,
    phone_cipher bytea,
    phone_index bytea,
    id_no_cipher bytea,
    id_no_index bytea,
    moved_in_on date,
    moved_out_on date,
    rev integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    created_by uuid,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_by uuid,
    import_id uuid,
    CONSTRAINT ck_person_residence CHECK ((residence = ANY (ARRAY['registered'::text, 'mobile'::text, 'left_behind'::text, 'abroad'::text]))),
    CONSTRAINT ck_person_sex CHECK ((sex = ANY (ARRAY['m'::text, 'f'::text])))
);
ALTER TABLE ONLY public.person FORCE ROW LEVEL SECURITY;
ALTER TABLE public.person OWNER TO wangge_owner;
CREATE TABLE public.plan (
    id uuid NOT NULL,
    village_code text NOT NULL,
    status text DEFAULT 'draft'::text NOT NULL,
    stale boolean DEFAULT false NOT NULL,
    rev integer DEFAULT 1 NOT NULL,
    target_load integer NOT NULL,
    band_low integer NOT NULL,
    band_high integer NOT NULL,
    tolerance double precision NOT NULL,
    k integer,
    report jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    created_by uuid,
    submitted_at timestamp with time zone,
    submitted_by uuid,
    published_at timestamp with time zone,
    published_by uuid,
    CONSTRAINT ck_plan_band CHECK (((0 < band_low) AND (band_low <= band_high) AND (target_load > 0))),
    CONSTRAINT ck_plan_status CHECK ((status = ANY (ARRAY['draft'::text, 'in_review'::text, 'published'::text, 'retired'::text]))),
    CONSTRAINT ck_plan_village_code CHECK ((village_code ~ '^[0-9]{12}$'::text))
);
ALTER TABLE public.plan OWNER TO wangge_owner;
CREATE TABLE public.plan_grid (
    plan_id uuid NOT NULL,
    seq integer NOT NULL,
    kind text NOT NULL,
    name text,
    load integer NOT NULL,
    geom public.geometry(MultiPolygon,4326) NOT NULL,
    CONSTRAINT ck_plan_grid_kind CHECK ((kind = ANY (ARRAY['basic'::text, 'exclusive'::text])))
);
ALTER TABLE public.plan_grid OWNER TO wangge_owner;
CREATE TABLE public.region (
    id uuid NOT NULL,
    code text NOT NULL,
    level smallint NOT NULL,
    name text NOT NULL,
    name_en text,
    parent_code text,
    mca_code text,
    validity tstzrange DEFAULT tstzrange(now(), NULL::timestamp with time zone) NOT NULL,
    geom public.geometry(MultiPolygon,4326),
    geom_m public.geometry(MultiPolygon,3857) GENERATED ALWAYS AS (public.st_transform(geom, 3857)) STORED,
    area_m2 double precision,
    synthetic boolean DEFAULT false NOT NULL,
    source text NOT NULL,
    lo bigint GENERATED ALWAYS AS ((rpad(code, 15, '0'::text))::bigint) STORED NOT NULL,
    hi bigint GENERATED ALWAYS AS ((rpad(code, 15, '9'::text))::bigint) STORED NOT NULL,
    import_id uuid,
    CONSTRAINT ck_region_code CHECK ((code ~ '^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$'::text)),
    CONSTRAINT ck_region_level CHECK ((level = array_position(ARRAY[2, 4, 6, 9, 12], length(code)))),
    CONSTRAINT ck_region_parent CHECK (((level = 1) = (parent_code IS NULL))),
    CONSTRAINT ck_region_prefix CHECK ((parent_code = "left"(code, length(parent_code))))
);
ALTER TABLE public.region OWNER TO wangge_owner;
CREATE TABLE public.region_alias (
    region_code text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    valid_to date,
    CONSTRAINT ck_region_alias_kind CHECK ((kind = ANY (ARRAY['short'::text, 'ethnic'::text, 'old'::text])))
);
ALTER TABLE public.region_alias OWNER TO wangge_owner;
CREATE TABLE public.service_kind (
    code text NOT NULL,
    name_zh text NOT NULL,
    name_en text NOT NULL,
    sort integer DEFAULT 0 NOT NULL
);
ALTER TABLE public.service_kind OWNER TO wangge_owner;
CREATE TABLE public.session (
    token_hash bytea NOT NULL,
    account_id uuid NOT NULL,
    csrf text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL
);
ALTER TABLE public.session OWNER TO wangge_owner;
INSERT INTO public.account VALUES
	('e58fe190-e7b7-4514-9fda-01adb1a4df30', 'plan', '甲', 'planner', '532901', '$argon2id$v=19$m=65536,t=3,p=4$hLbZTyfwNhp2QSxkijNPuA$gbwdcnjDx+w/W/tHFseRyMpwmbXCwKv/bfK6uh40Hqc', '2026-11-23 07:20:21.854918+08', NULL, 0, NULL),
	('966f5aaf-a4db-45c7-ab71-e099e0a7faa8', 'walk', '甲', 'field', '532901001001', '$argon2id$v=19$m=65536,t=3,p=4$O4l6IhG+xSpYIbgCXy0/nA$lvmOCSgyvnNwpXXMgM3+Xj/U4cui0wwF3cWbKJIV85s', '2026-11-23 07:20:21.854918+08', NULL, 0, NULL),
	('e04ec038-c5e2-4040-998f-ef93bca7ee76', 'read', '甲', 'officer', '532901', '$argon2id$v=19$m=65536,t=3,p=4$2wqQtYtDDr5GVstISjTF+Q$uu+SUANqBU+G4lYdwdHfIgBntEEbyh3ALAIJDQghhJI', '2026-11-23 07:20:21.854918+08', NULL, 0, NULL);
INSERT INTO public.alembic_version VALUES
	('0001');
INSERT INTO public.audit OVERRIDING SYSTEM VALUE VALUES
	(1, '2026-11-23 07:20:21.854918+08', NULL, 'add', 'account', 'e58fe190-e7b7-4514-9fda-01adb1a4df30', NULL, NULL, '{"role": "planner", "login": "plan", "region": "532901"}'),
	(2, '2026-11-23 07:20:21.854918+08', NULL, 'add', 'account', '966f5aaf-a4db-45c7-ab71-e099e0a7faa8', NULL, NULL, '{"role": "field", "login": "walk", "region": "532901001001"}'),
	(3, '2026-11-23 07:20:21.854918+08', NULL, 'add', 'account', 'e04ec038-c5e2-4040-998f-ef93bca7ee76', NULL, NULL, '{"role": "officer", "login": "read", "region": "532901"}'),
	(4, '2026-11-23 07:20:21.854918+08', NULL, 'plan.divide', 'plan', '018cbc87-f749-47a0-b880-79a3107aeea8', 532901001001000, NULL, '{}'),
	(5, '2026-11-23 07:20:21.854918+08', NULL, 'plan.submit', 'plan', '018cbc87-f749-47a0-b880-79a3107aeea8', 532901001001000, NULL, '{}'),
	(6, '2026-11-23 07:20:21.854918+08', NULL, 'plan.publish', 'plan', '018cbc87-f749-47a0-b880-79a3107aeea8', 532901001001000, NULL, '{"grids": 4, "moved": {"house": 3, "person": 6, "building": 16, "facility": 0, "incident": 2, "enrolment": 0, "household": 3, "organisation": 0}}'),
	(7, '2026-11-23 07:20:21.854918+08', NULL, 'plan.divide', 'plan', 'c2426fd7-b130-4517-91da-732f8ca7c734', 532901001002000, NULL, '{}');
INSERT INTO public.building VALUES
	('00000000-0000-0000-0000-000000000005', NULL, NULL, NULL, NULL, 2, DEFAULT, 532901001002000, '0101000020E61000000AD7A3703D0E5940713D0AD7A3803940', 'building', NULL, NULL, 'made', NULL, 1, '2026-11-23 07:20:21.854918+08', NULL, '2026-11-23 07:20:21.854918+08', NULL, '261434c8-2e2b-4b4e-aa84-81af8615ca76'),
	('00000000-0000-0000-0000-000000000006', NULL, NULL, NULL, NULL, 2, DEFAULT, 532901001002000, '0101000020E6100000C2F5285C8F0E5940713D0AD7A3803940', 'building', NULL, NULL, 'made', NULL, 1, '2026-11-23 07:20:21.854918+08', NULL, '2026-11-23 07:20:21.854918+08', NULL, '261434c8-2e2b-4b4e-aa84-81af8615ca76'),
	('00000000-0000-0000-0000-000000000007', NULL, NULL, NULL, NULL, 2, DEFAULT, 532901001002000, '0101000020E61000007B14AE47E10E5940713D0AD7A3803940', 'building', NULL, NULL, 'made', NULL, 1, '2026-11-23 07:20:21.854918+08', NULL, '2026-11-23 07:20:21.854918+08', NULL, '261434c8-2e2b-4b4e-aa84-81af8615ca76'),
	('00000000-0000-0000-0000-000000000008', NULL, NULL, NULL, NULL, 2, DEFAULT, 532901001002000, '0101000020E610000033333333330F5940713D0AD7A3803940', 'building', NULL, NULL, 'made', NULL, 1, '2026-11-23 07:20:21.854918+08', NULL, '2026-11-23 07:20:21.854918+08', NULL, '261434c8-2e2b-4b4e-aa84-81af8615ca76'),
	('00000000-0000-0000-0000-00000000000d', NULL, NULL, NULL, NULL, 2, DEFAULT, 532901001002000, '0101000020E61000000AD7A3703D0E594052B81E85EB813940', 'building', NULL, NULL, 'made', NULL, 1, '2026-11-23 07:20:21.854918+08', NULL, '2026-11-23 07:20:21.854918+08', NULL, '261434c8-2e2b-4b4e-aa84-81af8615ca76'),
	('00000000-0000-0000-0000-00000000000e', NULL, NULL, NULL, NULL, 2, DEFAULT, 532901001002000, '0101000020E6100000C2F5285C8F0E594052B81E85EB813940', 'building', NULL, NULL, 'made', NULL, 1, '2026-11-23 07:20:21.854918+08', NULL, '2026-11-23 07:20:21.854918+08', NULL, '261434c8-2e2b-4b4e-aa84-81af8615ca76'),
	('00000000-0000-0000-0000-00000000000f', NULL, NULL, NULL, NULL, 2, DEFAULT, 532901001002000, '0101000020E61000007B14AE47E10E594052B81E85EB813940', 'building', NULL, NULL, 'made', NULL, 1, '2026-11-23 07:20:21.854918+08', NULL, '2026-11-23 07:20:21.854918+08', NULL, '261434c8-2e2b-4b4e-aa84-81af8615ca76'),
	('00000000-0000-0000-0000-000000000010', NULL, NULL, NULL, NULL, 2, DEFAULT, 532901001002000, '0101000020E610000033333333330F594052B81E85EB813940', 'building', NULL, NULL, 'made', NULL, 1, '2026-11-23 07:20:21.854918+08', NULL, '2026-11-23 07:20:21.854918+08', NULL, '261434c8-2e2b-4b4e-aa84-81af8615ca76'),
	('00000000-0000-0000-0000-000000000015', NULL, NULL, NULL, NULL, 2, DEFAULT, 532901001002000, '0101000020E61000000AD7A3703D0E59403333333333833940', 'building', NULL, NULL, 'made', NULL, 1, '2026-11-23 07:20:21.854918+08', NULL, '2026-11-23 07:20:21.854918+08', NULL, '261434c8-2e2b-4b4e-aa84-81af8615ca76'),
	('00000000-0000-0000-0000-000000000016', NULL, NULL, NULL, NULL, 2, DEFAULT, 532901001002000, '0101000020E6100000C2F5285C8F0E59403333333333833940', 'building', NULL, NULL, 'made', NULL, 1, '2026-11-23 07:20:21.854918+08', NULL, '2026-11-23 07:20:21.854918+08', NULL, '261434c8-2e2b-4b4e-aa84-81af8615ca76'),
	('00000000-0000-0000-0000-000000000017', NULL, NULL, NULL, NULL, 2, DEFAULT, 532901001002000, '0101000020E61000007B14AE47E10E59403333333333833940', 'building', NULL, NULL, 'made', NULL, 1, '2026-11-23 07:20:21.854918+08', NULL, '2026-11-23 07:20:21.854918+08', NULL, '261434c8-2e2b-4b4e-aa84-81af8615ca76'),
	('00000000-0000-0000-0000-000000000018', NULL, NULL, NULL, NULL, 2, DEFAULT, 532901001002000, '0101000020E610000033333333330F59403333333333833940', 'building', NULL, NULL, 'made', NULL, 1, '2026-11-23 07:20:21.854918+08', NULL, '2026-11-23 07:20:21.854918+08', NULL, '261434c8-2e2b-4b4e-aa84-81af8615ca76'),
	('00000000-0000-0000-0000-00000000001d', NULL, NULL, NULL, NULL, 2, DEFAULT, 532901001002000, '0101000020E61000000AD7A3703D0E594014AE47E17A843940', 'building', NULL, NULL, 'made', NULL, 1, '2026-11-23 07:20:21.854918+08', NULL, '2026-11-23 07:20:21.854918+08', NULL, '261434c8-2e2b-4b4e-aa84-81af8615ca76'),
	('00000000-0000-0000-0000-00000000001e', NULL, NULL, NULL, NULL, 2, DEFAULT, 532901001002000, '0101000020E6100000C2F5285C8F0E594014AE47E17A843940', 'building', NULL, NULL, 'made', NULL, 1, '2026-11-23 07:20:21.854918+08', NULL, '2026-11-23 07:20:21.854918+08', NULL, '261434c8-2e2b-4b4e-aa84-81af8615ca76'),
	('00000000-0000-0000-0000-00000000001f', NULL, NULL, NULL, NULL, 2, DEFAULT, 532901001002000, '0101000020E61000007B14AE47E10E594014AE47E17A843940', 'building', NULL, NULL, 'made', NULL, 1, '2026-11-23 07:20:21.854918+08', NULL, '2026-11-23 07:20:21.854918+08', NULL, '261434c8-2e2b-4b4e-aa84-81af8615ca76'),
	('00000000-0000-0000-0000-000000000020', NULL, NULL, NULL, NULL, 2, DEFAULT, 532901001002000, '0101000020E610000033333333330F594014AE47E17A843940', 'building', NULL, NULL, 'made', NULL, 1, '2026-11-23 07:20:21.854918+08', NULL, '2026-11-23 07:20:21.854918+08', NULL, '261434c8-2e2b-4b4e-aa84-81af8615ca76'),
	('00000000-0000-0000-0000-000000000001', NULL, NULL, NULL, NULL, 2, DEFAULT, 532901001001003, '0101000020E6100000295C8FC2F50C5940713D0AD7A3803940', 'building', NULL, NULL, 'made', NULL, 1, '2026-11-23 07:20:21.854918+08', NULL, '2026-11-23 07:20:21.854918+08', NULL, '261434c8-2e2b-4b4e-aa84-81af8615ca76'),
	('00000000-0000-0000-0000-000000000002', NULL, NULL, NULL, NULL, 2, DEFAULT, 532901001001003, '0101000020E6100000E17A14AE470D5940713D0AD7A3803940', 'building', NULL, NULL, 'made', NULL, 1, '2026-11-23 07:20:21.854918+08', NULL, '2026-11-23 07:20:21.854918+08', NULL, '261434c8-2e2b-4b4e-aa84-81af8615ca76'),
	('00000000-0000-0000-0000-000000000003', NULL, NULL, NULL, NULL, 2, DEFAULT, 532901001001004, '0101000020E61000009A999999990D5940713D0AD7A3803940', 'building', NULL, NULL, 'made', NULL, 1, '2026-11-23 07:20:21.854918+08', NULL, '2026-11-23 07:20:21.854918+08', NULL, '261434c8-2e2b-4b4e-aa84-81af8615ca76'),
	('00000000-0000-0000-0000-000000000004', NULL, NULL, NULL, NULL, 2, DEFAULT, 532901001001004, '0101000020E610000052B81E85EB0D5940713D0AD7A3803940', 'building', NULL, NULL, 'made', NULL, 1, '2026-11-23 07:20:21.854918+08', NULL, '2026-11-23 07:20:21.854918+08', NULL, '261434c8-2e2b-4b4e-aa84-81af8615ca76'),
	('00000000-0000-0000-0000-000000000009', NULL, NULL, NULL, NULL, 2, DEFAULT, 532901001001003, '0101000020E6100000295C8FC2F50C594052B81E85EB813940', 'building', NULL, NULL, 'made', NULL, 1, '2026-11-23 07:20:21.854918+08', NULL, '2026-11-23 07:20:21.854918+08', NULL, '261434c8-2e2b-4b4e-aa84-81af8615ca76'),
	('00000000-0000-0000-0000-00000000000a', NULL, NULL, NULL, NULL, 2, DEFAULT, 532901001001003, '0101000020E6100000E17A14AE470D594052B81E85EB813940', 'building', NULL, NULL, 'made', NULL, 1, '2026-11-23 07:20:21.854918+08', NULL, '2026-11-23 07:20:21.854918+08', NULL, '261434c8-2e2b-4b4e-aa84-81af8615ca76'),
	('00000000-0000-0000-0000-00000000000b', NULL, NULL, NULL, NULL, 2, DEFAULT, 532901001001004, '0101000020E61000009A999999990D594052B81E85EB813940', 'building', NULL, NULL, 'made', NULL, 1, '2026-11-23 07:20:21.854918+08', NULL, '2026-11-23 07:20:21.854918+08', NULL, '261434c8-2e2b-4b4e-aa84-81af8615ca76'),
	('00000000-0000-0000-0000-00000000000c', NULL, NULL, NULL, NULL, 2, DEFAULT, 532901001001004, '0101000020E610000052B81E85EB0D594052B81E85EB813940', 'building', NULL, NULL, 'made', NULL, 1, '2026-11-23 07:20:21.854918+08', NULL, '2026-11-23 07:20:21.854918+08', NULL, '261434c8-2e2b-4b4e-aa84-81af8615ca76'),
	('00000000-0000-0000-0000-000000000011', NULL, NULL, NULL, NULL, 2, DEFAULT, 532901001001001, '0101000020E6100000295C8FC2F50C59403333333333833940', 'building', NULL, NULL, 'made', NULL, 1, '2026-11-23 07:20:21.854918+08', NULL, '2026-11-23 07:20:21.854918+08', NULL, '261434c8-2e2b-4b4e-aa84-81af8615ca76'),
	('00000000-0000-0000-0000-000000000012', NULL, NULL, NULL, NULL, 2, DEFAULT, 532901001001001, '0101000020E6100000E17A14AE470D59403333333333833940', 'building', NULL, NULL, 'made', NULL, 1, '2026-11-23 07:20:21.854918+08', NULL, '2026-11-23 07:20:21.854918+08', NULL, '261434c8-2e2b-4b4e-aa84-81af8615ca76'),
	('00000000-0000-0000-0000-000000000013', NULL, NULL, NULL, NULL, 2, DEFAULT, 532901001001002, '0101000020E61000009A999999990D59403333333333833940', 'building', NULL, NULL, 'made', NULL, 1, '2026-11-23 07:20:21.854918+08', NULL, '2026-11-23 07:20:21.854918+08', NULL, '261434c8-2e2b-4b4e-aa84-81af8615ca76'),
	('00000000-0000-0000-0000-000000000014', NULL, NULL, NULL, NULL, 2, DEFAULT, 532901001001002, '0101000020E610000052B81E85EB0D59403333333333833940', 'building', NULL, NULL, 'made', NULL, 1, '2026-11-23 07:20:21.854918+08', NULL, '2026-11-23 07:20:21.854918+08', NULL, '261434c8-2e2b-4b4e-aa84-81af8615ca76'),
	('00000000-0000-0000-0000-000000000019', NULL, NULL, NULL, NULL, 2, DEFAULT, 532901001001001, '0101000020E6100000295C8FC2F50C594014AE47E17A843940', 'building', NULL, NULL, 'made', NULL, 1, '2026-11-23 07:20:21.854918+08', NULL, '2026-11-23 07:20:21.854918+08', NULL, '261434c8-2e2b-4b4e-aa84-81af8615ca76'),
	('00000000-0000-0000-0000-00000000001a', NULL, NULL, NULL, NULL, 2, DEFAULT, 532901001001001, '0101000020E6100000E17A14AE470D594014AE47E17A843940', 'building', NULL, NULL, 'made', NULL, 1, '2026-11-23 07:20:21.854918+08', NULL, '2026-11-23 07:20:21.854918+08', NULL, '261434c8-2e2b-4b4e-aa84-81af8615ca76'),
	('00000000-0000-0000-0000-00000000001b', NULL, NULL, NULL, NULL, 2, DEFAULT, 532901001001002, '0101000020E61000009A999999990D594014AE47E17A843940', 'building', NULL, NULL, 'made', NULL, 1, '2026-11-23 07:20:21.854918+08', NULL, '2026-11-23 07:20:21.854918+08', NULL, '261434c8-2e2b-4b4e-aa84-81af8615ca76'),
	('00000000-0000-0000-0000-00000000001c', NULL, NULL, NULL, NULL, 2, DEFAULT, 532901001001002, '0101000020E610000052B81E85EB0D594014AE47E17A843940', 'building', NULL, NULL, 'made', NULL, 1, '2026-11-23 07:20:21.854918+08', NULL, '2026-11-23 07:20:21.854918+08', NULL, '261434c8-2e2b-4b4e-aa84-81af8615ca76');
INSERT INTO public.duty VALUES
	('8c857372-8cb2-4fcb-a6ae-cd7abcdceace', '966f5aaf-a4db-45c7-ab71-e099e0a7faa8', 532901001001001, 'active', '["2026-11-23 07:20:21.854918+08",)');
INSERT INTO public.grid VALUES
	('a5f07d4b-4c8a-4d80-876d-76e5a7dd5c6b', 532901001001001, '["2026-11-23 07:20:23.195374+08",)', '018cbc87-f749-47a0-b880-79a3107aeea8', 'basic', NULL, 8, '0106000020E6100000010000000103000000010000001B0000005ACCCCCCCC0C5940C18CD15B8F823940CDCCCCCCCC0C5940C2F5285C8F823940CDCCCCCCCC0C594063C92F96FC823940CDCCCCCCCC0C5940039D36D069833940CDCCCCCCCC0C5940A4703D0AD7833940CDCCCCCCCC0C59404444444444843940CDCCCCCCCC0C5940E5174B7EB1843940CDCCCCCCCC0C594085EB51B81E853940B5814E1BE80C594085EB51B81E8539409D36D069030D594085EB51B81E85394085EB51B81E0D594085EB51B81E8539406DA0D3063A0D594085EB51B81E85394055555555550D594085EB51B81E8539403E0AD7A3700D594085EB51B81E8539403D0AD7A3700D594026332A5AC28439403D0AD7A3700D5940A99607B24C8439403D0AD7A3700D59402A4EE309D78339403D0AD7A3700D59407CF2DDCF698339403D0AD7A3700D59402A1BD795FC8239403D0AD7A3700D5940CBDBCE5B8F823940C9775555550D5940EE3E205C8F823940EDE7D3063A0D594013B3205C8F8239403C5552B81E0D59402C38D05B8F8239406F8551B81E0D59405A8BCD5B8F8239405381F044FE0C59400A3C265C8F823940AF7C8FD1DD0C59404AAA0C5C8F8239405ACCCCCCCC0C5940C18CD15B8F823940', DEFAULT, 1113625.622336523),
	('821919f3-b5c2-4536-9a2a-3da5935be21f', 532901001001002, '["2026-11-23 07:20:23.195374+08",)', '018cbc87-f749-47a0-b880-79a3107aeea8', 'basic', NULL, 8, '0106000020E6100000010000000103000000010000001B0000003D0AD7A3700D5940CBDBCE5B8F8239403D0AD7A3700D59402A1BD795FC8239403D0AD7A3700D59407CF2DDCF698339403D0AD7A3700D59402A4EE309D78339403D0AD7A3700D5940A99607B24C8439403D0AD7A3700D594026332A5AC28439403E0AD7A3700D594085EB51B81E85394026BF58F28B0D594085EB51B81E8539400E74DA40A70D594085EB51B81E853940F6285C8FC20D594085EB51B81E853940DEDDDDDDDD0D594085EB51B81E853940C6925F2CF90D594085EB51B81E853940AE47E17A140E594085EB51B81E853940AE47E17A140E5940E5174B7EB1843940AE47E17A140E59404444444444843940AE47E17A140E5940A4703D0AD7833940AE47E17A140E5940039D36D069833940AE47E17A140E594063C92F96FC823940AE47E17A140E5940C2F5285C8F8239402148E17A140E5940C18CD15B8F823940CC971E76030E59404AAA0C5C8F8239402893BD02E30D59400A3C265C8F8239400C8F5C8FC20D59405A8BCD5B8F8239403EBF5B8FC20D59402C38D05B8F8239408E2CDA40A70D594013B3205C8F823940B19C58F28B0D5940EE3E205C8F8239403D0AD7A3700D5940CBDBCE5B8F823940', DEFAULT, 1113625.6223384207),
	('16de7778-07a4-4a00-973f-38d3471eb5c0', 532901001001003, '["2026-11-23 07:20:23.195374+08",)', '018cbc87-f749-47a0-b880-79a3107aeea8', 'basic', NULL, 6, '0106000020E6100000010000000103000000010000001A000000CDCCCCCCCC0C59400000000000803940CDCCCCCCCC0C5940A0D3063A6D803940CDCCCCCCCC0C594041A70D74DA803940CDCCCCCCCC0C5940E17A14AE47813940CDCCCCCCCC0C5940824E1BE8B4813940CDCCCCCCCC0C594022222222228239405ACCCCCCCC0C5940C18CD15B8F823940AF7C8FD1DD0C59404AAA0C5C8F8239405381F044FE0C59400A3C265C8F8239406F8551B81E0D59405A8BCD5B8F8239403C5552B81E0D59402C38D05B8F823940EDE7D3063A0D594013B3205C8F823940C9775555550D5940EE3E205C8F8239403D0AD7A3700D5940CBDBCE5B8F8239403D0AD7A3700D59408F81C921228239403D0AD7A3700D59409CAAC2E7B48139403D0AD7A3700D59406E6ABAAD478139403D0AD7A3700D594058338405D28039403D0AD7A3700D59409D564C5D5C8039403E0AD7A3700D5940000000000080394055555555550D594000000000008039406DA0D3063A0D5940000000000080394085EB51B81E0D594000000000008039409D36D069030D59400000000000803940B5814E1BE80C59400000000000803940CDCCCCCCCC0C59400000000000803940', DEFAULT, 1113714.5102485921),
	('f78b89c6-65eb-4098-8162-93aecb4c0fea', 532901001001004, '["2026-11-23 07:20:23.195374+08",)', '018cbc87-f749-47a0-b880-79a3107aeea8', 'basic', NULL, 7, '0106000020E6100000010000000103000000010000001A0000003E0AD7A3700D594000000000008039403D0AD7A3700D59409D564C5D5C8039403D0AD7A3700D594058338405D28039403D0AD7A3700D59406E6ABAAD478139403D0AD7A3700D59409CAAC2E7B48139403D0AD7A3700D59408F81C921228239403D0AD7A3700D5940CBDBCE5B8F823940B19C58F28B0D5940EE3E205C8F8239408E2CDA40A70D594013B3205C8F8239403EBF5B8FC20D59402C38D05B8F8239400C8F5C8FC20D59405A8BCD5B8F8239402893BD02E30D59400A3C265C8F823940CC971E76030E59404AAA0C5C8F8239402148E17A140E5940C18CD15B8F823940AE47E17A140E59402222222222823940AE47E17A140E5940824E1BE8B4813940AE47E17A140E5940E17A14AE47813940AE47E17A140E594041A70D74DA803940AE47E17A140E5940A0D3063A6D803940AE47E17A140E59400000000000803940C6925F2CF90D59400000000000803940DEDDDDDDDD0D59400000000000803940F6285C8FC20D594000000000008039400E74DA40A70D5940000000000080394026BF58F28B0D594000000000008039403E0AD7A3700D59400000000000803940', DEFAULT, 1113714.5102493602);
INSERT INTO public.house VALUES
	('a69dab39-178e-48b9-9de4-be0f540e471a', '00000000-0000-0000-0000-000000000001', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '1号', 532901001001003, NULL, 'house', NULL, NULL, 'made', NULL, 1, '2026-11-23 07:20:21.854918+08', NULL, '2026-11-23 07:20:21.854918+08', NULL, '37ee9022-df43-45ae-9569-c6404e93f55c'),
	('bf15bc10-912d-43a1-ba17-cc5c919eacc6', '00000000-0000-0000-0000-000000000002', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '1号', 532901001001003, NULL, 'house', NULL, NULL, 'made', NULL, 1, '2026-11-23 07:20:21.854918+08', NULL, '2026-11-23 07:20:21.854918+08', NULL, '24e1bd30-9928-46f8-b8c8-1005d4c204f0'),
	('851cd025-c885-41d0-b297-ae6fddb19c5e', '00000000-0000-0000-0000-000000000003', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '1号', 532901001001004, NULL, 'house', NULL, NULL, 'made', NULL, 1, '2026-11-23 07:20:21.854918+08', NULL, '2026-11-23 07:20:21.854918+08', NULL, 'e7d3efb5-4c8c-404a-847b-0cd3e500fb32');
INSERT INTO public.household VALUES
	('fd3c6344-ba04-4103-a339-2846b7d8c349', 'a69dab39-178e-48b9-9de4-be0f540e471a', 532901001001003, NULL, NULL, NULL, NULL, 1, '2026-11-23 07:20:21.854918+08', NULL, '2026-11-23 07:20:21.854918+08', NULL, '37ee9022-df43-45ae-9569-c6404e93f55c'),
	('6aa4f8fb-458b-44c1-a79b-d7aac36d4878', 'bf15bc10-912d-43a1-ba17-cc5c919eacc6', 532901001001003, NULL, NULL, NULL, NULL, 1, '2026-11-23 07:20:21.854918+08', NULL, '2026-11-23 07:20:21.854918+08', NULL, '24e1bd30-9928-46f8-b8c8-1005d4c204f0'),
	('89898920-2bda-47fd-a9e2-92444571166e', '851cd025-c885-41d0-b297-ae6fddb19c5e', 532901001001004, NULL, NULL, NULL, NULL, 1, '2026-11-23 07:20:21.854918+08', NULL, '2026-11-23 07:20:21.854918+08', NULL, 'e7d3efb5-4c8c-404a-847b-0cd3e500fb32');
INSERT INTO public.import_log VALUES
	('bdd8c382-0fce-489d-ace6-1cb10e1315e4', 'test', 'regions', NULL, NULL, 6, '{"region": 6}', '[]', '2026-11-23 07:20:21.854918+08', NULL),
	('261434c8-2e2b-4b4e-aa84-81af8615ca76', 'test', 'buildings', NULL, NULL, 32, '{"building": 32}', '[]', '2026-11-23 07:20:21.854918+08', NULL),
	('37ee9022-df43-45ae-9569-c6404e93f55c', 'test', 'household in 00000000-0000-0000-0000-000000000001', NULL, NULL, 3, '{"house": 1, "person": 1, "household": 1}', '[]', '2026-11-23 07:20:21.854918+08', NULL),
	('24e1bd30-9928-46f8-b8c8-1005d4c204f0', 'test', 'household in 00000000-0000-0000-0000-000000000002', NULL, NULL, 4, '{"house": 1, "person": 2, "household": 1}', '[]', '2026-11-23 07:20:21.854918+08', NULL),
	('e7d3efb5-4c8c-404a-847b-0cd3e500fb32', 'test', 'household in 00000000-0000-0000-0000-000000000003', NULL, NULL, 5, '{"house": 1, "person": 3, "household": 1}', '[]', '2026-11-23 07:20:21.854918+08', NULL),
	('f09b36a0-90d0-4493-bfa0-8f2e93e900ac', 'test', 'incidents', NULL, NULL, 2, '{"incident": 2}', '[]', '2026-11-23 07:20:21.854918+08', NULL);
INSERT INTO public.incident VALUES
	('5c41500f-1691-45ee-9c15-7aca656b52ed', 'noise', 'test', '2026-01-02 09:00:00+08', DEFAULT, 532901001001000, DEFAULT, 532901001001003, '0101000020E6100000295C8FC2F50C5940713D0AD7A3803940', 'house', NULL, NULL, 'made', NULL, 1, '2026-11-23 07:20:21.854918+08', NULL, '2026-11-23 07:20:21.854918+08', NULL, 'f09b36a0-90d0-4493-bfa0-8f2e93e900ac'),
	('899d8d2c-6cfe-4664-b100-f2784aae1187', 'noise', 'test', '2026-01-02 09:00:00+08', DEFAULT, 532901001001000, DEFAULT, 532901001001003, '0101000020E6100000E17A14AE470D594052B81E85EB813940', 'house', NULL, NULL, 'made', NULL, 1, '2026-11-23 07:20:21.854918+08', NULL, '2026-11-23 07:20:21.854918+08', NULL, 'f09b36a0-90d0-4493-bfa0-8f2e93e900ac');
INSERT INTO public.incident_kind VALUES
	('noise', '噪音', 'noise', 0);
INSERT INTO public.person VALUES
	('6b74221f-71cb-455a-89e5-feeff1afa3a9', 'fd3c6344-ba04-4103-a339-2846b7d8c349', 532901001001003, '甲0', NULL, NULL, 'registered', '\x01e56fba02b77650e9bf203bfccf40603b619cbf4684e13012e5006fe62e67168c1c5cade48d87c2', '\x88a3b727ba151780667f0922b9566401', NULL, NULL, NULL, NULL, 1, '2026-11-23 07:20:21.854918+08', NULL, '2026-11-23 07:20:21.854918+08', NULL, '37ee9022-df43-45ae-9569-c6404e93f55c'),
	('2303f6ea-7354-4625-bcec-b82019b55523', '6aa4f8fb-458b-44c1-a79b-d7aac36d4878', 532901001001003, '甲0', NULL, NULL, 'registered', '\x01e56fba02b77650e9bf203bfccf40603b619cbf4684e13012e5006fe62e67168c1c5cade48d87c2', '\x88a3b727ba151780667f0922b9566401', NULL, NULL, NULL, NULL, 1, '2026-11-23 07:20:21.854918+08', NULL, '2026-11-23 07:20:21.854918+08', NULL, '24e1bd30-9928-46f8-b8c8-1005d4c204f0'),
	('6c7b50c0-a0d0-404a-b93c-b63d580837bf', '6aa4f8fb-458b-44c1-a79b-d7aac36d4878', 532901001001003, '甲1', NULL, NULL, 'registered', '\x01e56fba02b77650e9bf203bfccf40603b619cbf4684e13012e5006fe62e67168c1c5cade48d87c2', '\x88a3b727ba151780667f0922b9566401', NULL, NULL, NULL, NULL, 1, '2026-11-23 07:20:21.854918+08', NULL, '2026-11-23 07:20:21.854918+08', NULL, '24e1bd30-9928-46f8-b8c8-1005d4c204f0'),
	('0f8f0f7e-4aba-48aa-a1bd-4df74d4c960d', '89898920-2bda-47fd-a9e2-92444571166e', 532901001001004, '甲0', NULL, NULL, 'registered', '\x01e56fba02b77650e9bf203bfccf40603b619cbf4684e13012e5006fe62e67168c1c5cade48d87c2', '\x88a3b727ba151780667f0922b9566401', NULL, NULL, NULL, NULL, 1, '2026-11-23 07:20:21.854918+08', NULL, '2026-11-23 07:20:21.854918+08', NULL, 'e7d3efb5-4c8c-404a-847b-0cd3e500fb32'),
	('b83deea1-03d5-420e-b9e6-92ae98086783', '89898920-2bda-47fd-a9e2-92444571166e', 532901001001004, '甲1', NULL, NULL, 'registered', '\x01e56fba02b77650e9bf203bfccf40603b619cbf4684e13012e5006fe62e67168c1c5cade48d87c2', '\x88a3b727ba151780667f0922b9566401', NULL, NULL, NULL, NULL, 1, '2026-11-23 07:20:21.854918+08', NULL, '2026-11-23 07:20:21.854918+08', NULL, 'e7d3efb5-4c8c-404a-847b-0cd3e500fb32'),
	('457db30d-9a80-40db-aad2-83857c6babcf', '89898920-2bda-47fd-a9e2-92444571166e', 532901001001004, '甲2', NULL, NULL, 'registered', '\x01e56fba02b77650e9bf203bfccf40603b619cbf4684e13012e5006fe62e67168c1c5cade48d87c2', '\x88a3b727ba151780667f0922b9566401', NULL, NULL, NULL, NULL, 1, '2026-11-23 07:20:21.854918+08', NULL, '2026-11-23 07:20:21.854918+08', NULL, 'e7d3efb5-4c8c-404a-847b-0cd3e500fb32');
INSERT INTO public.plan VALUES
	('018cbc87-f749-47a0-b880-79a3107aeea8', '532901001001', 'published', false, 3, 8, 4, 12, 0.2, NULL, '{"bound": 0.103448, "links": [], "faults": [], "reasons": [], "deviation": 0.172414, "mean_load": 7.25, "compactness": 0.7835, "barrier_share": 0.0}', '2026-11-23 07:20:21.854918+08', NULL, '2026-11-23 07:20:21.854918+08', NULL, '2026-11-23 07:20:23.195374+08', NULL),
	('c2426fd7-b130-4517-91da-732f8ca7c734', '532901001002', 'draft', false, 1, 8, 4, 12, 0.2, NULL, '{"bound": 0.0, "links": [], "faults": [], "reasons": [], "deviation": 0.0, "mean_load": 8.0, "compactness": 0.6578, "barrier_share": 0.0}', '2026-11-23 07:20:21.854918+08', NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.plan_grid VALUES
	('018cbc87-f749-47a0-b880-79a3107aeea8', 1, 'basic', NULL, 8, '0106000020E6100000010000000103000000010000001B0000005ACCCCCCCC0C5940C18CD15B8F823940CDCCCCCCCC0C5940C2F5285C8F823940CDCCCCCCCC0C594063C92F96FC823940CDCCCCCCCC0C5940039D36D069833940CDCCCCCCCC0C5940A4703D0AD7833940CDCCCCCCCC0C59404444444444843940CDCCCCCCCC0C5940E5174B7EB1843940CDCCCCCCCC0C594085EB51B81E853940B5814E1BE80C594085EB51B81E8539409D36D069030D594085EB51B81E85394085EB51B81E0D594085EB51B81E8539406DA0D3063A0D594085EB51B81E85394055555555550D594085EB51B81E8539403E0AD7A3700D594085EB51B81E8539403D0AD7A3700D594026332A5AC28439403D0AD7A3700D5940A99607B24C8439403D0AD7A3700D59402A4EE309D78339403D0AD7A3700D59407CF2DDCF698339403D0AD7A3700D59402A1BD795FC8239403D0AD7A3700D5940CBDBCE5B8F823940C9775555550D5940EE3E205C8F823940EDE7D3063A0D594013B3205C8F8239403C5552B81E0D59402C38D05B8F8239406F8551B81E0D59405A8BCD5B8F8239405381F044FE0C59400A3C265C8F823940AF7C8FD1DD0C59404AAA0C5C8F8239405ACCCCCCCC0C5940C18CD15B8F823940'),
	('018cbc87-f749-47a0-b880-79a3107aeea8', 2, 'basic', NULL, 8, '0106000020E6100000010000000103000000010000001B0000003D0AD7A3700D5940CBDBCE5B8F8239403D0AD7A3700D59402A1BD795FC8239403D0AD7A3700D59407CF2DDCF698339403D0AD7A3700D59402A4EE309D78339403D0AD7A3700D5940A99607B24C8439403D0AD7A3700D594026332A5AC28439403E0AD7A3700D594085EB51B81E85394026BF58F28B0D594085EB51B81E8539400E74DA40A70D594085EB51B81E853940F6285C8FC20D594085EB51B81E853940DEDDDDDDDD0D594085EB51B81E853940C6925F2CF90D594085EB51B81E853940AE47E17A140E594085EB51B81E853940AE47E17A140E5940E5174B7EB1843940AE47E17A140E59404444444444843940AE47E17A140E5940A4703D0AD7833940AE47E17A140E5940039D36D069833940AE47E17A140E594063C92F96FC823940AE47E17A140E5940C2F5285C8F8239402148E17A140E5940C18CD15B8F823940CC971E76030E59404AAA0C5C8F8239402893BD02E30D59400A3C265C8F8239400C8F5C8FC20D59405A8BCD5B8F8239403EBF5B8FC20D59402C38D05B8F8239408E2CDA40A70D594013B3205C8F823940B19C58F28B0D5940EE3E205C8F8239403D0AD7A3700D5940CBDBCE5B8F823940'),
	('018cbc87-f749-47a0-b880-79a3107aeea8', 3, 'basic', NULL, 6, '0106000020E6100000010000000103000000010000001A000000CDCCCCCCCC0C59400000000000803940CDCCCCCCCC0C5940A0D3063A6D803940CDCCCCCCCC0C594041A70D74DA803940CDCCCCCCCC0C5940E17A14AE47813940CDCCCCCCCC0C5940824E1BE8B4813940CDCCCCCCCC0C594022222222228239405ACCCCCCCC0C5940C18CD15B8F823940AF7C8FD1DD0C59404AAA0C5C8F8239405381F044FE0C59400A3C265C8F8239406F8551B81E0D59405A8BCD5B8F8239403C5552B81E0D59402C38D05B8F823940EDE7D3063A0D594013B3205C8F823940C9775555550D5940EE3E205C8F8239403D0AD7A3700D5940CBDBCE5B8F8239403D0AD7A3700D59408F81C921228239403D0AD7A3700D59409CAAC2E7B48139403D0AD7A3700D59406E6ABAAD478139403D0AD7A3700D594058338405D28039403D0AD7A3700D59409D564C5D5C8039403E0AD7A3700D5940000000000080394055555555550D594000000000008039406DA0D3063A0D5940000000000080394085EB51B81E0D594000000000008039409D36D069030D59400000000000803940B5814E1BE80C59400000000000803940CDCCCCCCCC0C59400000000000803940'),
	('018cbc87-f749-47a0-b880-79a3107aeea8', 4, 'basic', NULL, 7, '0106000020E6100000010000000103000000010000001A0000003E0AD7A3700D594000000000008039403D0AD7A3700D59409D564C5D5C8039403D0AD7A3700D594058338405D28039403D0AD7A3700D59406E6ABAAD478139403D0AD7A3700D59409CAAC2E7B48139403D0AD7A3700D59408F81C921228239403D0AD7A3700D5940CBDBCE5B8F823940B19C58F28B0D5940EE3E205C8F8239408E2CDA40A70D594013B3205C8F8239403EBF5B8FC20D59402C38D05B8F8239400C8F5C8FC20D59405A8BCD5B8F8239402893BD02E30D59400A3C265C8F823940CC971E76030E59404AAA0C5C8F8239402148E17A140E5940C18CD15B8F823940AE47E17A140E59402222222222823940AE47E17A140E5940824E1BE8B4813940AE47E17A140E5940E17A14AE47813940AE47E17A140E594041A70D74DA803940AE47E17A140E5940A0D3063A6D803940AE47E17A140E59400000000000803940C6925F2CF90D59400000000000803940DEDDDDDDDD0D59400000000000803940F6285C8FC20D594000000000008039400E74DA40A70D5940000000000080394026BF58F28B0D594000000000008039403E0AD7A3700D59400000000000803940'),
	('c2426fd7-b130-4517-91da-732f8ca7c734', 1, 'basic', NULL, 8, '0106000020E61000000100000001030000000100000023000000DD48E17A140E59405707E609D7833940AE47E17A140E5940A4703D0AD7833940AE47E17A140E59404444444444843940AE47E17A140E5940E5174B7EB1843940AE47E17A140E594085EB51B81E85394096FC62C92F0E594085EB51B81E8539407EB1E4174B0E594085EB51B81E85394066666666660E594085EB51B81E8539404E1BE8B4810E594085EB51B81E85394036D069039D0E594085EB51B81E8539401E85EB51B80E594085EB51B81E853940073A6DA0D30E594085EB51B81E853940EFEEEEEEEE0E594085EB51B81E853940D7A3703D0A0F594085EB51B81E853940BF58F28B250F594085EB51B81E853940A70D74DA400F594085EB51B81E8539408FC2F5285C0F594085EB51B81E8539408FC2F5285C0F5940E5174B7EB18439408FC2F5285C0F594044444444448439408FC2F5285C0F5940A4703D0AD783394062C1F5285C0F59405707E609D78339409B43CB2F4B0F59404D01210AD783394076279EB62A0F59400FB53A0AD7833940DA0B713D0A0F59405FF3E109D78339405039703D0A0F594015B4E409D7833940E5A6EEEEEE0E5940342F350AD78339404C176DA0D30E594045B1340AD78339401F85EB51B80E59402A4EE309D7833940F2F269039D0E594045B1340AD78339405A63E8B4810E5940342F350AD7833940EFD06666660E594015B4E409D783394065FE6566660E59405FF3E109D7833940C9E238ED450E59400FB53A0AD7833940A4C60B74250E59404D01210AD7833940DD48E17A140E59405707E609D7833940'),
	('c2426fd7-b130-4517-91da-732f8ca7c734', 2, 'basic', NULL, 8, '0106000020E6100000010000000103000000010000001C0000001249E17A140E59404CFFBCAD47813940AE47E17A140E5940E17A14AE47813940AE47E17A140E5940824E1BE8B4813940AE47E17A140E59402222222222823940AE47E17A140E5940C2F5285C8F823940AE47E17A140E594063C92F96FC823940AE47E17A140E5940039D36D069833940DD48E17A140E59405707E609D7833940A4C60B74250E59404D01210AD7833940C9E238ED450E59400FB53A0AD783394065FE6566660E59405FF3E109D7833940EFD06666660E594015B4E409D78339405A63E8B4810E5940342F350AD7833940F2F269039D0E594045B1340AD78339401F85EB51B80E59402A4EE309D78339401F85EB51B80E59407CF2DDCF698339401F85EB51B80E59402A1BD795FC8239401F85EB51B80E5940CBDBCE5B8F8239401F85EB51B80E59408F81C921228239401F85EB51B80E59409CAAC2E7B48139401F85EB51B80E59406E6ABAAD4781394086F269039D0E5940C5C30BAE47813940C45FE8B4810E594006380CAE47813940EECC6666660E594075B3BBAD478139409B026666660E5940641AB9AD478139405C4FF1ED450E594006C811AE47813940939B7C75250E5940A205F8AD478139401249E17A140E59404CFFBCAD47813940'),
	('c2426fd7-b130-4517-91da-732f8ca7c734', 3, 'basic', NULL, 8, '0106000020E6100000010000000103000000010000001C0000001F85EB51B80E59406E6ABAAD478139401F85EB51B80E59409CAAC2E7B48139401F85EB51B80E59408F81C921228239401F85EB51B80E5940CBDBCE5B8F8239401F85EB51B80E59402A1BD795FC8239401F85EB51B80E59407CF2DDCF698339401F85EB51B80E59402A4EE309D78339404C176DA0D30E594045B1340AD7833940E5A6EEEEEE0E5940342F350AD78339405039703D0A0F594015B4E409D7833940DA0B713D0A0F59405FF3E109D783394076279EB62A0F59400FB53A0AD78339409B43CB2F4B0F59404D01210AD783394062C1F5285C0F59405707E609D78339408FC2F5285C0F5940039D36D0698339408FC2F5285C0F594063C92F96FC8239408FC2F5285C0F5940C2F5285C8F8239408FC2F5285C0F594022222222228239408FC2F5285C0F5940824E1BE8B48139408FC2F5285C0F5940E17A14AE478139402DC1F5285C0F59404CFFBCAD47813940AC6E5A2E4B0F5940A205F8AD47813940E3BAE5B52A0F594006C811AE47813940A407713D0A0F5940641AB9AD47813940513D703D0A0F594075B3BBAD478139407BAAEEEEEE0E594006380CAE47813940B9176DA0D30E5940C5C30BAE478139401F85EB51B80E59406E6ABAAD47813940'),
	('c2426fd7-b130-4517-91da-732f8ca7c734', 4, 'basic', NULL, 8, '0106000020E61000000100000001030000000100000021000000AE47E17A140E59400000000000803940AE47E17A140E5940A0D3063A6D803940AE47E17A140E594041A70D74DA8039401249E17A140E59404CFFBCAD47813940939B7C75250E5940A205F8AD478139405C4FF1ED450E594006C811AE478139409B026666660E5940641AB9AD47813940EECC6666660E594075B3BBAD47813940C45FE8B4810E594006380CAE4781394086F269039D0E5940C5C30BAE478139401F85EB51B80E59406E6ABAAD47813940B9176DA0D30E5940C5C30BAE478139407BAAEEEEEE0E594006380CAE47813940513D703D0A0F594075B3BBAD47813940A407713D0A0F5940641AB9AD47813940E3BAE5B52A0F594006C811AE47813940AC6E5A2E4B0F5940A205F8AD478139402DC1F5285C0F59404CFFBCAD478139408FC2F5285C0F594041A70D74DA8039408FC2F5285C0F5940A0D3063A6D8039408FC2F5285C0F59400000000000803940A70D74DA400F59400000000000803940BF58F28B250F59400000000000803940D7A3703D0A0F59400000000000803940EFEEEEEEEE0E59400000000000803940073A6DA0D30E594000000000008039401E85EB51B80E5940000000000080394036D069039D0E594000000000008039404E1BE8B4810E5940000000000080394066666666660E594000000000008039407EB1E4174B0E5940000000000080394096FC62C92F0E59400000000000803940AE47E17A140E59400000000000803940');
INSERT INTO public.region VALUES
	('18f16236-50cf-4536-b1b1-a6b8dc4daf64', '53', 1, '云南省', NULL, NULL, NULL, '["2026-11-23 07:20:21.854918+08",)', NULL, DEFAULT, NULL, false, 'test', DEFAULT, DEFAULT, 'bdd8c382-0fce-489d-ace6-1cb10e1315e4'),
	('de93d209-6e93-47f6-9526-52202a813756', '5329', 2, '大理州', NULL, '53', NULL, '["2026-11-23 07:20:21.854918+08",)', NULL, DEFAULT, NULL, false, 'test', DEFAULT, DEFAULT, 'bdd8c382-0fce-489d-ace6-1cb10e1315e4'),
	('479159da-11c0-4f36-8dc1-39eade21f71a', '532901', 3, '大理市', NULL, '5329', NULL, '["2026-11-23 07:20:21.854918+08",)', NULL, DEFAULT, NULL, false, 'test', DEFAULT, DEFAULT, 'bdd8c382-0fce-489d-ace6-1cb10e1315e4'),
	('74febb85-d48c-4309-8260-7c6810ce9b1d', '532901001', 4, '镇', NULL, '532901', NULL, '["2026-11-23 07:20:21.854918+08",)', NULL, DEFAULT, NULL, false, 'test', DEFAULT, DEFAULT, 'bdd8c382-0fce-489d-ace6-1cb10e1315e4'),
	('5bec9c46-90f1-4d9a-ba72-e7e30eab11ac', '532901001001', 5, '西村', NULL, '532901001', NULL, '["2026-11-23 07:20:21.854918+08",)', '0106000020E61000000100000001030000000100000031000000AE47E17A140E59400000000000803940AE47E17A140E5940A0D3063A6D803940AE47E17A140E594041A70D74DA803940AE47E17A140E5940E17A14AE47813940AE47E17A140E5940824E1BE8B4813940AE47E17A140E59402222222222823940AE47E17A140E5940C2F5285C8F823940AE47E17A140E594063C92F96FC823940AE47E17A140E5940039D36D069833940AE47E17A140E5940A4703D0AD7833940AE47E17A140E59404444444444843940AE47E17A140E5940E5174B7EB1843940AE47E17A140E594085EB51B81E853940C6925F2CF90D594085EB51B81E853940DEDDDDDDDD0D594085EB51B81E853940F6285C8FC20D594085EB51B81E8539400E74DA40A70D594085EB51B81E85394026BF58F28B0D594085EB51B81E8539403E0AD7A3700D594085EB51B81E85394055555555550D594085EB51B81E8539406DA0D3063A0D594085EB51B81E85394085EB51B81E0D594085EB51B81E8539409D36D069030D594085EB51B81E853940B5814E1BE80C594085EB51B81E853940CDCCCCCCCC0C594085EB51B81E853940CDCCCCCCCC0C5940E5174B7EB1843940CDCCCCCCCC0C59404444444444843940CDCCCCCCCC0C5940A4703D0AD7833940CDCCCCCCCC0C5940039D36D069833940CDCCCCCCCC0C594063C92F96FC823940CDCCCCCCCC0C5940C2F5285C8F823940CDCCCCCCCC0C59402222222222823940CDCCCCCCCC0C5940824E1BE8B4813940CDCCCCCCCC0C5940E17A14AE47813940CDCCCCCCCC0C594041A70D74DA803940CDCCCCCCCC0C5940A0D3063A6D803940CDCCCCCCCC0C59400000000000803940B5814E1BE80C594000000000008039409D36D069030D5940000000000080394085EB51B81E0D594000000000008039406DA0D3063A0D5940000000000080394055555555550D594000000000008039403E0AD7A3700D5940000000000080394026BF58F28B0D594000000000008039400E74DA40A70D59400000000000803940F6285C8FC20D59400000000000803940DEDDDDDDDD0D59400000000000803940C6925F2CF90D59400000000000803940AE47E17A140E59400000000000803940', DEFAULT, NULL, false, 'test', DEFAULT, DEFAULT, 'bdd8c382-0fce-489d-ace6-1cb10e1315e4'),
	('09d4a0a7-e839-46c2-a296-d1bde1a168da', '532901001002', 5, '东村', NULL, '532901001', NULL, '["2026-11-23 07:20:21.854918+08",)', '0106000020E610000001000000010300000001000000310000008FC2F5285C0F594000000000008039408FC2F5285C0F5940A0D3063A6D8039408FC2F5285C0F594041A70D74DA8039408FC2F5285C0F5940E17A14AE478139408FC2F5285C0F5940824E1BE8B48139408FC2F5285C0F594022222222228239408FC2F5285C0F5940C2F5285C8F8239408FC2F5285C0F594063C92F96FC8239408FC2F5285C0F5940039D36D0698339408FC2F5285C0F5940A4703D0AD78339408FC2F5285C0F594044444444448439408FC2F5285C0F5940E5174B7EB18439408FC2F5285C0F594085EB51B81E853940A70D74DA400F594085EB51B81E853940BF58F28B250F594085EB51B81E853940D7A3703D0A0F594085EB51B81E853940EFEEEEEEEE0E594085EB51B81E853940073A6DA0D30E594085EB51B81E8539401E85EB51B80E594085EB51B81E85394036D069039D0E594085EB51B81E8539404E1BE8B4810E594085EB51B81E85394066666666660E594085EB51B81E8539407EB1E4174B0E594085EB51B81E85394096FC62C92F0E594085EB51B81E853940AE47E17A140E594085EB51B81E853940AE47E17A140E5940E5174B7EB1843940AE47E17A140E59404444444444843940AE47E17A140E5940A4703D0AD7833940AE47E17A140E5940039D36D069833940AE47E17A140E594063C92F96FC823940AE47E17A140E5940C2F5285C8F823940AE47E17A140E59402222222222823940AE47E17A140E5940824E1BE8B4813940AE47E17A140E5940E17A14AE47813940AE47E17A140E594041A70D74DA803940AE47E17A140E5940A0D3063A6D803940AE47E17A140E5940000000000080394096FC62C92F0E594000000000008039407EB1E4174B0E5940000000000080394066666666660E594000000000008039404E1BE8B4810E5940000000000080394036D069039D0E594000000000008039401E85EB51B80E59400000000000803940073A6DA0D30E59400000000000803940EFEEEEEEEE0E59400000000000803940D7A3703D0A0F59400000000000803940BF58F28B250F59400000000000803940A70D74DA400F594000000000008039408FC2F5285C0F59400000000000803940', DEFAULT, NULL, false, 'test', DEFAULT, DEFAULT, 'bdd8c382-0fce-489d-ace6-1cb10e1315e4');
SELECT pg_catalog.setval('public.audit_id_seq', 7, true);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.duty
    ADD CONSTRAINT ex_duty_account_grid_validity EXCLUDE USING gist (account_id WITH =, grid_no WITH =, validity WITH &&);
ALTER TABLE ONLY public.grid
    ADD CONSTRAINT ex_grid_grid_no_validity EXCLUDE USING gist (grid_no WITH =, validity WITH &&);
ALTER TABLE ONLY public.region
    ADD CONSTRAINT ex_region_code_validity EXCLUDE USING gist (code WITH =, validity WITH &&);
ALTER TABLE ONLY public.account
    ADD CONSTRAINT pk_account PRIMARY KEY (id);
ALTER TABLE ONLY public.audit
    ADD CONSTRAINT pk_audit PRIMARY KEY (id);
ALTER TABLE ONLY public.barrier
    ADD CONSTRAINT pk_barrier PRIMARY KEY (id);
ALTER TABLE ONLY public.building
    ADD CONSTRAINT pk_building PRIMARY KEY (id);
ALTER TABLE ONLY public.duty
    ADD CONSTRAINT pk_duty PRIMARY KEY (id);
ALTER TABLE ONLY public.enrolment
    ADD CONSTRAINT pk_enrolment PRIMARY KEY (id);
ALTER TABLE ONLY public.facility
    ADD CONSTRAINT pk_facility PRIMARY KEY (id);
ALTER TABLE ONLY public.facility_kind
    ADD CONSTRAINT pk_facility_kind PRIMARY KEY (code);
ALTER TABLE ONLY public.grid
    ADD CONSTRAINT pk_grid PRIMARY KEY (id);
ALTER TABLE ONLY public.grid_lineage
    ADD CONSTRAINT pk_grid_lineage PRIMARY KEY (plan_id, old_no, new_no);
ALTER TABLE ONLY public.house
    ADD CONSTRAINT pk_house PRIMARY KEY (id);
ALTER TABLE ONLY public.household
    ADD CONSTRAINT pk_household PRIMARY KEY (id);
ALTER TABLE ONLY public.import_log
    ADD CONSTRAINT pk_import_log PRIMARY KEY (id);
ALTER TABLE ONLY public.incident
    ADD CONSTRAINT pk_incident PRIMARY KEY (id);
ALTER TABLE ONLY public.incident_kind
    ADD CONSTRAINT pk_incident_kind PRIMARY KEY (code);
ALTER TABLE ONLY public.link
    ADD CONSTRAINT pk_link PRIMARY KEY (id);
ALTER TABLE ONLY public.organisation
    ADD CONSTRAINT pk_organisation PRIMARY KEY (id);
ALTER TABLE ONLY public.organisation_kind
    ADD CONSTRAINT pk_organisation_kind PRIMARY KEY (code);
ALTER TABLE ONLY public.person
    ADD CONSTRAINT pk_person PRIMARY KEY (id);
ALTER TABLE ONLY public.plan
    ADD CONSTRAINT pk_plan PRIMARY KEY (id);
ALTER TABLE ONLY public.plan_grid
    ADD CONSTRAINT pk_plan_grid PRIMARY KEY (plan_id, seq);
ALTER TABLE ONLY public.region
    ADD CONSTRAINT pk_region PRIMARY KEY (id);
ALTER TABLE ONLY public.region_alias
    ADD CONSTRAINT pk_region_alias PRIMARY KEY (region_code, name);
ALTER TABLE ONLY public.service_kind
    ADD CONSTRAINT pk_service_kind PRIMARY KEY (code);
ALTER TABLE ONLY public.session
    ADD CONSTRAINT pk_session PRIMARY KEY (token_hash);
ALTER TABLE ONLY public.account
    ADD CONSTRAINT uq_account_login UNIQUE (login);
CREATE INDEX ix_audit_account_id_at ON public.audit USING btree (account_id, at);
CREATE INDEX ix_audit_subject ON public.audit USING btree (subject, subject_id);
CREATE INDEX ix_barrier_geom ON public.barrier USING gist (geom);
CREATE INDEX ix_barrier_geom_m ON public.barrier USING gist (geom_m);
CREATE INDEX ix_building_geom_m ON public.building USING gist (geom_m);
CREATE INDEX ix_building_grid_no ON public.building USING btree (grid_no);
CREATE INDEX ix_duty_grid_no ON public.duty USING btree (grid_no);
CREATE INDEX ix_enrolment_grid_no ON public.enrolment USING btree (grid_no);
CREATE INDEX ix_enrolment_person_id ON public.enrolment USING btree (person_id);
CREATE INDEX ix_facility_geom_m ON public.facility USING gist (geom_m);
CREATE INDEX ix_facility_grid_no ON public.facility USING btree (grid_no);
CREATE INDEX ix_grid_geom ON public.grid USING gist (geom) WHERE upper_inf(validity);
CREATE INDEX ix_grid_geom_m ON public.grid USING gist (geom_m) WHERE upper_inf(validity);
CREATE INDEX ix_grid_in_force ON public.grid USING btree (grid_no) WHERE upper_inf(validity);
CREATE INDEX ix_house_building_id ON public.house USING btree (building_id);
CREATE INDEX ix_house_estate ON public.house USING btree (estate, building_no);
CREATE INDEX ix_house_grid_no ON public.house USING btree (grid_no);
CREATE INDEX ix_house_hamlet ON public.house USING btree (hamlet, number);
CREATE INDEX ix_house_street ON public.house USING btree (street, number);
CREATE INDEX ix_household_grid_no ON public.household USING btree (grid_no);
CREATE INDEX ix_household_house_id ON public.household USING btree (house_id);
CREATE INDEX ix_household_phone_index ON public.household USING btree (phone_index);
CREATE INDEX ix_import_log_kind ON public.import_log USING btree (kind, source_name);
CREATE INDEX ix_incident_grid_no_occurred_on ON public.incident USING btree (grid_no, occurred_on) INCLUDE (kind);
CREATE INDEX ix_link_geom ON public.link USING gist (geom);
CREATE INDEX ix_link_geom_m ON public.link USING gist (geom_m);
CREATE INDEX ix_organisation_geom_m ON public.organisation USING gist (geom_m);
CREATE INDEX ix_organisation_grid_no ON public.organisation USING btree (grid_no);
CREATE INDEX ix_person_grid_no ON public.person USING btree (grid_no);
CREATE INDEX ix_person_household_id ON public.person USING btree (household_id);
CREATE INDEX ix_person_id_no_index ON public.person USING btree (id_no_index);
CREATE INDEX ix_person_phone_index ON public.person USING btree (phone_index);
CREATE INDEX ix_plan_village_code ON public.plan USING btree (village_code);
CREATE INDEX ix_region_alias_name ON public.region_alias USING btree (name);
CREATE INDEX ix_region_geom ON public.region USING gist (geom);
CREATE INDEX ix_region_geom_m ON public.region USING gist (geom_m);
CREATE INDEX ix_region_level_lo ON public.region USING btree (level, lo);
CREATE INDEX ix_region_parent_code ON public.region USING btree (parent_code);
CREATE INDEX ix_session_account_id ON public.session USING btree (account_id);
CREATE UNIQUE INDEX uq_plan_published ON public.plan USING btree (village_code) WHERE (status = 'published'::text);
ALTER TABLE ONLY public.barrier
    ADD CONSTRAINT fk_barrier_import_id FOREIGN KEY (import_id) REFERENCES public.import_log(id);
ALTER TABLE ONLY public.building
    ADD CONSTRAINT fk_building_import_id FOREIGN KEY (import_id) REFERENCES public.import_log(id);
ALTER TABLE ONLY public.duty
    ADD CONSTRAINT fk_duty_account_id FOREIGN KEY (account_id) REFERENCES public.account(id);
ALTER TABLE ONLY public.enrolment
    ADD CONSTRAINT fk_enrolment_import_id FOREIGN KEY (import_id) REFERENCES public.import_log(id);
ALTER TABLE ONLY public.enrolment
    ADD CONSTRAINT fk_enrolment_person_id FOREIGN KEY (person_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.enrolment
    ADD CONSTRAINT fk_enrolment_service FOREIGN KEY (service) REFERENCES public.service_kind(code);
ALTER TABLE ONLY public.facility
    ADD CONSTRAINT fk_facility_import_id FOREIGN KEY (import_id) REFERENCES public.import_log(id);
ALTER TABLE ONLY public.facility
    ADD CONSTRAINT fk_facility_kind FOREIGN KEY (kind) REFERENCES public.facility_kind(code);
ALTER TABLE ONLY public.grid_lineage
    ADD CONSTRAINT fk_grid_lineage_plan_id FOREIGN KEY (plan_id) REFERENCES public.plan(id);
ALTER TABLE ONLY public.grid
    ADD CONSTRAINT fk_grid_plan_id FOREIGN KEY (plan_id) REFERENCES public.plan(id);
ALTER TABLE ONLY public.house
    ADD CONSTRAINT fk_house_building_id FOREIGN KEY (building_id) REFERENCES public.building(id);
ALTER TABLE ONLY public.house
    ADD CONSTRAINT fk_house_import_id FOREIGN KEY (import_id) REFERENCES public.import_log(id);
ALTER TABLE ONLY public.household
    ADD CONSTRAINT fk_household_house_id FOREIGN KEY (house_id) REFERENCES public.house(id);
ALTER TABLE ONLY public.household
    ADD CONSTRAINT fk_household_import_id FOREIGN KEY (import_id) REFERENCES public.import_log(id);
ALTER TABLE ONLY public.incident
    ADD CONSTRAINT fk_incident_import_id FOREIGN KEY (import_id) REFERENCES public.import_log(id);
ALTER TABLE ONLY public.incident
    ADD CONSTRAINT fk_incident_kind FOREIGN KEY (kind) REFERENCES public.incident_kind(code);
ALTER TABLE ONLY public.link
    ADD CONSTRAINT fk_link_import_id FOREIGN KEY (import_id) REFERENCES public.import_log(id);
ALTER TABLE ONLY public.organisation
    ADD CONSTRAINT fk_organisation_import_id FOREIGN KEY (import_id) REFERENCES public.import_log(id);
ALTER TABLE ONLY public.organisation
    ADD CONSTRAINT fk_organisation_kind FOREIGN KEY (kind) REFERENCES public.organisation_kind(code);
ALTER TABLE ONLY public.person
    ADD CONSTRAINT fk_person_household_id FOREIGN KEY (household_id) REFERENCES public.household(id);
ALTER TABLE ONLY public.person
    ADD CONSTRAINT fk_person_import_id FOREIGN KEY (import_id) REFERENCES public.import_log(id);
ALTER TABLE ONLY public.plan_grid
    ADD CONSTRAINT fk_plan_grid_plan_id FOREIGN KEY (plan_id) REFERENCES public.plan(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.region
    ADD CONSTRAINT fk_region_import_id FOREIGN KEY (import_id) REFERENCES public.import_log(id);
ALTER TABLE ONLY public.session
    ADD CONSTRAINT fk_session_account_id FOREIGN KEY (account_id) REFERENCES public.account(id) ON DELETE CASCADE;
ALTER TABLE public.enrolment ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.house ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.household ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.incident ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.person ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope_grids ON public.enrolment AS RESTRICTIVE USING (((NULLIF(current_setting('wangge.grids'::text, true), ''::text) IS NULL) OR (grid_no = ANY ((NULLIF(current_setting('wangge.grids'::text, true), ''::text))::bigint[]))));
CREATE POLICY scope_grids ON public.house AS RESTRICTIVE USING (((NULLIF(current_setting('wangge.grids'::text, true), ''::text) IS NULL) OR (grid_no = ANY ((NULLIF(current_setting('wangge.grids'::text, true), ''::text))::bigint[]))));
CREATE POLICY scope_grids ON public.household AS RESTRICTIVE USING (((NULLIF(current_setting('wangge.grids'::text, true), ''::text) IS NULL) OR (grid_no = ANY ((NULLIF(current_setting('wangge.grids'::text, true), ''::text))::bigint[]))));
CREATE POLICY scope_grids ON public.incident AS RESTRICTIVE USING (((NULLIF(current_setting('wangge.grids'::text, true), ''::text) IS NULL) OR (grid_no = ANY ((NULLIF(current_setting('wangge.grids'::text, true), ''::text))::bigint[]))));
CREATE POLICY scope_grids ON public.person AS RESTRICTIVE USING (((NULLIF(current_setting('wangge.grids'::text, true), ''::text) IS NULL) OR (grid_no = ANY ((NULLIF(current_setting('wangge.grids'::text, true), ''::text))::bigint[]))));
CREATE POLICY scope_range ON public.enrolment USING (((grid_no >= (NULLIF(current_setting('wangge.lo'::text, true), ''::text))::bigint) AND (grid_no <= (NULLIF(current_setting('wangge.hi'::text, true), ''::text))::bigint)));
CREATE POLICY scope_range ON public.house USING (((grid_no >= (NULLIF(current_setting('wangge.lo'::text, true), ''::text))::bigint) AND (grid_no <= (NULLIF(current_setting('wangge.hi'::text, true), ''::text))::bigint)));
CREATE POLICY scope_range ON public.household USING (((grid_no >= (NULLIF(current_setting('wangge.lo'::text, true), ''::text))::bigint) AND (grid_no <= (NULLIF(current_setting('wangge.hi'::text, true), ''::text))::bigint)));
CREATE POLICY scope_range ON public.incident USING (((grid_no >= (NULLIF(current_setting('wangge.lo'::text, true), ''::text))::bigint) AND (grid_no <= (NULLIF(current_setting('wangge.hi'::text, true), ''::text))::bigint)));
CREATE POLICY scope_range ON public.person USING (((grid_no >= (NULLIF(current_setting('wangge.lo'::text, true), ''::text))::bigint) AND (grid_no <= (NULLIF(current_setting('wangge.hi'::text, true), ''::text))::bigint)));
GRANT USAGE ON SCHEMA public TO wangge_api;
GRANT USAGE ON SCHEMA public TO wangge_read;
REVOKE ALL ON FUNCTION public.analyze_registers() FROM PUBLIC;
GRANT ALL ON FUNCTION public.analyze_registers() TO wangge_api;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.account TO wangge_api;
GRANT SELECT(id) ON TABLE public.account TO wangge_read;
GRANT SELECT(login) ON TABLE public.account TO wangge_read;
GRANT SELECT(name) ON TABLE public.account TO wangge_read;
GRANT SELECT(role) ON TABLE public.account TO wangge_read;
GRANT SELECT(region_code) ON TABLE public.account TO wangge_read;
GRANT SELECT(disabled_at) ON TABLE public.account TO wangge_read;
GRANT SELECT ON TABLE public.alembic_version TO wangge_api;
GRANT SELECT ON TABLE public.alembic_version TO wangge_read;
GRANT SELECT ON TABLE public.audit TO wangge_api;
GRANT INSERT(account_id) ON TABLE public.audit TO wangge_api;
GRANT INSERT(act) ON TABLE public.audit TO wangge_api;
GRANT INSERT(subject) ON TABLE public.audit TO wangge_api;
GRANT INSERT(subject_id) ON TABLE public.audit TO wangge_api;
GRANT INSERT(grid_no) ON TABLE public.audit TO wangge_api;
GRANT INSERT(purpose) ON TABLE public.audit TO wangge_api;
GRANT INSERT(detail) ON TABLE public.audit TO wangge_api;
GRANT USAGE ON SEQUENCE public.audit_id_seq TO wangge_api;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.barrier TO wangge_api;
GRANT SELECT ON TABLE public.barrier TO wangge_read;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.building TO wangge_api;
GRANT SELECT ON TABLE public.building TO wangge_read;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.duty TO wangge_api;
GRANT SELECT ON TABLE public.duty TO wangge_read;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.enrolment TO wangge_api;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.facility TO wangge_api;
GRANT SELECT ON TABLE public.facility TO wangge_read;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.facility_kind TO wangge_api;
GRANT SELECT ON TABLE public.facility_kind TO wangge_read;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.grid TO wangge_api;
GRANT SELECT ON TABLE public.grid TO wangge_read;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.grid_lineage TO wangge_api;
GRANT SELECT ON TABLE public.grid_lineage TO wangge_read;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.house TO wangge_api;
GRANT SELECT ON TABLE public.house TO wangge_read;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.household TO wangge_api;
GRANT SELECT(id) ON TABLE public.household TO wangge_read;
GRANT SELECT(house_id) ON TABLE public.household TO wangge_read;
GRANT SELECT(grid_no) ON TABLE public.household TO wangge_read;
GRANT SELECT(moved_in_on) ON TABLE public.household TO wangge_read;
GRANT SELECT(moved_out_on) ON TABLE public.household TO wangge_read;
GRANT SELECT(rev) ON TABLE public.household TO wangge_read;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.import_log TO wangge_api;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.incident TO wangge_api;
GRANT SELECT ON TABLE public.incident TO wangge_read;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.incident_kind TO wangge_api;
GRANT SELECT ON TABLE public.incident_kind TO wangge_read;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.link TO wangge_api;
GRANT SELECT ON TABLE public.link TO wangge_read;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.organisation TO wangge_api;
GRANT SELECT ON TABLE public.organisation TO wangge_read;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.organisation_kind TO wangge_api;
GRANT SELECT ON TABLE public.organisation_kind TO wangge_read;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.person TO wangge_api;
GRANT SELECT(id) ON TABLE public.person TO wangge_read;
GRANT SELECT(household_id) ON TABLE public.person TO wangge_read;
GRANT SELECT(grid_no) ON TABLE public.person TO wangge_read;
GRANT SELECT(name) ON TABLE public.person TO wangge_read;
GRANT SELECT(sex) ON TABLE public.person TO wangge_read;
GRANT SELECT(birth_year) ON TABLE public.person TO wangge_read;
GRANT SELECT(residence) ON TABLE public.person TO wangge_read;
GRANT SELECT(moved_in_on) ON TABLE public.person TO wangge_read;
GRANT SELECT(moved_out_on) ON TABLE public.person TO wangge_read;
GRANT SELECT(rev) ON TABLE public.person TO wangge_read;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.plan TO wangge_api;
GRANT SELECT ON TABLE public.plan TO wangge_read;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.plan_grid TO wangge_api;
GRANT SELECT ON TABLE public.plan_grid TO wangge_read;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.region TO wangge_api;
GRANT SELECT ON TABLE public.region TO wangge_read;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.region_alias TO wangge_api;
GRANT SELECT ON TABLE public.region_alias TO wangge_read;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.service_kind TO wangge_api;
GRANT SELECT ON TABLE public.service_kind TO wangge_read;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.session TO wangge_api;
GRANT SELECT ON TABLE public.session TO wangge_read;
