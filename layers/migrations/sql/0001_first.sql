-- The first schema. Which query needs which index is said in sql/functions/090_index_comments.sql.
CREATE TABLE account (
    id UUID NOT NULL,
    login TEXT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL CONSTRAINT ck_account_role CHECK (role in ('administrator', 'planner', 'officer', 'field')),
    region_code TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    disabled_at TIMESTAMP WITH TIME ZONE,
    failed_logins INTEGER DEFAULT 0 NOT NULL,
    locked_until TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_account PRIMARY KEY (id),
    CONSTRAINT uq_account_login UNIQUE (login)
);

CREATE TABLE audit (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    account_id UUID,
    act TEXT NOT NULL,
    subject TEXT NOT NULL,
    subject_id TEXT,
    grid_no BIGINT,
    purpose TEXT,
    detail JSONB DEFAULT '{}' NOT NULL,
    CONSTRAINT pk_audit PRIMARY KEY (id)
);
CREATE INDEX ix_audit_account_id_at ON audit (account_id, at);
CREATE INDEX ix_audit_subject ON audit (subject, subject_id);

CREATE TABLE facility_kind (
    code TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    sort INTEGER DEFAULT 0 NOT NULL,
    CONSTRAINT pk_facility_kind PRIMARY KEY (code)
);

CREATE TABLE import_log (
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    source_name TEXT NOT NULL,
    sha256 TEXT,
    crs TEXT,
    rows INTEGER DEFAULT 0 NOT NULL,
    counts JSONB DEFAULT '{}' NOT NULL,
    faults JSONB DEFAULT '[]' NOT NULL,
    at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    by UUID,
    CONSTRAINT pk_import_log PRIMARY KEY (id)
);
CREATE INDEX ix_import_log_kind ON import_log (kind, source_name);

CREATE TABLE incident_kind (
    code TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    sort INTEGER DEFAULT 0 NOT NULL,
    CONSTRAINT pk_incident_kind PRIMARY KEY (code)
);

CREATE TABLE organisation_kind (
    code TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    sort INTEGER DEFAULT 0 NOT NULL,
    CONSTRAINT pk_organisation_kind PRIMARY KEY (code)
);

CREATE TABLE plan (
    id UUID NOT NULL,
    village_code TEXT NOT NULL CONSTRAINT ck_plan_village_code CHECK (village_code ~ '^[0-9]{12}$'),
    status TEXT DEFAULT 'draft' NOT NULL CONSTRAINT ck_plan_status CHECK (status in ('draft', 'in_review', 'published', 'retired')),
    stale BOOLEAN DEFAULT false NOT NULL,
    rev INTEGER DEFAULT 1 NOT NULL,
    target_load INTEGER NOT NULL,
    band_low INTEGER NOT NULL,
    band_high INTEGER NOT NULL,
    tolerance FLOAT NOT NULL,
    k INTEGER,
    report JSONB DEFAULT '{}' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    submitted_at TIMESTAMP WITH TIME ZONE,
    submitted_by UUID,
    published_at TIMESTAMP WITH TIME ZONE,
    published_by UUID,
    CONSTRAINT pk_plan PRIMARY KEY (id),
    CONSTRAINT ck_plan_band CHECK (0 < band_low and band_low <= band_high and target_load > 0)
);
CREATE INDEX ix_plan_village_code ON plan (village_code);
CREATE UNIQUE INDEX uq_plan_published ON plan (village_code) WHERE status = 'published';

CREATE TABLE region_alias (
    region_code TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL CONSTRAINT ck_region_alias_kind CHECK (kind in ('short', 'ethnic', 'old')),
    valid_to DATE,
    CONSTRAINT pk_region_alias PRIMARY KEY (region_code, name)
);
CREATE INDEX ix_region_alias_name ON region_alias (name);

CREATE TABLE service_kind (
    code TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    sort INTEGER DEFAULT 0 NOT NULL,
    CONSTRAINT pk_service_kind PRIMARY KEY (code)
);

