create TABLE job (
    org_id UUID,
    kind TEXT NOT NULL,
    status TEXT DEFAULT 'WAITING' NOT NULL,
    asked JSONB NOT NULL,
    done BIGINT DEFAULT 0 NOT NULL,
    total BIGINT,
    outcome JSONB,
    file_id UUID,
    cancel_asked BOOLEAN DEFAULT false NOT NULL,
    tries BIGINT DEFAULT 0 NOT NULL,
    created_by UUID NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    started_at TIMESTAMP WITH TIME ZONE,
    beat_at TIMESTAMP WITH TIME ZONE,
    finished_at TIMESTAMP WITH TIME ZONE,
    city INTEGER NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT job_pkey PRIMARY KEY (city, id),
    CONSTRAINT job_file_id_fkey FOREIGN KEY(city, file_id) REFERENCES file (city, id),
    CONSTRAINT job_status_check CHECK (status in ('WAITING', 'RUNNING', 'DONE', 'REFUSED', 'FAILED', 'CANCELLED')),
    CONSTRAINT job_progress_check CHECK (done >= 0 and (total is null or done <= total))
)
--;;
create INDEX job_created_ix ON job (city, created_by, id)
--;;
create INDEX job_open_ix ON job (city, status, id) WHERE status in ('WAITING', 'RUNNING')
--;;
create INDEX job_org_ix ON job (city, org_id, id)
--;;
create TABLE receipt (
    estate_id UUID NOT NULL,
    payment_id UUID NOT NULL,
    unit_id UUID,
    bank TEXT NOT NULL,
    receipt_no TEXT NOT NULL,
    year BIGINT NOT NULL,
    serial BIGINT NOT NULL,
    payee TEXT NOT NULL,
    item TEXT NOT NULL,
    amount BIGINT NOT NULL,
    issued_at TIMESTAMP WITH TIME ZONE NOT NULL,
    print_count BIGINT DEFAULT 0 NOT NULL,
    voided_at TIMESTAMP WITH TIME ZONE,
    voided_by UUID,
    void_reason TEXT,
    org_id UUID NOT NULL,
    city INTEGER NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT receipt_pkey PRIMARY KEY (city, id),
    CONSTRAINT receipt_estate_id_fkey FOREIGN KEY(city, estate_id) REFERENCES estate (city, id),
    CONSTRAINT receipt_payment_id_fkey FOREIGN KEY(city, payment_id) REFERENCES payment (city, id),
    CONSTRAINT receipt_unit_id_fkey FOREIGN KEY(city, unit_id) REFERENCES unit (city, id),
    CONSTRAINT receipt_city_receipt_no_key UNIQUE (city, receipt_no),
    CONSTRAINT receipt_city_year_serial_key UNIQUE (city, year, serial),
    CONSTRAINT receipt_amount_check CHECK (amount > 0),
    CONSTRAINT receipt_voided_check CHECK (num_nulls(voided_at, voided_by, void_reason) in (0, 3))
)
--;;
create INDEX receipt_org_ix ON receipt (city, org_id, id)
--;;
create UNIQUE INDEX receipt_part_key ON receipt (city, payment_id, unit_id) NULLS NOT DISTINCT where voided_at is null
--;;
create INDEX receipt_unit_ix ON receipt (city, unit_id)
--;;
create TABLE receipt_series (
    city INTEGER NOT NULL,
    year INTEGER NOT NULL,
    last BIGINT NOT NULL,
    CONSTRAINT receipt_series_pkey PRIMARY KEY (city, year)
)
--;;
create TABLE bank_statement (
    bank TEXT NOT NULL,
    day DATE NOT NULL,
    file_id UUID,
    line_count BIGINT NOT NULL,
    total BIGINT NOT NULL,
    received_at TIMESTAMP WITH TIME ZONE NOT NULL,
    received_by UUID NOT NULL,
    city INTEGER NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT bank_statement_pkey PRIMARY KEY (city, id),
    CONSTRAINT bank_statement_city_bank_day_key UNIQUE (city, bank, day)
)
--;;
create INDEX bank_statement_day_ix ON bank_statement (city, day, id)
--;;
create TABLE bank_statement_line (
    statement_id UUID NOT NULL,
    no BIGINT NOT NULL,
    bank_txn_no TEXT NOT NULL,
    amount BIGINT NOT NULL,
    booked_at TIMESTAMP WITH TIME ZONE,
    remark TEXT,
    outcome TEXT NOT NULL,
    payment_id UUID,
    suspense_id UUID,
    resolution TEXT,
    resolved_at TIMESTAMP WITH TIME ZONE,
    resolved_by UUID,
    city INTEGER NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT bank_statement_line_pkey PRIMARY KEY (city, id),
    CONSTRAINT bank_statement_line_statement_id_fkey FOREIGN KEY(city, statement_id) REFERENCES bank_statement (city, id),
    CONSTRAINT bank_statement_line_payment_id_fkey FOREIGN KEY(city, payment_id) REFERENCES payment (city, id),
    CONSTRAINT bank_statement_line_suspense_id_fkey FOREIGN KEY(city, suspense_id) REFERENCES suspense_item (city, id)
)
--;;
create INDEX bank_statement_line_ix ON bank_statement_line (city, statement_id, no)
--;;
create INDEX bank_statement_line_outcome_ix ON bank_statement_line (city, outcome, id)
--;;
create TABLE ledger_seal (
    city INTEGER NOT NULL,
    day DATE NOT NULL,
    entries BIGINT NOT NULL,
    root BYTEA NOT NULL,
    hash BYTEA NOT NULL,
    sealed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT ledger_seal_pkey PRIMARY KEY (city, day)
)
--;;
alter table bank_statement enable row level security
--;;
alter table bank_statement force row level security
--;;
grant select on bank_statement to weixiu_bank
--;;
grant insert on bank_statement to weixiu_bank
--;;
create policy bank on bank_statement to weixiu_bank using (city = (select current_setting('app.city')::integer) and bank = (select current_setting('app.bank'))) with check (city = (select current_setting('app.city')::integer) and bank = (select current_setting('app.bank')))
--;;
grant select on bank_statement to weixiu_keeper
--;;
create policy keeper on bank_statement to weixiu_keeper using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
grant select on bank_statement to weixiu_office
--;;
grant insert on bank_statement to weixiu_office
--;;
grant update on bank_statement to weixiu_office
--;;
create policy office on bank_statement to weixiu_office using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
grant select on bank_statement to weixiu_report
--;;
create policy report on bank_statement to weixiu_report using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
grant select on bank_statement to weixiu_worker
--;;
create policy worker on bank_statement to weixiu_worker using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
alter table bank_statement_line enable row level security
--;;
alter table bank_statement_line force row level security
--;;
grant select on bank_statement_line to weixiu_bank
--;;
grant insert on bank_statement_line to weixiu_bank
--;;
create policy bank on bank_statement_line to weixiu_bank using (city = (select current_setting('app.city')::integer) and exists (select from bank_statement where bank_statement.city = bank_statement_line.city and bank_statement.id = statement_id)) with check (city = (select current_setting('app.city')::integer) and exists (select from bank_statement where bank_statement.city = bank_statement_line.city and bank_statement.id = statement_id))
--;;
grant select on bank_statement_line to weixiu_keeper
--;;
create policy keeper on bank_statement_line to weixiu_keeper using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
grant select on bank_statement_line to weixiu_office
--;;
grant insert on bank_statement_line to weixiu_office
--;;
grant update on bank_statement_line to weixiu_office
--;;
grant delete on bank_statement_line to weixiu_office
--;;
create policy office on bank_statement_line to weixiu_office using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
grant select on bank_statement_line to weixiu_report
--;;
create policy report on bank_statement_line to weixiu_report using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
grant select on bank_statement_line to weixiu_worker
--;;
create policy worker on bank_statement_line to weixiu_worker using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
alter table job enable row level security
--;;
alter table job force row level security
--;;
grant select on job to weixiu_developer
--;;
grant insert on job to weixiu_developer
--;;
grant update (cancel_asked) on job to weixiu_developer
--;;
create policy developer on job to weixiu_developer using (city = (select current_setting('app.city')::integer) and org_id = (select current_setting('app.org')::uuid)) with check (city = (select current_setting('app.city')::integer) and org_id = (select current_setting('app.org')::uuid))
--;;
grant select on job to weixiu_keeper
--;;
create policy keeper on job to weixiu_keeper using (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid))) with check (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid)))
--;;
grant select on job to weixiu_office
--;;
grant insert on job to weixiu_office
--;;
grant update (cancel_asked) on job to weixiu_office
--;;
create policy office on job to weixiu_office using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
grant select on job to weixiu_report
--;;
create policy report on job to weixiu_report using (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid))) with check (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid)))
--;;
grant select on job to weixiu_worker
--;;
grant update on job to weixiu_worker
--;;
grant delete on job to weixiu_worker
--;;
create policy worker on job to weixiu_worker using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
alter table ledger_seal enable row level security
--;;
alter table ledger_seal force row level security
--;;
grant select on ledger_seal to weixiu_bank
--;;
create policy bank on ledger_seal to weixiu_bank using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
grant select on ledger_seal to weixiu_developer
--;;
create policy developer on ledger_seal to weixiu_developer using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
grant select on ledger_seal to weixiu_keeper
--;;
create policy keeper on ledger_seal to weixiu_keeper using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
grant select on ledger_seal to weixiu_office
--;;
create policy office on ledger_seal to weixiu_office using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
grant select on ledger_seal to weixiu_report
--;;
create policy report on ledger_seal to weixiu_report using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
grant select on ledger_seal to weixiu_worker
--;;
grant insert on ledger_seal to weixiu_worker
--;;
create policy worker on ledger_seal to weixiu_worker using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
alter table receipt enable row level security
--;;
alter table receipt force row level security
--;;
grant select on receipt to weixiu_bank
--;;
grant update (print_count) on receipt to weixiu_bank
--;;
create policy bank on receipt to weixiu_bank using (city = (select current_setting('app.city')::integer) and bank = (select current_setting('app.bank'))) with check (city = (select current_setting('app.city')::integer) and bank = (select current_setting('app.bank')))
--;;
grant select on receipt to weixiu_developer
--;;
grant update (print_count) on receipt to weixiu_developer
--;;
create policy developer on receipt to weixiu_developer using (city = (select current_setting('app.city')::integer) and org_id = (select current_setting('app.org')::uuid)) with check (city = (select current_setting('app.city')::integer) and org_id = (select current_setting('app.org')::uuid))
--;;
grant select on receipt to weixiu_keeper
--;;
create policy keeper on receipt to weixiu_keeper using (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid))) with check (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid)))
--;;
grant select on receipt to weixiu_office
--;;
grant update (print_count, voided_at, voided_by, void_reason) on receipt to weixiu_office
--;;
create policy office on receipt to weixiu_office using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
grant select on receipt to weixiu_report
--;;
create policy report on receipt to weixiu_report using (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid))) with check (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid)))
--;;
grant select on receipt to weixiu_worker
--;;
grant insert on receipt to weixiu_worker
--;;
create policy worker on receipt to weixiu_worker using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
alter table receipt_series enable row level security
--;;
alter table receipt_series force row level security
--;;
grant select on receipt_series to weixiu_worker
--;;
grant insert on receipt_series to weixiu_worker
--;;
grant update on receipt_series to weixiu_worker
--;;
create policy worker on receipt_series to weixiu_worker using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))

