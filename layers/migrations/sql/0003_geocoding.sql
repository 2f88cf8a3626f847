-- Geocoding with typing faults, the review queue, duplicates, and who lived where and when.

ALTER TABLE facility ADD COLUMN address TEXT;
ALTER TABLE organisation ADD COLUMN address TEXT;
ALTER TABLE incident ADD COLUMN address TEXT;

-- Names and numbers come back in every county: with the number for place in the index only those of one are looked at.
DROP INDEX ix_house_street;
DROP INDEX ix_house_estate;
DROP INDEX ix_house_hamlet;
CREATE INDEX ix_house_street ON house (street, number, grid_no);
CREATE INDEX ix_house_estate ON house (estate, building_no, grid_no);
CREATE INDEX ix_house_hamlet ON house (hamlet, number, grid_no);
CREATE INDEX ix_house_number ON house (number, grid_no) WHERE street is null;

CREATE TABLE place_kind (
    code TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    sort INTEGER DEFAULT 0 NOT NULL,
    CONSTRAINT pk_place_kind PRIMARY KEY (code)
);

CREATE TABLE place (
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    address TEXT,
    geom_m geometry(POINT,3857) GENERATED ALWAYS AS (st_transform(point, 3857)) STORED,
    grid_no BIGINT NOT NULL,
    point geometry(POINT,4326),
    level TEXT DEFAULT 'house' NOT NULL CONSTRAINT ck_place_level CHECK (level in ('house', 'building', 'street', 'hamlet', 'village', 'township', 'county', 'unplaced')),
    radius_m FLOAT,
    confidence FLOAT,
    source TEXT NOT NULL,
    source_crs TEXT,
    ref TEXT,
    rev INTEGER DEFAULT 1 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    import_id UUID,
    CONSTRAINT pk_place PRIMARY KEY (id),
    CONSTRAINT fk_place_kind FOREIGN KEY(kind) REFERENCES place_kind (code),
    CONSTRAINT fk_place_import_id FOREIGN KEY(import_id) REFERENCES import_log (id)
);
CREATE INDEX ix_place_geom_m ON place USING gist (geom_m);
CREATE INDEX ix_place_grid_no ON place (grid_no);
CREATE INDEX ix_place_import_id ON place (import_id) WHERE import_id is not null;
CREATE INDEX ix_place_ref ON place (ref) WHERE ref is not null;

CREATE TABLE review (
    id UUID NOT NULL,
    register TEXT NOT NULL CONSTRAINT ck_review_register CHECK (register in ('building', 'house', 'facility', 'organisation', 'incident', 'place')),
    row_id UUID NOT NULL,
    text TEXT NOT NULL,
    grid_no BIGINT NOT NULL,
    level TEXT NOT NULL,
    reasons JSONB DEFAULT '[]' NOT NULL,
    candidates JSONB DEFAULT '[]' NOT NULL,
    status TEXT DEFAULT 'open' NOT NULL CONSTRAINT ck_review_status CHECK (status in ('open', 'picked', 'pinned', 'rejected')),
    rev INTEGER DEFAULT 1 NOT NULL,
    before JSONB,
    decided_at TIMESTAMP WITH TIME ZONE,
    decided_by UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    import_id UUID,
    CONSTRAINT pk_review PRIMARY KEY (id),
    CONSTRAINT fk_review_import_id FOREIGN KEY(import_id) REFERENCES import_log (id)
);
CREATE INDEX ix_review_decided_at ON review (grid_no, decided_at) WHERE status <> 'open';
CREATE INDEX ix_review_import_id ON review (import_id) WHERE import_id is not null;
CREATE INDEX ix_review_open ON review (grid_no, id) WHERE status = 'open';
CREATE INDEX ix_review_row_id ON review (row_id);

CREATE TABLE place_name (
    village_code TEXT NOT NULL,
    kind TEXT NOT NULL CONSTRAINT ck_place_name_kind CHECK (kind in ('street', 'estate', 'hamlet')),
    name TEXT NOT NULL,
    houses INTEGER NOT NULL,
    CONSTRAINT pk_place_name PRIMARY KEY (village_code, kind, name)
);

CREATE TABLE name_alias (
    id UUID NOT NULL,
    county_code TEXT NOT NULL,
    kind TEXT NOT NULL CONSTRAINT ck_name_alias_kind CHECK (kind in ('street', 'estate', 'hamlet')),
    alias TEXT NOT NULL,
    name TEXT NOT NULL,
    review_id UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    CONSTRAINT pk_name_alias PRIMARY KEY (id),
    CONSTRAINT fk_name_alias_review_id FOREIGN KEY(review_id) REFERENCES review (id)
);
CREATE INDEX ix_name_alias_review_id ON name_alias (review_id) WHERE review_id is not null;
CREATE UNIQUE INDEX uq_name_alias_county_code ON name_alias (county_code, kind, alias, name);

CREATE TABLE address_alias (
    id UUID NOT NULL,
    region_code TEXT NOT NULL,
    text TEXT NOT NULL,
    house_id UUID,
    point geometry(POINT,4326),
    grid_no BIGINT NOT NULL,
    review_id UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    CONSTRAINT pk_address_alias PRIMARY KEY (id),
    CONSTRAINT ck_address_alias_place CHECK ((house_id is null) <> (point is null)),
    CONSTRAINT fk_address_alias_house_id FOREIGN KEY(house_id) REFERENCES house (id) ON DELETE CASCADE,
    CONSTRAINT fk_address_alias_review_id FOREIGN KEY(review_id) REFERENCES review (id)
);
CREATE INDEX ix_address_alias_grid_no ON address_alias (grid_no);
CREATE INDEX ix_address_alias_house_id ON address_alias (house_id) WHERE house_id is not null;
CREATE INDEX ix_address_alias_review_id ON address_alias (review_id) WHERE review_id is not null;
CREATE UNIQUE INDEX uq_address_alias_text ON address_alias (text, region_code);