CREATE TABLE barrier (
    id UUID NOT NULL,
    kind TEXT NOT NULL CONSTRAINT ck_barrier_kind CHECK (kind in ('river', 'lake', 'railway', 'motorway', 'street', 'ridge', 'group')),
    hard BOOLEAN NOT NULL,
    cost FLOAT DEFAULT 1 NOT NULL,
    name TEXT,
    geom geometry(LINESTRING,4326) NOT NULL,
    geom_m geometry(LINESTRING,3857) GENERATED ALWAYS AS (st_transform(geom, 3857)) STORED,
    source TEXT NOT NULL,
    import_id UUID,
    CONSTRAINT pk_barrier PRIMARY KEY (id),
    CONSTRAINT fk_barrier_import_id FOREIGN KEY(import_id) REFERENCES import_log (id)
);
CREATE INDEX ix_barrier_geom ON barrier USING gist (geom);
CREATE INDEX ix_barrier_geom_m ON barrier USING gist (geom_m);

CREATE TABLE building (
    id UUID NOT NULL,
    footprint geometry(GEOMETRY,4326),
    name TEXT,
    use TEXT,
    address TEXT,
    assumed_households INTEGER DEFAULT 0 NOT NULL,
    geom_m geometry(GEOMETRY,3857) GENERATED ALWAYS AS (st_transform(coalesce(footprint, point), 3857)) STORED,
    grid_no BIGINT NOT NULL,
    point geometry(POINT,4326),
    level TEXT DEFAULT 'house' NOT NULL CONSTRAINT ck_building_level CHECK (level in ('house', 'building', 'street', 'hamlet', 'village', 'township', 'county', 'unplaced')),
    radius_m FLOAT,
    confidence FLOAT,
    source TEXT NOT NULL,
    source_crs TEXT,
    rev INTEGER DEFAULT 1 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    import_id UUID,
    CONSTRAINT pk_building PRIMARY KEY (id),
    CONSTRAINT fk_building_import_id FOREIGN KEY(import_id) REFERENCES import_log (id)
);
CREATE INDEX ix_building_geom_m ON building USING gist (geom_m);
CREATE INDEX ix_building_grid_no ON building (grid_no);

CREATE TABLE duty (
    id UUID NOT NULL,
    account_id UUID NOT NULL,
    grid_no BIGINT NOT NULL,
    status TEXT NOT NULL CONSTRAINT ck_duty_status CHECK (status in ('active', 'proposed')),
    validity TSTZRANGE DEFAULT tstzrange(now(), null) NOT NULL,
    CONSTRAINT pk_duty PRIMARY KEY (id),
    CONSTRAINT ex_duty_account_grid_validity EXCLUDE USING gist (account_id WITH =, grid_no WITH =, validity WITH &&),
    CONSTRAINT fk_duty_account_id FOREIGN KEY(account_id) REFERENCES account (id)
);
CREATE INDEX ix_duty_grid_no ON duty (grid_no);

CREATE TABLE facility (
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    name TEXT,
    geom_m geometry(POINT,3857) GENERATED ALWAYS AS (st_transform(point, 3857)) STORED,
    grid_no BIGINT NOT NULL,
    point geometry(POINT,4326),
    level TEXT DEFAULT 'house' NOT NULL CONSTRAINT ck_facility_level CHECK (level in ('house', 'building', 'street', 'hamlet', 'village', 'township', 'county', 'unplaced')),
    radius_m FLOAT,
    confidence FLOAT,
    source TEXT NOT NULL,
    source_crs TEXT,
    rev INTEGER DEFAULT 1 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    import_id UUID,
    CONSTRAINT pk_facility PRIMARY KEY (id),
    CONSTRAINT fk_facility_kind FOREIGN KEY(kind) REFERENCES facility_kind (code),
    CONSTRAINT fk_facility_import_id FOREIGN KEY(import_id) REFERENCES import_log (id)
);
CREATE INDEX ix_facility_geom_m ON facility USING gist (geom_m);
CREATE INDEX ix_facility_grid_no ON facility (grid_no);