--;;
alter table journal add column refund_id uuid, add column suspense_id uuid, add column reverses_id uuid, add column note text,
    add constraint journal_refund_id_fkey foreign key (city, refund_id) references refund (city, id),
    add constraint journal_suspense_id_fkey foreign key (city, suspense_id) references suspense_item (city, id),
    add constraint journal_reverses_id_fkey foreign key (city, reverses_id) references journal (city, id)
--;;
create unique index journal_reverses_key on journal (city, reverses_id) where reverses_id is not null
--;;
create index journal_booked_ix on journal (city, booked_at, id)
--;;
create index journal_payment_ix on journal (city, payment_id)
--;;
create index journal_refund_ix on journal (city, refund_id)
--;;
alter table notice add column pay_mode text, add column receipt_mode text not null default 'PER_UNIT',
    add constraint notice_receipt_mode_check check (receipt_mode in ('SUMMARY', 'PER_UNIT')),
    add constraint notice_pay_mode_check check (pay_mode in ('ADVANCE', 'ON_BEHALF'))
--;;
alter table notice_line add column place jsonb
--;;
alter table api_key add column signing_cipher text
--;;
alter table payment add column receipted_at timestamptz
--;;
create index payment_receipt_ix on payment (city, id) where receipted_at is null
--;;
grant update (receipted_at) on payment to weixiu_worker, weixiu_office
--;;
alter table refund add column bank_txn_no text, add column settled_by uuid, add column failed_at timestamptz,
    add column failure text
