-- What the telephone line keeps beside the books: small records by key, and the calls to be made.

CREATE TABLE sakhi.records (
    kind text NOT NULL,
    key text NOT NULL,
    -- In the order they were first kept.
    place bigint GENERATED ALWAYS AS IDENTITY,
    record json NOT NULL,
    PRIMARY KEY (kind, key)
);

CREATE TABLE sakhi.calls (
    id text PRIMARY KEY,
    place bigint GENERATED ALWAYS AS IDENTITY,
    "group" text,
    phone text NOT NULL,
    -- The last ten digits of `phone`.
    number text NOT NULL,
    member_id text,
    purpose text NOT NULL,
    about text[] NOT NULL,
    not_before timestamptz NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'dialling', 'answered', 'done')),
    tries timestamptz[] NOT NULL,
    result text,
    changed timestamptz NOT NULL,
    -- The machine that dials, or dialled last.
    machine text
);
CREATE INDEX calls_due ON sakhi.calls (not_before, place) WHERE state = 'waiting';
CREATE INDEX calls_number ON sakhi.calls (number);
CREATE UNIQUE INDEX calls_one_at_a_time ON sakhi.calls (number) WHERE state IN ('dialling', 'answered');

-- Numbers that want no calls, by their last ten digits.
CREATE TABLE sakhi.stopped (
    number text PRIMARY KEY
);