CREATE TABLE gazetteer_version (
    code TEXT NOT NULL,
    version BIGINT NOT NULL,
    CONSTRAINT pk_gazetteer_version PRIMARY KEY (code)
);

CREATE TABLE residence (
    id UUID NOT NULL,
    person_id UUID NOT NULL,
    household_id UUID NOT NULL,
    grid_no BIGINT NOT NULL,
    during DATERANGE NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    CONSTRAINT pk_residence PRIMARY KEY (id),
    CONSTRAINT ex_residence_person_id_during EXCLUDE USING gist (person_id WITH =, during WITH &&),
    CONSTRAINT fk_residence_person_id FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE CASCADE,
    CONSTRAINT fk_residence_household_id FOREIGN KEY(household_id) REFERENCES household (id)
);
CREATE INDEX ix_residence_grid_no ON residence (grid_no);
CREATE INDEX ix_residence_household_id ON residence (household_id);

CREATE TABLE occupancy (
    id UUID NOT NULL,
    household_id UUID NOT NULL,
    house_id UUID NOT NULL,
    grid_no BIGINT NOT NULL,
    during DATERANGE NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    CONSTRAINT pk_occupancy PRIMARY KEY (id),
    CONSTRAINT ex_occupancy_household_id_during EXCLUDE USING gist (household_id WITH =, during WITH &&),
    CONSTRAINT fk_occupancy_household_id FOREIGN KEY(household_id) REFERENCES household (id) ON DELETE CASCADE,
    CONSTRAINT fk_occupancy_house_id FOREIGN KEY(house_id) REFERENCES house (id)
);
CREATE INDEX ix_occupancy_grid_no ON occupancy (grid_no);
CREATE INDEX ix_occupancy_house_id ON occupancy (house_id);

CREATE TABLE duplicate (
    id UUID NOT NULL,
    register TEXT NOT NULL CONSTRAINT ck_duplicate_register CHECK (register in ('house', 'person')),
    kept_id UUID NOT NULL,
    other_id UUID NOT NULL,
    grid_no BIGINT NOT NULL,
    why TEXT[] NOT NULL,
    status TEXT DEFAULT 'open' NOT NULL CONSTRAINT ck_duplicate_status CHECK (status in ('open', 'merged', 'distinct')),
    before JSONB,
    found_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE,
    decided_by UUID,
    CONSTRAINT pk_duplicate PRIMARY KEY (id),
    CONSTRAINT ck_duplicate_two CHECK (kept_id <> other_id)
);
CREATE INDEX ix_duplicate_open ON duplicate (grid_no, id) WHERE status = 'open';
CREATE INDEX ix_duplicate_other_id ON duplicate (other_id);
CREATE UNIQUE INDEX uq_duplicate_kept_id ON duplicate (register, kept_id, other_id);

ALTER TABLE region_alias DROP CONSTRAINT ck_region_alias_kind;
ALTER TABLE region_alias ADD CONSTRAINT ck_region_alias_kind CHECK (kind in ('short', 'ethnic', 'old', 'learned'));
ALTER TABLE region_alias ADD COLUMN review_id UUID;
ALTER TABLE region_alias ADD CONSTRAINT fk_region_alias_review_id FOREIGN KEY(review_id) REFERENCES review (id);
ALTER TABLE region_alias ADD COLUMN import_id UUID;
ALTER TABLE region_alias ADD CONSTRAINT fk_region_alias_import_id FOREIGN KEY(import_id) REFERENCES import_log (id);
CREATE INDEX ix_region_alias_import_id ON region_alias (import_id) WHERE import_id is not null;
CREATE INDEX ix_region_alias_review_id ON region_alias (review_id) WHERE review_id is not null;

-- What is there already. The tables of people show their rows inside a scope only, to their owner too.
SELECT set_config('wangge.lo', '0', true), set_config('wangge.hi', '999999999999999', true);
INSERT INTO place_name (village_code, kind, name, houses)
SELECT lpad((h.grid_no / 1000)::text, 12, '0'), named.kind, named.name, count(*)
FROM house h, LATERAL (VALUES ('street', h.street), ('estate', h.estate), ('hamlet', h.hamlet)) AS named (kind, name)
WHERE named.name IS NOT NULL
GROUP BY 1, 2, 3;
INSERT INTO occupancy (id, household_id, house_id, grid_no, during)
SELECT gen_random_uuid(), id, house_id, grid_no, daterange(moved_in_on, moved_out_on)
FROM household WHERE moved_in_on IS NULL OR moved_out_on IS NULL OR moved_in_on < moved_out_on;
INSERT INTO residence (id, person_id, household_id, grid_no, during)
SELECT gen_random_uuid(), id, household_id, grid_no, daterange(moved_in_on, moved_out_on)
FROM person WHERE moved_in_on IS NULL OR moved_out_on IS NULL OR moved_in_on < moved_out_on;
SELECT set_config('wangge.lo', '', true), set_config('wangge.hi', '', true);