--;;
alter table account add column reserved bigint not null default 0
--;;
alter table account no force row level security
--;;
alter table refund no force row level security
--;;
update account set reserved = promised.amount
from (select city, account_id, sum(amount) as amount from refund where status <> 'PAID' group by city, account_id) promised
where account.city = promised.city and account.id = promised.account_id
--;;
alter table refund force row level security
--;;
alter table account force row level security
--;;
alter table account add constraint account_reserved_check check (reserved between 0 and greatest(balance, 0))
--;;
-- What is promised back is reserved: nothing else may take it, and only a refund moves it.
create function reserve_refund() returns trigger language plpgsql as $body$
begin
    update account set reserved = reserved + case when new.status = 'PAID' then 0 else new.amount end
        - case when tg_op = 'INSERT' or old.status = 'PAID' then 0 else old.amount end
    where city = new.city and id = new.account_id;
    return null;
end
$body$
--;;
create trigger reserve_refund after insert or update of status, amount on refund
    for each row execute function reserve_refund()
--;;
create trigger keep_reserved_insert before insert on account for each row
    when (new.reserved <> 0) execute function keep_balance()
--;;
create trigger keep_reserved_update before update on account for each row
    when (pg_trigger_depth() = 0 and new.reserved <> old.reserved) execute function keep_balance()
--;;
alter table suspense_item add column resolution text, add column resolution_note text,
    add column resolved_at timestamptz, add column resolved_by uuid,
    add constraint suspense_item_resolution_check check (resolution is null or status <> 'OPEN')
--;;
create trigger refuse_change before update or delete on ledger_seal
    for each row execute function refuse_change()
--;;
create trigger refuse_truncate before truncate on ledger_seal
    for each statement execute function refuse_change()
