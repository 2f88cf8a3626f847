-- What files bring in can be named by their own keys and taken back; visits, tokens, jobs, and where regions came from.
ALTER TABLE building ADD COLUMN ref TEXT;
ALTER TABLE house ADD COLUMN ref TEXT;
ALTER TABLE household ADD COLUMN ref TEXT;
ALTER TABLE person ADD COLUMN ref TEXT;
ALTER TABLE facility ADD COLUMN ref TEXT;
ALTER TABLE organisation ADD COLUMN ref TEXT;
ALTER TABLE incident ADD COLUMN ref TEXT;
CREATE INDEX ix_building_ref ON building (ref) WHERE ref IS NOT NULL;
CREATE INDEX ix_house_ref ON house (ref) WHERE ref IS NOT NULL;
CREATE INDEX ix_household_ref ON household (ref) WHERE ref IS NOT NULL;
CREATE INDEX ix_person_ref ON person (ref) WHERE ref IS NOT NULL;
CREATE INDEX ix_facility_ref ON facility (ref) WHERE ref IS NOT NULL;
CREATE INDEX ix_organisation_ref ON organisation (ref) WHERE ref IS NOT NULL;
CREATE INDEX ix_incident_ref ON incident (ref) WHERE ref IS NOT NULL;

CREATE INDEX ix_building_import_id ON building (import_id) WHERE import_id IS NOT NULL;
CREATE INDEX ix_house_import_id ON house (import_id) WHERE import_id IS NOT NULL;
CREATE INDEX ix_household_import_id ON household (import_id) WHERE import_id IS NOT NULL;
CREATE INDEX ix_person_import_id ON person (import_id) WHERE import_id IS NOT NULL;
CREATE INDEX ix_facility_import_id ON facility (import_id) WHERE import_id IS NOT NULL;
CREATE INDEX ix_organisation_import_id ON organisation (import_id) WHERE import_id IS NOT NULL;
CREATE INDEX ix_incident_import_id ON incident (import_id) WHERE import_id IS NOT NULL;

ALTER TABLE duty ADD COLUMN import_id UUID;
ALTER TABLE duty ADD CONSTRAINT fk_duty_import_id FOREIGN KEY(import_id) REFERENCES import_log (id);
CREATE INDEX ix_duty_account_id ON duty (account_id);

ALTER TABLE import_log ADD COLUMN region_code TEXT;
ALTER TABLE import_log ADD COLUMN undone_at TIMESTAMP WITH TIME ZONE;
ALTER TABLE import_log ADD COLUMN undone_by UUID;

CREATE TABLE region_lineage (
    import_id UUID NOT NULL,
    old_code TEXT NOT NULL,
    new_code TEXT NOT NULL,
    kind TEXT NOT NULL CONSTRAINT ck_region_lineage_kind CHECK (kind in ('recoded', 'merged', 'split')),
    at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_region_lineage PRIMARY KEY (import_id, old_code, new_code),
    CONSTRAINT fk_region_lineage_import_id FOREIGN KEY(import_id) REFERENCES import_log (id)
);
CREATE INDEX ix_region_lineage_old_code ON region_lineage (old_code);
CREATE INDEX ix_region_lineage_new_code ON region_lineage (new_code);

CREATE TABLE visit (
    id UUID NOT NULL,
    house_id UUID NOT NULL,
    grid_no BIGINT NOT NULL,
    visited_at TIMESTAMP WITH TIME ZONE NOT NULL,
    outcome TEXT NOT NULL CONSTRAINT ck_visit_outcome CHECK (outcome in ('met', 'absent', 'refused', 'moved_out', 'vacant')),
    note TEXT,
    next_due_on DATE,
    rev INTEGER DEFAULT 1 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    import_id UUID,
    CONSTRAINT pk_visit PRIMARY KEY (id),
    CONSTRAINT fk_visit_house_id FOREIGN KEY(house_id) REFERENCES house (id),
    CONSTRAINT fk_visit_import_id FOREIGN KEY(import_id) REFERENCES import_log (id)
);
CREATE INDEX ix_visit_house_id_visited_at ON visit (house_id, visited_at);
CREATE INDEX ix_visit_grid_no ON visit (grid_no);

CREATE TABLE access_token (
    id UUID NOT NULL,
    account_id UUID NOT NULL,
    name TEXT NOT NULL,
    secret_hash BYTEA NOT NULL,
    capabilities TEXT[] NOT NULL,
    region_code TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    revoked_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_access_token PRIMARY KEY (id),
    CONSTRAINT uq_access_token_secret_hash UNIQUE (secret_hash),
    CONSTRAINT fk_access_token_account_id FOREIGN KEY(account_id) REFERENCES account (id) ON DELETE CASCADE
);
CREATE INDEX ix_access_token_account_id ON access_token (account_id);

CREATE TABLE job (
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    account_id UUID,
    region_code TEXT,
    status TEXT DEFAULT 'waiting' NOT NULL CONSTRAINT ck_job_status CHECK (status in ('waiting', 'running', 'done', 'failed')),
    stage TEXT,
    done INTEGER DEFAULT 0 NOT NULL,
    total INTEGER,
    request JSONB DEFAULT '{}' NOT NULL,
    result JSONB,
    problem JSONB,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    started_at TIMESTAMP WITH TIME ZONE,
    finished_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_job PRIMARY KEY (id)
);
CREATE INDEX ix_job_account_id_created_at ON job (account_id, created_at);
