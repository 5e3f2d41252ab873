"""What happened to the rows of a data set: the audit trail, mails and invitations that go with them.

PostgreSQL writes it from the rows themselves, so that everything in it agrees with them and a data
set that lacks it is completed where it is. What is drawn by lot goes by the last digit of ids.
"""

from typing import LiteralString

from django.db import connection, transaction

from accounts.append_only import without_triggers
from licenses.models import License

TRAIL, MAILS, INVITATIONS = "accounts_auditevent", "post_office_email", "organizations_invitation"
SENT, FAILED, WAITING = 0.15, 300, 300
"""How many mails there are: sent ones for so many of the licenses, as within a month, and some others."""
OPEN_IN_LARGEST = 500
"""How many invitations of the largest organization wait; of each other one, one does."""

_AN_ID: LiteralString = """
    CREATE OR REPLACE FUNCTION pg_temp.id_at(moment timestamptz, seed text) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
        SELECT (lpad(to_hex((extract(epoch FROM moment) * 1000)::bigint), 12, '0')
            || '7' || substr(md5(seed), 1, 3) || '8' || substr(md5(seed), 4, 15))::uuid
    $$
"""
"""Time-ordered, as `accounts.ids` makes them, and the same again for the same `seed`."""

_LICENSES: LiteralString = """
    licenses_license AS license
    JOIN licenses_productversion AS version ON version.id = license.product_version_id
    JOIN licenses_product AS product ON product.id = version.product_id
"""
_LABEL: LiteralString = """
    product.name || ' ' || version.major || '.' || version.minor || ' · •••••-•••••-•••••-•••••-' || license.key_tail
"""
_LICENSE: LiteralString = f"""
    'license', license.id, {_LABEL}, license.customer_id, license.organization_id, license.user_group_id
"""
_COMPUTER: LiteralString = """
    coalesce(nullif(activation.computer_name, ''), activation.computer_id), 'activation', activation.id
"""
_STAFF: LiteralString = "JOIN accounts_user AS actor ON actor.is_staff"

_HAPPENED: tuple[LiteralString, ...] = (
    f"""
    SELECT license.created_at, license.id || 'issued', actor.id, 'vendor', actor.full_name, 'license.issued',
        {_LICENSE}, '{{}}'::jsonb, NULL::inet
    FROM {_LICENSES} {_STAFF} WHERE right(license.id::text, 1) < '3'
    """,
    f"""
    SELECT activated_at, activation.id || 'activated', actor.id, 'person', actor.full_name, 'license.activated',
        {_LICENSE}, jsonb_build_object('computer', {_COMPUTER}, 'undo', false), '192.0.2.7'::inet
    FROM licenses_activation AS activation JOIN accounts_user AS actor ON actor.id = activation.activated_by_id
    JOIN {_LICENSES} ON license.id = activation.license_id WHERE right(activation.id::text, 1) < '5'
    """,
    f"""
    SELECT deactivated_at, activation.id || 'deactivated', actor.id, 'person', actor.full_name, 'license.deactivated',
        {_LICENSE}, jsonb_build_object('computer', {_COMPUTER}), '192.0.2.7'::inet
    FROM licenses_activation AS activation JOIN accounts_user AS actor ON actor.id = activation.deactivated_by_id
    JOIN {_LICENSES} ON license.id = activation.license_id WHERE right(activation.id::text, 1) < '5'
    """,
    f"""
    SELECT license.created_at + interval '1 day', license.id || 'edited', actor.id, 'vendor', actor.full_name,
        'license.edited', {_LICENSE}, '{{"order_id": {{"before": "", "after": "SO"}}}}'::jsonb, NULL::inet
    FROM {_LICENSES} {_STAFF} WHERE right(license.id::text, 1) = '4'
    """,
    f"""
    SELECT license.created_at + interval '2 days', license.id || 'key', actor.id, 'person', actor.full_name,
        'license.key_shown', {_LICENSE}, '{{}}'::jsonb, '192.0.2.8'::inet
    FROM {_LICENSES} JOIN organizations_customer AS customer ON customer.id = license.customer_id
    JOIN accounts_user AS actor ON actor.id = customer.user_id WHERE right(license.id::text, 1) = '5'
    """,
    """
    SELECT actor.created_at + interval '1 hour', actor.id || 'in', actor.id, 'person', actor.full_name, 'signed_in',
        'user', actor.id, actor.email, NULL::uuid, NULL::uuid, NULL::uuid, '{"ways": ["password"]}'::jsonb,
        '192.0.2.9'::inet
    FROM accounts_user AS actor WHERE NOT is_staff AND right(actor.id::text, 1) < 'a'
    """,
    f"""
    SELECT customer.created_at + interval '3 days', customer.id || 'edited', actor.id, 'vendor', actor.full_name,
        'customer.edited', 'customer', customer.id, person.full_name || ' <' || person.email || '>', customer.id,
        customer.organization_id, customer.user_group_id, '{{"staff_notes": {{}}}}'::jsonb, NULL::inet
    FROM organizations_customer AS customer JOIN accounts_user AS person ON person.id = customer.user_id {_STAFF}
    WHERE right(customer.id::text, 1) < '2'
    """,
    """
    SELECT customer.created_at + interval '4 days', customer.id || 'file', actor.id, 'person', actor.full_name,
        'licenses.exported', 'user', actor.id, actor.email, NULL::uuid, NULL::uuid, customer.user_group_id,
        '{"format": "CSV", "number": 25, "filter": {}}'::jsonb, '192.0.2.9'::inet
    FROM organizations_customer AS customer JOIN accounts_user AS actor ON actor.id = customer.user_id
    WHERE right(customer.id::text, 2) = '00'
    """,
    f"""
    SELECT (SELECT min(created_at) FROM licenses_license) + interval '5 days', product.id || 'added', actor.id,
        'vendor', actor.full_name, 'product.created', 'product', product.id, product.name, NULL::uuid, NULL::uuid,
        NULL::uuid, '{{}}'::jsonb, NULL::inet
    FROM licenses_product AS product {_STAFF}
    """,
)
"""What happened, kind by kind: moment, seed, who and how, what to what, whom it concerned, details, address."""

