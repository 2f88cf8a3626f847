-- What was changed, told to the caches and pages that show it: one row a table, village and statement, written by triggers
-- (functions/070_outbox.sql). No people in it: numbers for place, boxes, days and ids.
create table outbox (
    id bigint generated always as identity not null,
    xid bigint not null,
    at timestamp with time zone default now() not null,
    table_name text not null,
    village bigint,
    lo bigint not null,
    hi bigint not null,
    west double precision,
    south double precision,
    east double precision,
    north double precision,
    first_day date,
    last_day date,
    rows bigint not null,
    ids uuid[] not null,
    constraint pk_outbox primary key (id)
);
create index ix_outbox_xid on outbox (xid);
create index ix_outbox_at on outbox (at);

-- One row: which database this is, and the youngest transaction whose changes were forgotten.
create table outbox_state (
    epoch text not null,
    forgotten_xid bigint not null,
    constraint pk_outbox_state primary key (epoch)
);
