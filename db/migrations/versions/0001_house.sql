-- The house as it was first laid down. Frozen: what changes later is a migration of its own.
CREATE TABLE attempt (
    city INTEGER NOT NULL,
    subject TEXT NOT NULL,
    failures BIGINT NOT NULL,
    last_at TIMESTAMP WITH TIME ZONE NOT NULL,
    blocked_until TIMESTAMP WITH TIME ZONE,
    CONSTRAINT attempt_pkey PRIMARY KEY (city, subject)
)
--;;
CREATE TABLE audit (
    org_id UUID,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    principal_id UUID,
    act TEXT NOT NULL,
    rule TEXT,
    request_id TEXT,
    subject_type TEXT,
    subject_id UUID,
    detail JSONB NOT NULL,
    city INTEGER NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT audit_pkey PRIMARY KEY (city, id)
)
--;;
CREATE INDEX audit_org_ix ON audit (city, org_id, id)
--;;
CREATE INDEX audit_subject_ix ON audit (city, subject_id)
--;;
CREATE TABLE business_order (
    order_no TEXT NOT NULL,
    kind TEXT NOT NULL,
    route TEXT NOT NULL,
    status TEXT NOT NULL,
    estate_id UUID,
    content JSONB NOT NULL,
    rules JSONB NOT NULL,
    created_by UUID NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    submitted_by UUID,
    submitted_person TEXT,
    submitted_at TIMESTAMP WITH TIME ZONE,
    accepted_by UUID,
    accepted_person TEXT,
    accepted_at TIMESTAMP WITH TIME ZONE,
    acceptance_no TEXT,
    reviewed_by UUID,
    reviewed_person TEXT,
    reviewed_at TIMESTAMP WITH TIME ZONE,
    building_count BIGINT NOT NULL,
    unit_count BIGINT NOT NULL,
    gross_area BIGINT NOT NULL,
    due BIGINT NOT NULL,
    print_count BIGINT DEFAULT 0 NOT NULL,
    prints JSONB DEFAULT '{}' NOT NULL,
    version BIGINT DEFAULT 1 NOT NULL,
    org_id UUID NOT NULL,
    city INTEGER NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT business_order_pkey PRIMARY KEY (city, id),
    CONSTRAINT business_order_city_order_no_key UNIQUE (city, order_no),
    CONSTRAINT business_order_four_eyes_window_check CHECK (accepted_person is distinct from submitted_person or accepted_person is null),
    CONSTRAINT business_order_four_eyes_review_check CHECK (reviewed_person is null or (accepted_person is not null and reviewed_person <> accepted_person and reviewed_person is distinct from submitted_person)),
    CONSTRAINT business_order_status_check CHECK (status in ('DRAFT','SUBMITTED','ACCEPTED','RETURNED','REJECTED','COMPLETED','CANCELLED'))
)
--;;
CREATE INDEX business_order_org_ix ON business_order (city, org_id, id)
--;;
CREATE INDEX business_order_status_ix ON business_order (city, status, kind, id)
--;;
CREATE TABLE counter (
    city INTEGER NOT NULL,
    name TEXT NOT NULL,
    value BIGINT NOT NULL,
    CONSTRAINT counter_pkey PRIMARY KEY (city, name)
)
--;;
CREATE TABLE deposit_rate (
    category TEXT NOT NULL,
    has_lift BOOLEAN,
    rate BIGINT NOT NULL,
    valid_from DATE NOT NULL,
    valid_to DATE,
    source TEXT NOT NULL,
    is_sample BOOLEAN NOT NULL,
    city INTEGER NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT deposit_rate_pkey PRIMARY KEY (city, id),
    CONSTRAINT deposit_rate_rate_check CHECK (rate > 0 or (rate = 0 and category = 'EXEMPT')),
    CONSTRAINT deposit_rate_valid_check CHECK (valid_to is null or valid_to >= valid_from)
)
--;;
CREATE INDEX deposit_rate_category_ix ON deposit_rate (city, category, valid_from)
--;;
CREATE TABLE file (
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    content_cipher BYTEA NOT NULL,
    uploaded_by UUID NOT NULL,
    uploaded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    org_id UUID NOT NULL,
    city INTEGER NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT file_pkey PRIMARY KEY (city, id)
)
--;;
CREATE INDEX file_org_ix ON file (city, org_id)
--;;
CREATE TABLE organization (
    name TEXT NOT NULL,
    uscc TEXT NOT NULL,
    org_code TEXT,
    legal_representative TEXT NOT NULL,
    legal_rep_id_type TEXT NOT NULL,
    legal_rep_id_cipher TEXT NOT NULL,
    legal_rep_id_masked TEXT NOT NULL,
    legal_rep_id_blind TEXT NOT NULL,
    contact_name TEXT NOT NULL,
    contact_mobile TEXT NOT NULL,
    phone TEXT,
    registered_address TEXT NOT NULL,
    office_address TEXT,
    qualification_no TEXT,
    status TEXT NOT NULL,
    papers_status TEXT NOT NULL,
    papers_received_on DATE,
    agreement_version TEXT NOT NULL,
    agreement_accepted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    version BIGINT DEFAULT 1 NOT NULL,
    city INTEGER NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT organization_pkey PRIMARY KEY (city, id),
    CONSTRAINT organization_status_check CHECK (status in ('PENDING_REVIEW', 'PROVISIONAL', 'ACTIVE', 'REJECTED')),
    CONSTRAINT organization_papers_check CHECK (papers_status in ('PENDING', 'RECEIVED'))
)
--;;
CREATE UNIQUE INDEX organization_uscc_key ON organization (city, uscc) WHERE status <> 'REJECTED'
--;;
CREATE TABLE outbox_message (
    org_id UUID,
    topic TEXT NOT NULL,
    subject TEXT NOT NULL,
    payload JSONB NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    sent_at TIMESTAMP WITH TIME ZONE,
    attempts BIGINT NOT NULL,
    city INTEGER NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT outbox_message_pkey PRIMARY KEY (city, id)
)
--;;
CREATE INDEX outbox_message_unsent_ix ON outbox_message (city, sent_at, id)
--;;
CREATE TABLE principal (
    kind TEXT NOT NULL,
    org_id UUID,
    bank TEXT,
    name TEXT NOT NULL,
    person_cipher TEXT,
    person_masked TEXT,
    person_blind TEXT,
    status TEXT NOT NULL,
    version BIGINT DEFAULT 1 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    locked_at TIMESTAMP WITH TIME ZONE,
    city INTEGER NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT principal_pkey PRIMARY KEY (city, id),
    CONSTRAINT principal_organization_check CHECK ((kind in ('DEVELOPER', 'VISITOR')) = (org_id is not null)),
    CONSTRAINT principal_bank_check CHECK ((kind = 'BANK') = (bank is not null)),
    CONSTRAINT principal_person_check CHECK (kind <> 'OFFICE' or person_blind is not null),
    CONSTRAINT principal_status_check CHECK (status in ('PENDING', 'ACTIVE', 'DEACTIVATED', 'REFUSED'))
)
--;;
CREATE INDEX principal_org_ix ON principal (city, org_id)
--;;
CREATE TABLE repetition (
    city INTEGER NOT NULL,
    principal_id UUID NOT NULL,
    key TEXT NOT NULL,
    act TEXT NOT NULL,
    input_hash TEXT NOT NULL,
    outcome JSONB NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT repetition_pkey PRIMARY KEY (city, principal_id, key)
)
--;;
CREATE TABLE row_history (
    city INTEGER NOT NULL,
    seq BIGINT GENERATED ALWAYS AS IDENTITY,
    org_id UUID,
    table_name TEXT NOT NULL,
    row_id UUID NOT NULL,
    operation TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    principal_id UUID,
    row JSONB NOT NULL,
    CONSTRAINT row_history_pkey PRIMARY KEY (city, seq)
)
--;;
CREATE INDEX row_history_row_ix ON row_history (city, table_name, row_id, at)
--;;
CREATE TABLE suspense_item (
    bank TEXT NOT NULL,
    bank_txn_no TEXT NOT NULL,
    notice_no TEXT NOT NULL,
    notice_id UUID,
    amount BIGINT NOT NULL,
    channel TEXT NOT NULL,
    reason TEXT NOT NULL,
    paid_at TIMESTAMP WITH TIME ZONE NOT NULL,
    received_at TIMESTAMP WITH TIME ZONE NOT NULL,
    received_by UUID NOT NULL,
    status TEXT NOT NULL,
    city INTEGER NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT suspense_item_pkey PRIMARY KEY (city, id),
    CONSTRAINT suspense_item_city_bank_bank_txn_no_key UNIQUE (city, bank, bank_txn_no),
    CONSTRAINT suspense_item_amount_check CHECK (amount > 0)
)
--;;
CREATE INDEX suspense_item_status_ix ON suspense_item (city, status, id)
--;;
CREATE TABLE api_key (
    principal_id UUID NOT NULL,
    prefix TEXT NOT NULL,
    secret_hash BYTEA NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE,
    revoked_at TIMESTAMP WITH TIME ZONE,
    city INTEGER NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT api_key_pkey PRIMARY KEY (city, id),
    CONSTRAINT api_key_principal_id_fkey FOREIGN KEY(city, principal_id) REFERENCES principal (city, id),
    CONSTRAINT api_key_city_prefix_key UNIQUE (city, prefix)
)
--;;
CREATE TABLE attachment (
    order_id UUID NOT NULL,
    file_id UUID NOT NULL,
    kind TEXT NOT NULL,
    attached_at TIMESTAMP WITH TIME ZONE NOT NULL,
    org_id UUID NOT NULL,
    city INTEGER NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT attachment_pkey PRIMARY KEY (city, id),
    CONSTRAINT attachment_order_id_fkey FOREIGN KEY(city, order_id) REFERENCES business_order (city, id),
    CONSTRAINT attachment_file_id_fkey FOREIGN KEY(city, file_id) REFERENCES file (city, id),
    CONSTRAINT attachment_city_order_id_file_id_key UNIQUE (city, order_id, file_id)
)
--;;
CREATE TABLE estate (
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    address TEXT NOT NULL,
    address_key TEXT NOT NULL,
    district TEXT NOT NULL,
    property_company TEXT,
    project_name TEXT,
    presale_permit_no TEXT,
    total_land_area BIGINT,
    started_on DATE,
    completed_on DATE,
    route TEXT NOT NULL,
    bank TEXT NOT NULL,
    version BIGINT DEFAULT 1 NOT NULL,
    org_id UUID NOT NULL,
    city INTEGER NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT estate_pkey PRIMARY KEY (city, id),
    CONSTRAINT estate_org_id_fkey FOREIGN KEY(city, org_id) REFERENCES organization (city, id),
    CONSTRAINT estate_city_code_key UNIQUE (city, code),
    CONSTRAINT estate_city_name_key_address_key_key UNIQUE (city, name_key, address_key)
)
--;;
CREATE INDEX estate_org_ix ON estate (city, org_id, id)
--;;
CREATE TABLE estate_grant (
    principal_id UUID NOT NULL,
    estate_id UUID,
    kinds JSONB NOT NULL,
    city INTEGER NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT estate_grant_pkey PRIMARY KEY (city, id),
    CONSTRAINT estate_grant_principal_id_fkey FOREIGN KEY(city, principal_id) REFERENCES principal (city, id)
)
--;;
CREATE INDEX estate_grant_principal_ix ON estate_grant (city, principal_id)
--;;
CREATE TABLE login (
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    city INTEGER NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT login_pkey PRIMARY KEY (city, id),
    CONSTRAINT login_id_fkey FOREIGN KEY(city, id) REFERENCES principal (city, id),
    CONSTRAINT login_city_name_key UNIQUE (city, name)
)
--;;
CREATE TABLE order_line (
    city INTEGER NOT NULL,
    order_id UUID NOT NULL,
    no BIGINT NOT NULL,
    org_id UUID NOT NULL,
    target UUID,
    before JSONB,
    after JSONB,
    CONSTRAINT order_line_pkey PRIMARY KEY (city, order_id, no),
    CONSTRAINT order_line_order_id_fkey FOREIGN KEY(city, order_id) REFERENCES business_order (city, id)
)
--;;
CREATE TABLE order_lock (
    order_id UUID NOT NULL,
    target_kind TEXT NOT NULL,
    target TEXT NOT NULL,
    org_id UUID NOT NULL,
    city INTEGER NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT order_lock_pkey PRIMARY KEY (city, id),
    CONSTRAINT order_lock_order_id_fkey FOREIGN KEY(city, order_id) REFERENCES business_order (city, id),
    CONSTRAINT order_lock_city_target_kind_target_key UNIQUE (city, target_kind, target)
)
--;;
CREATE INDEX order_lock_order_ix ON order_lock (city, order_id)
--;;
CREATE TABLE order_step (
    order_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    step TEXT NOT NULL,
    from_status TEXT,
    to_status TEXT NOT NULL,
    principal_id UUID NOT NULL,
    person TEXT,
    side TEXT NOT NULL,
    note TEXT,
    items JSONB NOT NULL,
    snapshot JSONB,
    org_id UUID NOT NULL,
    city INTEGER NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT order_step_pkey PRIMARY KEY (city, id),
    CONSTRAINT order_step_order_id_fkey FOREIGN KEY(city, order_id) REFERENCES business_order (city, id)
)
--;;
CREATE INDEX order_step_order_ix ON order_step (city, order_id, id)
--;;
CREATE TABLE role_assignment (
    principal_id UUID NOT NULL,
    role TEXT NOT NULL,
    city INTEGER NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT role_assignment_pkey PRIMARY KEY (city, id),
    CONSTRAINT role_assignment_principal_id_fkey FOREIGN KEY(city, principal_id) REFERENCES principal (city, id),
    CONSTRAINT role_assignment_city_principal_id_role_key UNIQUE (city, principal_id, role)
)
--;;
CREATE TABLE session (
    principal_id UUID NOT NULL,
    token_hash BYTEA NOT NULL,
    address TEXT,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
    idle_seconds BIGINT NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    revoked_at TIMESTAMP WITH TIME ZONE,
    city INTEGER NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT session_pkey PRIMARY KEY (city, id),
    CONSTRAINT session_principal_id_fkey FOREIGN KEY(city, principal_id) REFERENCES principal (city, id),
    CONSTRAINT session_city_token_hash_key UNIQUE (city, token_hash)
)
--;;
CREATE INDEX session_principal_ix ON session (city, principal_id)
--;;
CREATE TABLE building (
    estate_id UUID NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    position BIGINT NOT NULL,
    completed_ym TEXT,
    structure TEXT,
    floors_above BIGINT,
    status TEXT NOT NULL,
    version BIGINT DEFAULT 1 NOT NULL,
    org_id UUID NOT NULL,
    city INTEGER NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT building_pkey PRIMARY KEY (city, id),
    CONSTRAINT building_estate_id_fkey FOREIGN KEY(city, estate_id) REFERENCES estate (city, id),
    CONSTRAINT building_city_code_key UNIQUE (city, code)
)
--;;
CREATE INDEX building_estate_ix ON building (city, estate_id, id)
--;;
CREATE UNIQUE INDEX building_name_key ON building (city, estate_id, name_key) WHERE status = 'ACTIVE'
--;;
CREATE TABLE notice (
    estate_id UUID NOT NULL,
    notice_no TEXT NOT NULL,
    kind TEXT NOT NULL,
    deposit_type TEXT NOT NULL,
    bank TEXT NOT NULL,
    status TEXT NOT NULL,
    total BIGINT NOT NULL,
    snapshot JSONB NOT NULL,
    qr_payload TEXT,
    issued_at TIMESTAMP WITH TIME ZONE NOT NULL,
    issued_by UUID NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    print_count BIGINT DEFAULT 0 NOT NULL,
    voided_at TIMESTAMP WITH TIME ZONE,
    voided_by UUID,
    paid_at TIMESTAMP WITH TIME ZONE,
    org_id UUID NOT NULL,
    city INTEGER NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT notice_pkey PRIMARY KEY (city, id),
    CONSTRAINT notice_estate_id_fkey FOREIGN KEY(city, estate_id) REFERENCES estate (city, id),
    CONSTRAINT notice_city_notice_no_key UNIQUE (city, notice_no),
    CONSTRAINT notice_status_check CHECK (status in ('OPEN', 'PAID', 'VOIDED', 'EXPIRED')),
    CONSTRAINT notice_total_check CHECK (total > 0)
)
--;;
CREATE INDEX notice_estate_ix ON notice (city, estate_id, id)
--;;
CREATE INDEX notice_org_ix ON notice (city, org_id, id)
--;;
CREATE TABLE payment (
    estate_id UUID NOT NULL,
    notice_id UUID NOT NULL,
    bank TEXT NOT NULL,
    bank_txn_no TEXT NOT NULL,
    amount BIGINT NOT NULL,
    channel TEXT NOT NULL,
    paid_at TIMESTAMP WITH TIME ZONE NOT NULL,
    confirmed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    confirmed_by UUID NOT NULL,
    proof_no TEXT NOT NULL,
    print_count BIGINT DEFAULT 0 NOT NULL,
    org_id UUID NOT NULL,
    city INTEGER NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT payment_pkey PRIMARY KEY (city, id),
    CONSTRAINT payment_estate_id_fkey FOREIGN KEY(city, estate_id) REFERENCES estate (city, id),
    CONSTRAINT payment_notice_id_fkey FOREIGN KEY(city, notice_id) REFERENCES notice (city, id),
    CONSTRAINT payment_city_notice_id_key UNIQUE (city, notice_id),
    CONSTRAINT payment_city_bank_bank_txn_no_key UNIQUE (city, bank, bank_txn_no),
    CONSTRAINT payment_city_proof_no_key UNIQUE (city, proof_no),
    CONSTRAINT payment_amount_check CHECK (amount > 0)
)
--;;
CREATE INDEX payment_org_ix ON payment (city, org_id, id)
--;;
CREATE TABLE unit (
    estate_id UUID NOT NULL,
    building_id UUID NOT NULL,
    code TEXT NOT NULL,
    section TEXT NOT NULL,
    floor BIGINT NOT NULL,
    room_no TEXT NOT NULL,
    place_key TEXT NOT NULL,
    address TEXT NOT NULL,
    usage TEXT NOT NULL,
    category TEXT NOT NULL,
    gross_area BIGINT NOT NULL,
    net_area BIGINT,
    has_lift BOOLEAN NOT NULL,
    sale_status TEXT,
    deposit_point DATE NOT NULL,
    contract_no TEXT,
    manual_filing BOOLEAN DEFAULT false NOT NULL,
    external_id TEXT,
    remark TEXT,
    predecessor_ids UUID[] DEFAULT '{}' NOT NULL,
    status TEXT NOT NULL,
    version BIGINT DEFAULT 1 NOT NULL,
    org_id UUID NOT NULL,
    city INTEGER NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT unit_pkey PRIMARY KEY (city, id),
    CONSTRAINT unit_estate_id_fkey FOREIGN KEY(city, estate_id) REFERENCES estate (city, id),
    CONSTRAINT unit_building_id_fkey FOREIGN KEY(city, building_id) REFERENCES building (city, id),
    CONSTRAINT unit_city_code_key UNIQUE (city, code),
    CONSTRAINT unit_gross_area_check CHECK (gross_area > 0),
    CONSTRAINT unit_net_area_check CHECK (net_area is null or net_area between 1 and gross_area),
    CONSTRAINT unit_floor_check CHECK (floor <> 0),
    CONSTRAINT unit_status_check CHECK (status in ('ACTIVE', 'SPLIT', 'MERGED', 'CANCELLED'))
)
--;;
CREATE INDEX unit_building_ix ON unit (city, building_id, id)
--;;
CREATE UNIQUE INDEX unit_contract_key ON unit (city, contract_no) WHERE contract_no is not null and status = 'ACTIVE'
--;;
CREATE INDEX unit_estate_ix ON unit (city, estate_id, id)
--;;
CREATE UNIQUE INDEX unit_place_key ON unit (city, building_id, place_key) WHERE status = 'ACTIVE'
--;;
CREATE TABLE account (
    org_id UUID,
    kind TEXT NOT NULL,
    account_no TEXT NOT NULL,
    bank TEXT NOT NULL,
    estate_id UUID,
    unit_id UUID,
    holder TEXT,
    due BIGINT,
    rate BIGINT,
    rate_id UUID,
    paid_first BIGINT DEFAULT 0 NOT NULL,
    balance BIGINT DEFAULT 0 NOT NULL,
    entry_count BIGINT DEFAULT 0 NOT NULL,
    status TEXT NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    city INTEGER NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT account_pkey PRIMARY KEY (city, id),
    CONSTRAINT account_estate_id_fkey FOREIGN KEY(city, estate_id) REFERENCES estate (city, id),
    CONSTRAINT account_unit_id_fkey FOREIGN KEY(city, unit_id) REFERENCES unit (city, id),
    CONSTRAINT account_city_account_no_key UNIQUE (city, account_no),
    CONSTRAINT account_kind_check CHECK (kind in ('UNIT', 'SPECIAL', 'CLEARING', 'SUSPENSE')),
    CONSTRAINT account_unit_check CHECK ((kind = 'UNIT') = (unit_id is not null)),
    CONSTRAINT account_due_check CHECK (kind <> 'UNIT' or (due is not null and rate is not null)),
    CONSTRAINT account_unit_balance_check CHECK (kind <> 'UNIT' or balance >= 0),
    CONSTRAINT account_special_balance_check CHECK (kind <> 'SPECIAL' or balance <= 0),
    CONSTRAINT account_closed_check CHECK (status <> 'CLOSED' or balance = 0)
)
--;;
CREATE UNIQUE INDEX account_bank_key ON account (city, bank, kind) WHERE kind in ('CLEARING', 'SUSPENSE')
--;;
CREATE INDEX account_estate_ix ON account (city, estate_id, id)
--;;
CREATE UNIQUE INDEX account_special_key ON account (city, estate_id) WHERE kind = 'SPECIAL'
--;;
CREATE UNIQUE INDEX account_unit_key ON account (city, unit_id) WHERE status <> 'CLOSED'
--;;
CREATE TABLE journal (
    org_id UUID,
    reason TEXT NOT NULL,
    payment_id UUID,
    booked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    booked_by UUID NOT NULL,
    request_id TEXT,
    city INTEGER NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT journal_pkey PRIMARY KEY (city, id),
    CONSTRAINT journal_payment_id_fkey FOREIGN KEY(city, payment_id) REFERENCES payment (city, id)
)
--;;
CREATE TABLE owner (
    estate_id UUID NOT NULL,
    unit_id UUID NOT NULL,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    id_type TEXT NOT NULL,
    id_number_cipher TEXT NOT NULL,
    id_number_masked TEXT NOT NULL,
    id_number_blind TEXT NOT NULL,
    mobile_cipher TEXT NOT NULL,
    mobile_masked TEXT NOT NULL,
    mobile_blind TEXT NOT NULL,
    share TEXT,
    source TEXT NOT NULL,
    reviewed BOOLEAN NOT NULL,
    org_id UUID NOT NULL,
    city INTEGER NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT owner_pkey PRIMARY KEY (city, id),
    CONSTRAINT owner_estate_id_fkey FOREIGN KEY(city, estate_id) REFERENCES estate (city, id),
    CONSTRAINT owner_unit_id_fkey FOREIGN KEY(city, unit_id) REFERENCES unit (city, id),
    CONSTRAINT owner_city_unit_id_id_number_blind_key UNIQUE (city, unit_id, id_number_blind)
)
--;;
CREATE INDEX owner_estate_ix ON owner (city, estate_id, id)
--;;
CREATE TABLE entry (
    org_id UUID,
    journal_id UUID NOT NULL,
    account_id UUID NOT NULL,
    no BIGINT DEFAULT 0 NOT NULL,
    type TEXT NOT NULL,
    amount BIGINT NOT NULL,
    balance_after BIGINT DEFAULT 0 NOT NULL,
    booked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    city INTEGER NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT entry_pkey PRIMARY KEY (city, id),
    CONSTRAINT entry_journal_id_fkey FOREIGN KEY(city, journal_id) REFERENCES journal (city, id),
    CONSTRAINT entry_account_id_fkey FOREIGN KEY(city, account_id) REFERENCES account (city, id),
    CONSTRAINT entry_amount_check CHECK (amount <> 0),
    CONSTRAINT entry_city_account_id_no_key UNIQUE (city, account_id, no)
)
--;;
CREATE INDEX entry_journal_ix ON entry (city, journal_id)
--;;
CREATE TABLE notice_line (
    notice_id UUID NOT NULL,
    no BIGINT NOT NULL,
    unit_id UUID NOT NULL,
    account_id UUID NOT NULL,
    status TEXT NOT NULL,
    amount BIGINT NOT NULL,
    gross_area BIGINT NOT NULL,
    rate BIGINT NOT NULL,
    address TEXT NOT NULL,
    owners JSONB NOT NULL,
    org_id UUID NOT NULL,
    city INTEGER NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT notice_line_pkey PRIMARY KEY (city, id),
    CONSTRAINT notice_line_notice_id_fkey FOREIGN KEY(city, notice_id) REFERENCES notice (city, id),
    CONSTRAINT notice_line_unit_id_fkey FOREIGN KEY(city, unit_id) REFERENCES unit (city, id),
    CONSTRAINT notice_line_account_id_fkey FOREIGN KEY(city, account_id) REFERENCES account (city, id),
    CONSTRAINT notice_line_amount_check CHECK (amount > 0)
)
--;;
CREATE INDEX notice_line_notice_ix ON notice_line (city, notice_id, no)
--;;
CREATE UNIQUE INDEX notice_line_open_key ON notice_line (city, unit_id) WHERE status = 'OPEN'
--;;
CREATE INDEX notice_line_unit_ix ON notice_line (city, unit_id)
--;;
create extension if not exists btree_gist
--;;
alter table deposit_rate add constraint deposit_rate_no_overlap exclude using gist (
    city with =, category with =, (coalesce(has_lift::integer, 2)) with =,
    daterange(valid_from, valid_to, '[]') with &&)