_EVENTS: LiteralString = f"""
    INSERT INTO {TRAIL} (id, at, actor_id, actor_kind, actor_name, action, target_type, target_id, target_label,
        customer_id, organization_id, user_group_id, details, address, actor_group_name, request_id)
    SELECT pg_temp.id_at(moment, seed), moment, actor_id, kind, name, action, target_type, target_id, label,
        customer_id, organization_id, user_group_id, details, address, '', ''
    FROM ({" UNION ALL ".join(_HAPPENED)}) AS happened (moment, seed, actor_id, kind, name, action, target_type,
        target_id, label, customer_id, organization_id, user_group_id, details, address)
    WHERE moment <= now() ORDER BY 1
"""

_MAILS: LiteralString = f"""
    INSERT INTO {MAILS} (from_email, "to", cc, bcc, subject, message, html_message, status, priority, created,
        last_updated, expires_at, message_id, number_of_retries, backend_alias)
    SELECT 'portal@vendor.example', person.email, '', '', 'Your license', '', '', state, 1, moment, moment,
        moment + interval '5 days', md5(number::text), 1, ''
    FROM (SELECT number, CASE WHEN number <= %(sent)s THEN 0 WHEN number <= %(failed)s THEN 1 ELSE 2 END AS state,
        now() - interval '30 days' * (1 - number / %(all)s::float) AS moment,
        1 + number %% (SELECT count(*) FROM accounts_user) AS place
        FROM generate_series(1, %(all)s) AS number) AS mail
    JOIN (SELECT email, row_number() OVER (ORDER BY id) AS place FROM accounts_user) AS person USING (place)
    ORDER BY number
"""

_INVITATIONS: LiteralString = f"""
    INSERT INTO {INVITATIONS} (id, email, full_name, invited_by_id, token_hash, created_at, mailed_at, expires_at,
        organization_id, withdrawn_at)
    SELECT pg_temp.id_at(moment, seed), md5(seed) || '@invited.example', 'Ina Invited', customer.user_id,
        md5(seed) || md5('token' || seed), moment, moment, moment + interval '7 days', organization.id,
        CASE WHEN number > open THEN moment END
    FROM (SELECT *, CASE WHEN row_number() OVER (ORDER BY id) = 1 THEN %(open)s ELSE 1 END AS open
        FROM organizations_organization) AS organization
    JOIN organizations_customer AS customer ON customer.id = organization.primary_contact_id
    CROSS JOIN LATERAL (SELECT number, organization.id || number::text AS seed,
        now() - interval '3 hours' - interval '1 minute' * number AS moment
        FROM generate_series(1, organization.open + 2) AS number) AS each
    ORDER BY 1
"""


def load_history() -> None:
    """Write what happened to the rows that are there, in place of what is written; everything or nothing."""
    sent = round(SENT * License.objects.count())
    mails = {"sent": sent, "failed": sent + FAILED, "all": sent + FAILED + WAITING}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '256MB'")
        cursor.execute(_AN_ID)
        with without_triggers(connection, TRAIL):
            cursor.execute(f"TRUNCATE {TRAIL}, {MAILS}, {INVITATIONS} CASCADE")
        cursor.execute(_EVENTS)
        cursor.execute(_MAILS, mails)
        cursor.execute(_INVITATIONS, {"open": OPEN_IN_LARGEST})
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM (ANALYZE) {TRAIL}, {MAILS}, {INVITATIONS}")
