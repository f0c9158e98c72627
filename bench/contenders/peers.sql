-- What the others need beside core's tables: an index for searches in names, and for those
-- who write SQL a function that makes a client with its parts.

CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS pg_stat_statements;
CREATE INDEX client_sort_name_grams ON client USING gin (sort_name gin_trgm_ops);

CREATE FUNCTION client_create(organisation uuid, given json) RETURNS client
LANGUAGE sql VOLATILE AS $$
WITH made AS (
    INSERT INTO client (id, organisation_id, version, created_at, updated_at, name, sort_name,
        kind, status, reference, country, is_country_default, vat_regime)
    VALUES (gen_random_uuid(), organisation, 1, now(), now(), given->>'name',
        lower(given->>'name'), 'COMPANY', 'ACTIVE', given->>'reference', given->>'country', false,
        'TAXABLE')
    RETURNING *
), contacts AS (
    INSERT INTO contact (id, organisation_id, version, created_at, updated_at, client_id,
        first_name, last_name, email, email_key, is_main, is_invoice_recipient, sort_name)
    SELECT gen_random_uuid(), organisation, 1, now(), now(), made.id, c->>'firstName',
        c->>'lastName', c->>'email', lower(c->>'email'), true, false,
        lower(concat_ws(' ', c->>'lastName', c->>'firstName'))
    FROM made, json_array_elements(given->'contacts') c
), addresses AS (
    INSERT INTO address (id, organisation_id, version, created_at, updated_at, client_id, kind,
        line1, postal_code, city, sort_city, country, is_default_for_billing)
    SELECT gen_random_uuid(), organisation, 1, now(), now(), made.id, a->>'kind', a->>'line1',
        a->>'postalCode', a->>'city', lower(a->>'city'), made.country, false
    FROM made, json_array_elements(given->'addresses') a
), custom_values AS (
    INSERT INTO client_custom_value (id, organisation_id, version, created_at, updated_at,
        record_id, definition_id, ordinal, type, value, key, is_exclusive)
    SELECT gen_random_uuid(), organisation, 1, now(), now(), made.id, d.id, 0, d.type,
        (v->'value')::text, v->>'value', false
    FROM made, json_array_elements(given->'customFields') v
    JOIN custom_field_definition d ON d.organisation_id = organisation AND d.on_kind = 'CLIENT'
        AND d.key = v->>'key'
)
SELECT * FROM made
$$;

CREATE FUNCTION clients_named(organisation uuid, part text) RETURNS SETOF client
LANGUAGE sql STABLE AS $$
SELECT * FROM client WHERE organisation_id = organisation
    AND sort_name LIKE '%' || part || '%' ORDER BY sort_name, id
$$;