--;;
-- One trigger keeps the history of every table that declares it; a statement writes its rows at once.
create function keep_history() returns trigger language plpgsql as $body$
begin
    insert into row_history (city, org_id, table_name, row_id, operation, at, principal_id, row)
    select r.city, coalesce(to_jsonb(r) ->> 'org_id', r.id::text)::uuid, tg_table_name, r.id, tg_op,
           current_setting('app.now')::timestamptz, current_setting('app.principal')::uuid, to_jsonb(r)
    from changed r;
    return null;
end
$body$
--;;
create trigger keep_history_insert after insert on building referencing new table as changed
    for each statement execute function keep_history()
--;;
create trigger keep_history_update after update on building referencing new table as changed
    for each statement execute function keep_history()
--;;
create trigger keep_history_delete after delete on building referencing old table as changed
    for each statement execute function keep_history()
--;;
create trigger keep_history_insert after insert on estate referencing new table as changed
    for each statement execute function keep_history()
--;;
create trigger keep_history_update after update on estate referencing new table as changed
    for each statement execute function keep_history()
--;;
create trigger keep_history_delete after delete on estate referencing old table as changed
    for each statement execute function keep_history()
--;;
create trigger keep_history_insert after insert on organization referencing new table as changed
    for each statement execute function keep_history()