CREATE TABLE grid (
    id UUID NOT NULL,
    grid_no BIGINT NOT NULL,
    validity TSTZRANGE NOT NULL,
    plan_id UUID NOT NULL,
    kind TEXT NOT NULL CONSTRAINT ck_grid_kind CHECK (kind in ('basic', 'exclusive')),
    name TEXT,
    load INTEGER NOT NULL,
    geom geometry(MULTIPOLYGON,4326) NOT NULL,
    geom_m geometry(MULTIPOLYGON,3857) GENERATED ALWAYS AS (st_transform(geom, 3857)) STORED,
    area_m2 FLOAT NOT NULL,
    CONSTRAINT pk_grid PRIMARY KEY (id),
    CONSTRAINT ck_grid_grid_no CHECK (grid_no between 1 and 999999999999999),
    CONSTRAINT ck_grid_number CHECK ((kind = 'exclusive') = (grid_no % 1000 >= 900)),
    CONSTRAINT ck_grid_not_zero CHECK (grid_no % 1000 > 0),
    CONSTRAINT ck_grid_validity CHECK (not isempty(validity)),
    CONSTRAINT ex_grid_grid_no_validity EXCLUDE USING gist (grid_no WITH =, validity WITH &&),
    CONSTRAINT fk_grid_plan_id FOREIGN KEY(plan_id) REFERENCES plan (id)
);
CREATE INDEX ix_grid_geom ON grid USING gist (geom) WHERE upper_inf(validity);
CREATE INDEX ix_grid_geom_m ON grid USING gist (geom_m) WHERE upper_inf(validity);
CREATE INDEX ix_grid_in_force ON grid (grid_no) WHERE upper_inf(validity);

CREATE TABLE grid_lineage (
    plan_id UUID NOT NULL,
    old_no BIGINT NOT NULL,
    new_no BIGINT NOT NULL,
    households INTEGER NOT NULL,
    CONSTRAINT pk_grid_lineage PRIMARY KEY (plan_id, old_no, new_no),
    CONSTRAINT fk_grid_lineage_plan_id FOREIGN KEY(plan_id) REFERENCES plan (id)
);

CREATE TABLE incident (
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    occurred_at TIMESTAMP WITH TIME ZONE NOT NULL,
    occurred_on DATE GENERATED ALWAYS AS ((occurred_at at time zone 'Asia/Shanghai')::date) STORED NOT NULL,
    handled_grid_no BIGINT NOT NULL,
    geom_m geometry(POINT,3857) GENERATED ALWAYS AS (st_transform(point, 3857)) STORED,
    grid_no BIGINT NOT NULL,
    point geometry(POINT,4326),
    level TEXT DEFAULT 'house' NOT NULL CONSTRAINT ck_incident_level CHECK (level in ('house', 'building', 'street', 'hamlet', 'village', 'township', 'county', 'unplaced')),
    radius_m FLOAT,
    confidence FLOAT,
    source TEXT NOT NULL,
    source_crs TEXT,
    rev INTEGER DEFAULT 1 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    import_id UUID,
    CONSTRAINT pk_incident PRIMARY KEY (id),
    CONSTRAINT fk_incident_kind FOREIGN KEY(kind) REFERENCES incident_kind (code),
    CONSTRAINT fk_incident_import_id FOREIGN KEY(import_id) REFERENCES import_log (id)
);
CREATE INDEX ix_incident_grid_no_occurred_on ON incident (grid_no, occurred_on) INCLUDE (kind);

CREATE TABLE link (
    id UUID NOT NULL,
    kind TEXT NOT NULL CONSTRAINT ck_link_kind CHECK (kind in ('bridge', 'tunnel', 'crossing', 'ford', 'drawn')),
    name TEXT,
    geom geometry(LINESTRING,4326) NOT NULL,
    geom_m geometry(LINESTRING,3857) GENERATED ALWAYS AS (st_transform(geom, 3857)) STORED,
    source TEXT NOT NULL,
    import_id UUID,
    CONSTRAINT pk_link PRIMARY KEY (id),
    CONSTRAINT fk_link_import_id FOREIGN KEY(import_id) REFERENCES import_log (id)
);
CREATE INDEX ix_link_geom ON link USING gist (geom);
CREATE INDEX ix_link_geom_m ON link USING gist (geom_m);

