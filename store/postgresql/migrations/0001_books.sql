-- The books: vouchers that are added and never changed, and beside them whom they are about.

CREATE TABLE sakhi.groups (
    key integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id text NOT NULL UNIQUE,
    -- Whether these are the group's books: false while they arrive, and once they were moved away.
    live boolean NOT NULL DEFAULT true,
    -- Grows with each change of the group or of one of its members, so that others notice.
    version bigint NOT NULL DEFAULT 1,
    record json NOT NULL
);

CREATE TABLE sakhi.members (
    group_key integer NOT NULL REFERENCES sakhi.groups,
    id text NOT NULL,
    -- The last ten digits of each of her numbers.
    phones text[] NOT NULL,
    record json NOT NULL,
    PRIMARY KEY (group_key, id)
);
CREATE INDEX members_phones ON sakhi.members USING gin (phones);

-- `json` keeps a record byte for byte, as it was hashed; the other columns are what stands in it.
CREATE TABLE sakhi.vouchers (
    group_key integer NOT NULL REFERENCES sakhi.groups,
    number integer NOT NULL GENERATED ALWAYS AS ((record ->> 'number')::integer) STORED CHECK (number > 0),
    once text NOT NULL GENERATED ALWAYS AS (record ->> 'once') STORED,
    hash bytea NOT NULL GENERATED ALWAYS AS (decode(record ->> 'hash', 'hex')) STORED,
    record json NOT NULL,
    PRIMARY KEY (group_key, number),
    UNIQUE (group_key, once),
    UNIQUE (group_key, hash),
    -- What is hashed is the record without its hash, which comes first: {"hash": "<64 digits>", ...
    CONSTRAINT hash_is_right
        CHECK (hash = sha256(convert_to('{' || substr(record::text, 78), 'UTF8')))
);

-- What each voucher moves, a row a leg, made of its record: for sums and reports in SQL.
CREATE TABLE sakhi.postings (
    group_key integer NOT NULL,
    number integer NOT NULL,
    leg smallint NOT NULL,
    account text NOT NULL,
    amount bigint NOT NULL,
    PRIMARY KEY (group_key, number, leg)
);

CREATE VIEW sakhi.balances AS
    SELECT group_key, account, sum(amount)::bigint AS amount
    FROM sakhi.postings GROUP BY group_key, account;

-- Once a statement and not once a row: books that are moved here come in one statement.
CREATE FUNCTION sakhi.follow() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = sakhi, pg_temp AS $$
DECLARE
    wrong integer;
BEGIN
    SELECT number INTO wrong FROM added
        WHERE CASE WHEN number = 1 THEN record ->> 'prev' <> repeat('0', 64)
            ELSE NOT EXISTS (
                SELECT FROM vouchers before
                WHERE before.group_key = added.group_key AND before.number = added.number - 1
                    AND before.hash = decode(added.record ->> 'prev', 'hex')
            ) END
        LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'voucher % does not follow the one before', wrong
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    INSERT INTO postings
        SELECT group_key, number, leg, posting ->> 0, (posting ->> 1)::bigint
        FROM added, json_array_elements(record -> 'postings') WITH ORDINALITY AS legs (posting, leg);
    RETURN NULL;
END $$;
CREATE TRIGGER follow AFTER INSERT ON sakhi.vouchers REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION sakhi.follow();

CREATE FUNCTION sakhi.balance() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = sakhi, pg_temp AS $$
DECLARE
    total bigint;
    legs integer;
BEGIN
    SELECT sum(amount), count(*) INTO total, legs FROM postings
        WHERE group_key = NEW.group_key AND number = NEW.number;
    IF total <> 0 OR legs IS DISTINCT FROM (
        SELECT json_array_length(record -> 'postings') FROM vouchers
        WHERE group_key = NEW.group_key AND number = NEW.number
    ) THEN
        RAISE EXCEPTION 'voucher % does not balance', NEW.number
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER balance AFTER INSERT ON sakhi.postings
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION sakhi.balance();

CREATE FUNCTION sakhi.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what is in % is never changed nor deleted; post a reversal', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON sakhi.vouchers
    FOR EACH STATEMENT EXECUTE FUNCTION sakhi.refuse();
CREATE TRIGGER refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON sakhi.postings
    FOR EACH STATEMENT EXECUTE FUNCTION sakhi.refuse();
CREATE TRIGGER refuse BEFORE DELETE OR TRUNCATE ON sakhi.groups
    FOR EACH STATEMENT EXECUTE FUNCTION sakhi.refuse();
-- Also while a replica is filled.
ALTER TABLE sakhi.vouchers ENABLE ALWAYS TRIGGER refuse;
ALTER TABLE sakhi.postings ENABLE ALWAYS TRIGGER refuse;
ALTER TABLE sakhi.groups ENABLE ALWAYS TRIGGER refuse;