--;;
create trigger keep_history_update after update on organization referencing new table as changed
    for each statement execute function keep_history()
--;;
create trigger keep_history_delete after delete on organization referencing old table as changed
    for each statement execute function keep_history()
--;;
create trigger keep_history_insert after insert on owner referencing new table as changed
    for each statement execute function keep_history()
--;;
create trigger keep_history_update after update on owner referencing new table as changed
    for each statement execute function keep_history()
--;;
create trigger keep_history_delete after delete on owner referencing old table as changed
    for each statement execute function keep_history()
--;;
create trigger keep_history_insert after insert on unit referencing new table as changed
    for each statement execute function keep_history()
--;;
create trigger keep_history_update after update on unit referencing new table as changed
    for each statement execute function keep_history()
--;;
create trigger keep_history_delete after delete on unit referencing old table as changed
    for each statement execute function keep_history()
--;;
-- A balance is what its entries say: only this trigger moves it, in the entry's own transaction.
create function book_entry() returns trigger language plpgsql as $body$
begin
    update account set balance = balance + new.amount, entry_count = entry_count + 1,
        paid_first = paid_first + case when kind = 'UNIT' and new.type in ('FIRST', 'SUPPLEMENT') then new.amount else 0 end
    where city = new.city and id = new.account_id and status <> 'CLOSED'
    returning balance, entry_count into new.balance_after, new.no;
    if not found then
        raise exception 'account % is closed or missing', new.account_id using errcode = 'check_violation';
    end if;
    return new;