CREATE TABLE organisation (
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    geom_m geometry(POINT,3857) GENERATED ALWAYS AS (st_transform(point, 3857)) STORED,
    grid_no BIGINT NOT NULL,
    point geometry(POINT,4326),
    level TEXT DEFAULT 'house' NOT NULL CONSTRAINT ck_organisation_level CHECK (level in ('house', 'building', 'street', 'hamlet', 'village', 'township', 'county', 'unplaced')),
    radius_m FLOAT,
    confidence FLOAT,
    source TEXT NOT NULL,
    source_crs TEXT,
    rev INTEGER DEFAULT 1 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    import_id UUID,
    CONSTRAINT pk_organisation PRIMARY KEY (id),
    CONSTRAINT fk_organisation_kind FOREIGN KEY(kind) REFERENCES organisation_kind (code),
    CONSTRAINT fk_organisation_import_id FOREIGN KEY(import_id) REFERENCES import_log (id)
);
CREATE INDEX ix_organisation_geom_m ON organisation USING gist (geom_m);
CREATE INDEX ix_organisation_grid_no ON organisation (grid_no);

CREATE TABLE plan_grid (
    plan_id UUID NOT NULL,
    seq INTEGER NOT NULL,
    kind TEXT NOT NULL CONSTRAINT ck_plan_grid_kind CHECK (kind in ('basic', 'exclusive')),
    name TEXT,
    load INTEGER NOT NULL,
    geom geometry(MULTIPOLYGON,4326) NOT NULL,
    CONSTRAINT pk_plan_grid PRIMARY KEY (plan_id, seq),
    CONSTRAINT fk_plan_grid_plan_id FOREIGN KEY(plan_id) REFERENCES plan (id) ON DELETE CASCADE
);

CREATE TABLE region (
    id UUID NOT NULL,
    code TEXT NOT NULL,
    level SMALLINT NOT NULL,
    name TEXT NOT NULL,
    name_en TEXT,
    parent_code TEXT,
    mca_code TEXT,
    validity TSTZRANGE DEFAULT tstzrange(now(), null) NOT NULL,
    geom geometry(MULTIPOLYGON,4326),
    geom_m geometry(MULTIPOLYGON,3857) GENERATED ALWAYS AS (st_transform(geom, 3857)) STORED,
    area_m2 FLOAT,
    synthetic BOOLEAN DEFAULT false NOT NULL,
    source TEXT NOT NULL,
    lo BIGINT GENERATED ALWAYS AS (rpad(code, 15, '0')::bigint) STORED NOT NULL,
    hi BIGINT GENERATED ALWAYS AS (rpad(code, 15, '9')::bigint) STORED NOT NULL,
    import_id UUID,
    CONSTRAINT pk_region PRIMARY KEY (id),
    CONSTRAINT ck_region_code CHECK (code ~ '^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$'),
    CONSTRAINT ck_region_level CHECK (level = array_position(array[2,4,6,9,12], length(code))),
    CONSTRAINT ck_region_parent CHECK ((level = 1) = (parent_code is null)),
    CONSTRAINT ck_region_prefix CHECK (parent_code = left(code, length(parent_code))),
    CONSTRAINT ex_region_code_validity EXCLUDE USING gist (code WITH =, validity WITH &&),
    CONSTRAINT fk_region_import_id FOREIGN KEY(import_id) REFERENCES import_log (id)
);
CREATE INDEX ix_region_geom ON region USING gist (geom);
CREATE INDEX ix_region_geom_m ON region USING gist (geom_m);
CREATE INDEX ix_region_level_lo ON region (level, lo);
CREATE INDEX ix_region_parent_code ON region (parent_code);

CREATE TABLE session (
    token_hash BYTEA NOT NULL,
    account_id UUID NOT NULL,
    csrf TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_session PRIMARY KEY (token_hash),
    CONSTRAINT fk_session_account_id FOREIGN KEY(account_id) REFERENCES account (id) ON DELETE CASCADE
);
CREATE INDEX ix_session_account_id ON session (account_id);