end
$body$
--;;
create trigger book_entry before insert on entry for each row execute function book_entry()
--;;
create function keep_balance() returns trigger language plpgsql as $body$
begin
    raise exception 'the balance of account % moves by entries alone', new.id using errcode = 'check_violation';
end
$body$
--;;
create trigger keep_balance_insert before insert on account for each row
    when (new.balance <> 0 or new.paid_first <> 0 or new.entry_count <> 0) execute function keep_balance()
--;;
-- At depth 0 somebody moves a balance by hand; within book_entry the depth is 1.
create trigger keep_balance_update before update on account for each row
    when (pg_trigger_depth() = 0 and (new.balance <> old.balance or new.paid_first <> old.paid_first
        or new.entry_count <> old.entry_count))
    execute function keep_balance()
--;;
create function refuse_change() returns trigger language plpgsql as $body$
begin
    raise exception '% is append-only: what was wrong is put right by a further row', tg_table_name using errcode = 'check_violation';
end
$body$
--;;
create trigger refuse_change before update or delete on audit
    for each row execute function refuse_change()
--;;
create trigger refuse_truncate before truncate on audit
    for each statement execute function refuse_change()
--;;
create trigger refuse_change before update or delete on entry
    for each row execute function refuse_change()
--;;
create trigger refuse_truncate before truncate on entry
    for each statement execute function refuse_change()