CREATE TABLE house (
    id UUID NOT NULL,
    building_id UUID,
    street TEXT,
    estate TEXT,
    hamlet TEXT,
    group_no TEXT,
    number TEXT,
    building_no TEXT,
    unit TEXT,
    floor TEXT,
    room TEXT,
    address TEXT NOT NULL,
    grid_no BIGINT NOT NULL,
    point geometry(POINT,4326),
    level TEXT DEFAULT 'house' NOT NULL CONSTRAINT ck_house_level CHECK (level in ('house', 'building', 'street', 'hamlet', 'village', 'township', 'county', 'unplaced')),
    radius_m FLOAT,
    confidence FLOAT,
    source TEXT NOT NULL,
    source_crs TEXT,
    rev INTEGER DEFAULT 1 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    import_id UUID,
    CONSTRAINT pk_house PRIMARY KEY (id),
    CONSTRAINT fk_house_building_id FOREIGN KEY(building_id) REFERENCES building (id),
    CONSTRAINT fk_house_import_id FOREIGN KEY(import_id) REFERENCES import_log (id)
);
CREATE INDEX ix_house_building_id ON house (building_id);
CREATE INDEX ix_house_estate ON house (estate, building_no);
CREATE INDEX ix_house_grid_no ON house (grid_no);
CREATE INDEX ix_house_hamlet ON house (hamlet, number);
CREATE INDEX ix_house_street ON house (street, number);

CREATE TABLE household (
    id UUID NOT NULL,
    house_id UUID NOT NULL,
    grid_no BIGINT NOT NULL,
    phone_cipher BYTEA,
    phone_index BYTEA,
    moved_in_on DATE,
    moved_out_on DATE,
    rev INTEGER DEFAULT 1 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    import_id UUID,
    CONSTRAINT pk_household PRIMARY KEY (id),
    CONSTRAINT fk_household_house_id FOREIGN KEY(house_id) REFERENCES house (id),
    CONSTRAINT fk_household_import_id FOREIGN KEY(import_id) REFERENCES import_log (id)
);
CREATE INDEX ix_household_grid_no ON household (grid_no);
CREATE INDEX ix_household_house_id ON household (house_id);
CREATE INDEX ix_household_phone_index ON household (phone_index);

CREATE TABLE person (
    id UUID NOT NULL,
    household_id UUID NOT NULL,
    grid_no BIGINT NOT NULL,
    name TEXT NOT NULL,
    sex TEXT CONSTRAINT ck_person_sex CHECK (sex in ('m', 'f')),
    birth_year SMALLINT,
    residence TEXT NOT NULL CONSTRAINT ck_person_residence CHECK (residence in ('registered', 'mobile', 'left_behind', 'abroad')),
    phone_cipher BYTEA,
    phone_index BYTEA,
    id_no_cipher BYTEA,
    id_no_index BYTEA,
    moved_in_on DATE,
    moved_out_on DATE,
    rev INTEGER DEFAULT 1 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    import_id UUID,
    CONSTRAINT pk_person PRIMARY KEY (id),
    CONSTRAINT fk_person_household_id FOREIGN KEY(household_id) REFERENCES household (id),
    CONSTRAINT fk_person_import_id FOREIGN KEY(import_id) REFERENCES import_log (id)
);
CREATE INDEX ix_person_grid_no ON person (grid_no);
CREATE INDEX ix_person_household_id ON person (household_id);
CREATE INDEX ix_person_id_no_index ON person (id_no_index);
CREATE INDEX ix_person_phone_index ON person (phone_index);

CREATE TABLE enrolment (
    id UUID NOT NULL,
    person_id UUID NOT NULL,
    grid_no BIGINT NOT NULL,
    service TEXT NOT NULL,
    purpose TEXT NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE NOT NULL,
    review_on DATE NOT NULL,
    rev INTEGER DEFAULT 1 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    import_id UUID,
    CONSTRAINT pk_enrolment PRIMARY KEY (id),
    CONSTRAINT ck_enrolment_dates CHECK (starts_on < ends_on),
    CONSTRAINT fk_enrolment_person_id FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT fk_enrolment_service FOREIGN KEY(service) REFERENCES service_kind (code),
    CONSTRAINT fk_enrolment_import_id FOREIGN KEY(import_id) REFERENCES import_log (id)
);
CREATE INDEX ix_enrolment_grid_no ON enrolment (grid_no);
CREATE INDEX ix_enrolment_person_id ON enrolment (person_id);