--;;
create trigger refuse_change before update or delete on journal
    for each row execute function refuse_change()
--;;
create trigger refuse_truncate before truncate on journal
    for each statement execute function refuse_change()
--;;
create trigger refuse_change before update or delete on order_step
    for each row execute function refuse_change()
--;;
create trigger refuse_truncate before truncate on order_step
    for each statement execute function refuse_change()
--;;
create trigger refuse_change before update or delete on row_history
    for each row execute function refuse_change()
--;;
create trigger refuse_truncate before truncate on row_history
    for each statement execute function refuse_change()
--;;
create function check_journal() returns trigger language plpgsql as $body$
begin
    if (select sum(amount) from entry where city = new.city and journal_id = new.journal_id) <> 0 then
        raise exception 'journal % does not sum to zero', new.journal_id using errcode = 'check_violation';
    end if;
    return null;
end
$body$
--;;
create constraint trigger check_journal after insert on entry
    deferrable initially deferred for each row execute function check_journal()
--;;
revoke create on schema public from public
--;;
alter table account enable row level security
--;;
alter table account force row level security
--;;
grant select on account to weixiu_bank
--;;
grant update (balance, paid_first, entry_count) on account to weixiu_bank
--;;
create policy bank on account to weixiu_bank using (city = (select current_setting('app.city')::integer) and bank = (select current_setting('app.bank'))) with check (city = (select current_setting('app.city')::integer) and bank = (select current_setting('app.bank')))
--;;
grant select on account to weixiu_developer
--;;
grant update (holder) on account to weixiu_developer
--;;
create policy developer on account to weixiu_developer using (city = (select current_setting('app.city')::integer) and org_id = (select current_setting('app.org')::uuid)) with check (city = (select current_setting('app.city')::integer) and org_id = (select current_setting('app.org')::uuid))
--;;
grant select on account to weixiu_office
--;;
grant insert on account to weixiu_office
--;;
grant update on account to weixiu_office
--;;
create policy office on account to weixiu_office using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
grant select on account to weixiu_worker
--;;
create policy worker on account to weixiu_worker using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
grant select on api_key to weixiu_gate
--;;
grant insert on api_key to weixiu_gate
--;;
grant update on api_key to weixiu_gate
--;;
alter table attachment enable row level security
--;;
alter table attachment force row level security
--;;
grant select on attachment to weixiu_developer
--;;
grant insert on attachment to weixiu_developer
--;;
grant delete on attachment to weixiu_developer
--;;
create policy developer on attachment to weixiu_developer using (city = (select current_setting('app.city')::integer) and org_id = (select current_setting('app.org')::uuid)) with check (city = (select current_setting('app.city')::integer) and org_id = (select current_setting('app.org')::uuid))
--;;
grant select on attachment to weixiu_gate
--;;
grant insert on attachment to weixiu_gate
--;;
grant delete on attachment to weixiu_gate
--;;
create policy gate on attachment to weixiu_gate using (city = (select current_setting('app.city')::integer) and org_id = (select current_setting('app.org')::uuid)) with check (city = (select current_setting('app.city')::integer) and org_id = (select current_setting('app.org')::uuid))
--;;
grant select on attachment to weixiu_office
--;;
create policy office on attachment to weixiu_office using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
grant select on attachment to weixiu_worker
--;;
create policy worker on attachment to weixiu_worker using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
grant select on attempt to weixiu_gate
--;;
grant insert on attempt to weixiu_gate
--;;
grant update on attempt to weixiu_gate
--;;
grant delete on attempt to weixiu_gate
--;;
alter table audit enable row level security
--;;
alter table audit force row level security
--;;
grant insert on audit to weixiu_bank
--;;
create policy bank on audit to weixiu_bank using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
grant select on audit to weixiu_developer
--;;
grant insert on audit to weixiu_developer
--;;
create policy developer on audit to weixiu_developer using (city = (select current_setting('app.city')::integer) and org_id = (select current_setting('app.org')::uuid)) with check (city = (select current_setting('app.city')::integer) and org_id = (select current_setting('app.org')::uuid))
--;;
grant insert on audit to weixiu_gate
--;;
create policy gate on audit to weixiu_gate using (city = (select current_setting('app.city')::integer) and org_id = (select current_setting('app.org')::uuid)) with check (city = (select current_setting('app.city')::integer) and org_id = (select current_setting('app.org')::uuid))
--;;
grant select on audit to weixiu_office
--;;
grant insert on audit to weixiu_office
--;;
create policy office on audit to weixiu_office using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
grant select on audit to weixiu_worker
--;;
grant insert on audit to weixiu_worker
--;;
create policy worker on audit to weixiu_worker using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
alter table building enable row level security
--;;
alter table building force row level security
--;;
grant select on building to weixiu_developer
--;;
create policy developer on building to weixiu_developer using (city = (select current_setting('app.city')::integer) and org_id = (select current_setting('app.org')::uuid)) with check (city = (select current_setting('app.city')::integer) and org_id = (select current_setting('app.org')::uuid))
--;;
grant select on building to weixiu_office
--;;
grant insert on building to weixiu_office
--;;
grant update on building to weixiu_office
--;;
grant delete on building to weixiu_office
--;;
create policy office on building to weixiu_office using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
grant select on building to weixiu_worker
--;;
create policy worker on building to weixiu_worker using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
alter table business_order enable row level security
--;;
alter table business_order force row level security
--;;
grant select on business_order to weixiu_developer
--;;
grant insert on business_order to weixiu_developer
--;;
grant update on business_order to weixiu_developer
--;;
grant delete on business_order to weixiu_developer
--;;
create policy developer on business_order to weixiu_developer using (city = (select current_setting('app.city')::integer) and org_id = (select current_setting('app.org')::uuid)) with check (city = (select current_setting('app.city')::integer) and org_id = (select current_setting('app.org')::uuid))
--;;
grant select on business_order to weixiu_gate
--;;
grant insert on business_order to weixiu_gate
--;;
grant update on business_order to weixiu_gate
--;;
grant delete on business_order to weixiu_gate
--;;
create policy gate on business_order to weixiu_gate using (city = (select current_setting('app.city')::integer) and org_id = (select current_setting('app.org')::uuid)) with check (city = (select current_setting('app.city')::integer) and org_id = (select current_setting('app.org')::uuid))
--;;
grant select on business_order to weixiu_office
--;;
grant insert on business_order to weixiu_office
--;;
grant update on business_order to weixiu_office
--;;
grant delete on business_order to weixiu_office
--;;
create policy office on business_order to weixiu_office using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
grant select on business_order to weixiu_worker
--;;
create policy worker on business_order to weixiu_worker using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
alter table counter enable row level security
--;;
alter table counter force row level security
--;;
grant select on counter to weixiu_bank
--;;
grant insert on counter to weixiu_bank
--;;
grant update on counter to weixiu_bank
--;;
create policy bank on counter to weixiu_bank using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
grant select on counter to weixiu_developer
--;;
grant insert on counter to weixiu_developer
--;;
grant update on counter to weixiu_developer
--;;
create policy developer on counter to weixiu_developer using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
grant select on counter to weixiu_gate
--;;
grant insert on counter to weixiu_gate
--;;
grant update on counter to weixiu_gate
--;;
create policy gate on counter to weixiu_gate using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
grant select on counter to weixiu_office
--;;
grant insert on counter to weixiu_office
--;;
grant update on counter to weixiu_office
--;;
create policy office on counter to weixiu_office using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
grant select on counter to weixiu_worker
--;;
grant insert on counter to weixiu_worker
--;;
grant update on counter to weixiu_worker
--;;
create policy worker on counter to weixiu_worker using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
alter table deposit_rate enable row level security
--;;
alter table deposit_rate force row level security
--;;
grant select on deposit_rate to weixiu_bank
--;;
create policy bank on deposit_rate to weixiu_bank using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
grant select on deposit_rate to weixiu_developer
--;;
create policy developer on deposit_rate to weixiu_developer using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
grant select on deposit_rate to weixiu_office
--;;
grant insert on deposit_rate to weixiu_office
--;;
grant update on deposit_rate to weixiu_office
--;;
create policy office on deposit_rate to weixiu_office using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
grant select on deposit_rate to weixiu_worker
--;;
create policy worker on deposit_rate to weixiu_worker using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
alter table entry enable row level security
--;;
alter table entry force row level security
--;;
grant select on entry to weixiu_bank
--;;
grant insert on entry to weixiu_bank
--;;
create policy bank on entry to weixiu_bank using (city = (select current_setting('app.city')::integer) and exists (select from account where account.city = entry.city and account.id = account_id)) with check (city = (select current_setting('app.city')::integer) and exists (select from account where account.city = entry.city and account.id = account_id))
--;;
grant select on entry to weixiu_developer
--;;
create policy developer on entry to weixiu_developer using (city = (select current_setting('app.city')::integer) and org_id = (select current_setting('app.org')::uuid)) with check (city = (select current_setting('app.city')::integer) and org_id = (select current_setting('app.org')::uuid))
--;;
grant select on entry to weixiu_office
--;;
grant insert on entry to weixiu_office
--;;
create policy office on entry to weixiu_office using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
grant select on entry to weixiu_worker
--;;
create policy worker on entry to weixiu_worker using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
alter table estate enable row level security
--;;
alter table estate force row level security
--;;
grant select on estate to weixiu_developer
--;;
create policy developer on estate to weixiu_developer using (city = (select current_setting('app.city')::integer) and org_id = (select current_setting('app.org')::uuid)) with check (city = (select current_setting('app.city')::integer) and org_id = (select current_setting('app.org')::uuid))
--;;
grant select on estate to weixiu_office
--;;
grant insert on estate to weixiu_office
--;;
grant update on estate to weixiu_office
--;;
grant delete on estate to weixiu_office
--;;
create policy office on estate to weixiu_office using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
grant select on estate to weixiu_worker
--;;
create policy worker on estate to weixiu_worker using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
grant select on estate_grant to weixiu_gate
--;;
grant insert on estate_grant to weixiu_gate
--;;
alter table file enable row level security
--;;
alter table file force row level security
--;;
grant select on file to weixiu_bank
--;;
grant insert on file to weixiu_bank
--;;
create policy bank on file to weixiu_bank using (city = (select current_setting('app.city')::integer) and uploaded_by = (select current_setting('app.principal')::uuid)) with check (city = (select current_setting('app.city')::integer) and uploaded_by = (select current_setting('app.principal')::uuid))
--;;
grant select on file to weixiu_developer
--;;
grant insert on file to weixiu_developer
--;;
create policy developer on file to weixiu_developer using (city = (select current_setting('app.city')::integer) and org_id = (select current_setting('app.org')::uuid)) with check (city = (select current_setting('app.city')::integer) and org_id = (select current_setting('app.org')::uuid))
--;;
grant select on file to weixiu_gate
--;;
grant insert on file to weixiu_gate
--;;
create policy gate on file to weixiu_gate using (city = (select current_setting('app.city')::integer) and org_id = (select current_setting('app.org')::uuid)) with check (city = (select current_setting('app.city')::integer) and org_id = (select current_setting('app.org')::uuid))
--;;
grant select on file to weixiu_office
--;;
grant insert on file to weixiu_office
--;;
create policy office on file to weixiu_office using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
grant select on file to weixiu_worker
--;;
grant delete on file to weixiu_worker
--;;
create policy worker on file to weixiu_worker using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
alter table journal enable row level security
--;;
alter table journal force row level security
--;;
grant insert on journal to weixiu_bank
--;;
create policy bank on journal to weixiu_bank using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
grant select on journal to weixiu_developer
--;;
create policy developer on journal to weixiu_developer using (city = (select current_setting('app.city')::integer) and org_id = (select current_setting('app.org')::uuid)) with check (city = (select current_setting('app.city')::integer) and org_id = (select current_setting('app.org')::uuid))
--;;
grant select on journal to weixiu_office
--;;
grant insert on journal to weixiu_office
--;;
create policy office on journal to weixiu_office using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
grant select on journal to weixiu_worker
--;;
create policy worker on journal to weixiu_worker using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
grant select on login to weixiu_gate
--;;
grant insert on login to weixiu_gate
--;;
grant update on login to weixiu_gate
--;;
grant delete on login to weixiu_gate
--;;
alter table notice enable row level security
--;;
alter table notice force row level security
--;;
grant select on notice to weixiu_bank
--;;
grant update (status, paid_at) on notice to weixiu_bank
--;;
create policy bank on notice to weixiu_bank using (city = (select current_setting('app.city')::integer) and bank = (select current_setting('app.bank'))) with check (city = (select current_setting('app.city')::integer) and bank = (select current_setting('app.bank')))
--;;
grant select on notice to weixiu_developer
--;;
grant insert on notice to weixiu_developer
--;;
grant update (status, print_count, voided_at, voided_by) on notice to weixiu_developer
--;;
create policy developer on notice to weixiu_developer using (city = (select current_setting('app.city')::integer) and org_id = (select current_setting('app.org')::uuid)) with check (city = (select current_setting('app.city')::integer) and org_id = (select current_setting('app.org')::uuid))
--;;
grant select on notice to weixiu_office
--;;
grant insert on notice to weixiu_office
--;;
grant update on notice to weixiu_office
--;;
create policy office on notice to weixiu_office using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
grant select on notice to weixiu_worker
--;;
grant update (status) on notice to weixiu_worker
--;;
create policy worker on notice to weixiu_worker using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
alter table notice_line enable row level security
--;;
alter table notice_line force row level security
--;;
grant select on notice_line to weixiu_bank
--;;
grant update (status) on notice_line to weixiu_bank
--;;
create policy bank on notice_line to weixiu_bank using (city = (select current_setting('app.city')::integer) and exists (select from notice where notice.city = notice_line.city and notice.id = notice_id)) with check (city = (select current_setting('app.city')::integer) and exists (select from notice where notice.city = notice_line.city and notice.id = notice_id))
--;;
grant select on notice_line to weixiu_developer
--;;
grant insert on notice_line to weixiu_developer
--;;
grant update (status) on notice_line to weixiu_developer
--;;
create policy developer on notice_line to weixiu_developer using (city = (select current_setting('app.city')::integer) and org_id = (select current_setting('app.org')::uuid)) with check (city = (select current_setting('app.city')::integer) and org_id = (select current_setting('app.org')::uuid))
--;;
grant select on notice_line to weixiu_office
--;;
grant insert on notice_line to weixiu_office
--;;
grant update on notice_line to weixiu_office
--;;
create policy office on notice_line to weixiu_office using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
grant select on notice_line to weixiu_worker
--;;
grant update (status) on notice_line to weixiu_worker
--;;
create policy worker on notice_line to weixiu_worker using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
alter table order_line enable row level security
--;;
alter table order_line force row level security
--;;
grant select on order_line to weixiu_developer
--;;
grant insert on order_line to weixiu_developer
--;;
grant update on order_line to weixiu_developer
--;;
grant delete on order_line to weixiu_developer
--;;
create policy developer on order_line to weixiu_developer using (city = (select current_setting('app.city')::integer) and org_id = (select current_setting('app.org')::uuid)) with check (city = (select current_setting('app.city')::integer) and org_id = (select current_setting('app.org')::uuid))
--;;
grant select on order_line to weixiu_gate
--;;
grant insert on order_line to weixiu_gate
--;;
grant update on order_line to weixiu_gate
--;;
grant delete on order_line to weixiu_gate
--;;
create policy gate on order_line to weixiu_gate using (city = (select current_setting('app.city')::integer) and org_id = (select current_setting('app.org')::uuid)) with check (city = (select current_setting('app.city')::integer) and org_id = (select current_setting('app.org')::uuid))
--;;
grant select on order_line to weixiu_office
--;;
grant insert on order_line to weixiu_office
--;;
grant update on order_line to weixiu_office
--;;
grant delete on order_line to weixiu_office
--;;
create policy office on order_line to weixiu_office using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
grant select on order_line to weixiu_worker
--;;
create policy worker on order_line to weixiu_worker using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
alter table order_lock enable row level security
--;;
alter table order_lock force row level security
--;;
grant select on order_lock to weixiu_developer
--;;
grant insert on order_lock to weixiu_developer
--;;
grant delete on order_lock to weixiu_developer
--;;
create policy developer on order_lock to weixiu_developer using (city = (select current_setting('app.city')::integer) and org_id = (select current_setting('app.org')::uuid)) with check (city = (select current_setting('app.city')::integer) and org_id = (select current_setting('app.org')::uuid))
--;;
grant select on order_lock to weixiu_gate
--;;
grant insert on order_lock to weixiu_gate
--;;
grant delete on order_lock to weixiu_gate
--;;
create policy gate on order_lock to weixiu_gate using (city = (select current_setting('app.city')::integer) and org_id = (select current_setting('app.org')::uuid)) with check (city = (select current_setting('app.city')::integer) and org_id = (select current_setting('app.org')::uuid))
--;;
grant select on order_lock to weixiu_office
--;;
grant insert on order_lock to weixiu_office
--;;
grant delete on order_lock to weixiu_office
--;;
create policy office on order_lock to weixiu_office using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
grant select on order_lock to weixiu_worker
--;;
create policy worker on order_lock to weixiu_worker using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
alter table order_step enable row level security
--;;
alter table order_step force row level security
--;;
grant select on order_step to weixiu_developer
--;;
grant insert on order_step to weixiu_developer
--;;
create policy developer on order_step to weixiu_developer using (city = (select current_setting('app.city')::integer) and org_id = (select current_setting('app.org')::uuid)) with check (city = (select current_setting('app.city')::integer) and org_id = (select current_setting('app.org')::uuid))
--;;
grant select on order_step to weixiu_gate
--;;
grant insert on order_step to weixiu_gate
--;;
create policy gate on order_step to weixiu_gate using (city = (select current_setting('app.city')::integer) and org_id = (select current_setting('app.org')::uuid)) with check (city = (select current_setting('app.city')::integer) and org_id = (select current_setting('app.org')::uuid))
--;;
grant select on order_step to weixiu_office
--;;
grant insert on order_step to weixiu_office
--;;
create policy office on order_step to weixiu_office using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
grant select on order_step to weixiu_worker
--;;
create policy worker on order_step to weixiu_worker using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
alter table organization enable row level security
--;;
alter table organization force row level security
--;;
grant select on organization to weixiu_developer
--;;
grant update on organization to weixiu_developer
--;;
create policy developer on organization to weixiu_developer using (city = (select current_setting('app.city')::integer) and id = (select current_setting('app.org')::uuid)) with check (city = (select current_setting('app.city')::integer) and id = (select current_setting('app.org')::uuid))
--;;
grant select on organization to weixiu_gate
--;;
grant insert on organization to weixiu_gate
--;;
grant update on organization to weixiu_gate
--;;
create policy gate on organization to weixiu_gate using (city = (select current_setting('app.city')::integer) and id = (select current_setting('app.org')::uuid)) with check (city = (select current_setting('app.city')::integer) and id = (select current_setting('app.org')::uuid))
--;;
grant select on organization to weixiu_office
--;;
grant update on organization to weixiu_office
--;;
create policy office on organization to weixiu_office using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
grant select on organization to weixiu_worker
--;;
create policy worker on organization to weixiu_worker using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
alter table outbox_message enable row level security
--;;
alter table outbox_message force row level security
--;;
grant insert on outbox_message to weixiu_bank
--;;
create policy bank on outbox_message to weixiu_bank using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
grant insert on outbox_message to weixiu_developer
--;;
create policy developer on outbox_message to weixiu_developer using (city = (select current_setting('app.city')::integer) and org_id = (select current_setting('app.org')::uuid)) with check (city = (select current_setting('app.city')::integer) and org_id = (select current_setting('app.org')::uuid))
--;;
grant insert on outbox_message to weixiu_gate
--;;
create policy gate on outbox_message to weixiu_gate using (city = (select current_setting('app.city')::integer) and org_id = (select current_setting('app.org')::uuid)) with check (city = (select current_setting('app.city')::integer) and org_id = (select current_setting('app.org')::uuid))
--;;
grant insert on outbox_message to weixiu_office
--;;
create policy office on outbox_message to weixiu_office using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
grant select on outbox_message to weixiu_worker
--;;
grant insert on outbox_message to weixiu_worker
--;;
grant update on outbox_message to weixiu_worker
--;;
create policy worker on outbox_message to weixiu_worker using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
alter table owner enable row level security
--;;
alter table owner force row level security
--;;
grant select on owner to weixiu_developer
--;;
grant insert on owner to weixiu_developer
--;;
grant delete on owner to weixiu_developer
--;;
create policy developer on owner to weixiu_developer using (city = (select current_setting('app.city')::integer) and org_id = (select current_setting('app.org')::uuid)) with check (city = (select current_setting('app.city')::integer) and org_id = (select current_setting('app.org')::uuid))
--;;
grant select on owner to weixiu_office
--;;
grant insert on owner to weixiu_office
--;;
grant update on owner to weixiu_office
--;;
grant delete on owner to weixiu_office
--;;
create policy office on owner to weixiu_office using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
grant select on owner to weixiu_worker
--;;
create policy worker on owner to weixiu_worker using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
alter table payment enable row level security
--;;
alter table payment force row level security
--;;
grant select on payment to weixiu_bank
--;;
grant insert on payment to weixiu_bank
--;;
grant update (print_count) on payment to weixiu_bank
--;;
create policy bank on payment to weixiu_bank using (city = (select current_setting('app.city')::integer) and bank = (select current_setting('app.bank'))) with check (city = (select current_setting('app.city')::integer) and bank = (select current_setting('app.bank')))
--;;
grant select on payment to weixiu_developer
--;;
grant update (print_count) on payment to weixiu_developer
--;;
create policy developer on payment to weixiu_developer using (city = (select current_setting('app.city')::integer) and org_id = (select current_setting('app.org')::uuid)) with check (city = (select current_setting('app.city')::integer) and org_id = (select current_setting('app.org')::uuid))
--;;
grant select on payment to weixiu_office
--;;
grant update (print_count) on payment to weixiu_office
--;;
create policy office on payment to weixiu_office using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
grant select on payment to weixiu_worker
--;;
create policy worker on payment to weixiu_worker using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
grant select (city, id, kind, org_id, bank, name, status, version) on principal to weixiu_bank
--;;
grant update (locked_at) on principal to weixiu_bank
--;;
grant select (city, id, kind, org_id, bank, name, status, version) on principal to weixiu_developer
--;;
grant update (locked_at) on principal to weixiu_developer
--;;
grant select on principal to weixiu_gate
--;;
grant insert on principal to weixiu_gate
--;;
grant update on principal to weixiu_gate
--;;
grant select (city, id, kind, org_id, bank, name, status, version) on principal to weixiu_office
--;;
grant update (locked_at, status, version) on principal to weixiu_office
--;;
grant select (city, id, kind, org_id, bank, name, status, version) on principal to weixiu_worker
--;;
grant update (locked_at) on principal to weixiu_worker
--;;
alter table repetition enable row level security
--;;
alter table repetition force row level security
--;;
grant select on repetition to weixiu_bank
--;;
grant insert on repetition to weixiu_bank
--;;
create policy bank on repetition to weixiu_bank using (city = (select current_setting('app.city')::integer) and principal_id = (select current_setting('app.principal')::uuid)) with check (city = (select current_setting('app.city')::integer) and principal_id = (select current_setting('app.principal')::uuid))
--;;
grant select on repetition to weixiu_developer
--;;
grant insert on repetition to weixiu_developer
--;;
create policy developer on repetition to weixiu_developer using (city = (select current_setting('app.city')::integer) and principal_id = (select current_setting('app.principal')::uuid)) with check (city = (select current_setting('app.city')::integer) and principal_id = (select current_setting('app.principal')::uuid))
--;;
grant select on repetition to weixiu_gate
--;;
grant insert on repetition to weixiu_gate
--;;
create policy gate on repetition to weixiu_gate using (city = (select current_setting('app.city')::integer) and principal_id = (select current_setting('app.principal')::uuid)) with check (city = (select current_setting('app.city')::integer) and principal_id = (select current_setting('app.principal')::uuid))
--;;
grant select on repetition to weixiu_office
--;;
grant insert on repetition to weixiu_office
--;;
create policy office on repetition to weixiu_office using (city = (select current_setting('app.city')::integer) and principal_id = (select current_setting('app.principal')::uuid)) with check (city = (select current_setting('app.city')::integer) and principal_id = (select current_setting('app.principal')::uuid))
--;;
grant select on repetition to weixiu_worker
--;;
grant delete on repetition to weixiu_worker
--;;
create policy worker on repetition to weixiu_worker using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
grant select on role_assignment to weixiu_gate
--;;
grant insert on role_assignment to weixiu_gate
--;;
alter table row_history enable row level security
--;;
alter table row_history force row level security
--;;
grant select on row_history to weixiu_developer
--;;
grant insert on row_history to weixiu_developer
--;;
create policy developer on row_history to weixiu_developer using (city = (select current_setting('app.city')::integer) and org_id = (select current_setting('app.org')::uuid)) with check (city = (select current_setting('app.city')::integer) and org_id = (select current_setting('app.org')::uuid))
--;;
grant insert on row_history to weixiu_gate
--;;
create policy gate on row_history to weixiu_gate using (city = (select current_setting('app.city')::integer) and org_id = (select current_setting('app.org')::uuid)) with check (city = (select current_setting('app.city')::integer) and org_id = (select current_setting('app.org')::uuid))
--;;
grant select on row_history to weixiu_office
--;;
grant insert on row_history to weixiu_office
--;;
create policy office on row_history to weixiu_office using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
grant select on row_history to weixiu_worker
--;;
create policy worker on row_history to weixiu_worker using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
grant select on session to weixiu_gate
--;;
grant insert on session to weixiu_gate
--;;
grant update on session to weixiu_gate
--;;
grant delete on session to weixiu_gate
--;;
alter table suspense_item enable row level security
--;;
alter table suspense_item force row level security
--;;
grant select on suspense_item to weixiu_bank
--;;
grant insert on suspense_item to weixiu_bank
--;;
create policy bank on suspense_item to weixiu_bank using (city = (select current_setting('app.city')::integer) and bank = (select current_setting('app.bank'))) with check (city = (select current_setting('app.city')::integer) and bank = (select current_setting('app.bank')))
--;;
grant select on suspense_item to weixiu_office
--;;
grant update on suspense_item to weixiu_office
--;;
create policy office on suspense_item to weixiu_office using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
grant select on suspense_item to weixiu_worker
--;;
create policy worker on suspense_item to weixiu_worker using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
alter table unit enable row level security
--;;
alter table unit force row level security
--;;
grant select on unit to weixiu_developer
--;;
grant update (manual_filing) on unit to weixiu_developer
--;;
create policy developer on unit to weixiu_developer using (city = (select current_setting('app.city')::integer) and org_id = (select current_setting('app.org')::uuid)) with check (city = (select current_setting('app.city')::integer) and org_id = (select current_setting('app.org')::uuid))
--;;
grant select on unit to weixiu_office
--;;
grant insert on unit to weixiu_office
--;;
grant update on unit to weixiu_office
--;;
grant delete on unit to weixiu_office
--;;
create policy office on unit to weixiu_office using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
grant select on unit to weixiu_worker
--;;
create policy worker on unit to weixiu_worker using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
