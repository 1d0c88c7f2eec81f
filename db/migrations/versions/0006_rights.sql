alter table principal add column mobile_cipher text, add column mobile_masked text, add column mobile_blind text,
    add column title text, add column created_by uuid, add column ended_at timestamptz, add column ended_reason text
--;;
alter table principal drop constraint principal_organization_check
--;;
alter table principal add constraint principal_organization_check
    check (kind = 'REPORTER' or (kind in ('DEVELOPER', 'VISITOR')) = (org_id is not null))
--;;
alter table login add column must_change boolean not null default false
--;;
alter table session add column agent text
--;;
alter table api_key add column name text not null default '', add column addresses jsonb not null default '[]',
    add column created_by uuid
--;;
create index api_key_principal_ix on api_key (city, principal_id)
--;;
alter table organization add column totp_required boolean not null default false
--;;
alter table audit add column actor_kind text, add column actor_name text,
    add column outcome text not null default 'DONE', add column address text,
    add constraint audit_outcome_check check (outcome in ('DONE', 'REFUSED', 'DENIED'))
--;;
create index audit_principal_ix on audit (city, principal_id, id)
--;;
create index owner_number_ix on owner (city, id_number_blind)
--;;
CREATE TABLE audit_link (
    city INTEGER NOT NULL,
    no BIGINT NOT NULL,
    audit_id UUID NOT NULL,
    hash BYTEA NOT NULL,
    CONSTRAINT audit_link_pkey PRIMARY KEY (city, no),
    CONSTRAINT audit_link_city_audit_id_key UNIQUE (city, audit_id)
)
--;;
CREATE TABLE sign_in_ticket (
    principal_id UUID NOT NULL,
    token_hash BYTEA NOT NULL,
    password_digest BYTEA NOT NULL,
    needs JSONB NOT NULL,
    failures BIGINT DEFAULT 0 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE,
    city INTEGER NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT sign_in_ticket_pkey PRIMARY KEY (city, id),
    CONSTRAINT sign_in_ticket_principal_id_fkey FOREIGN KEY(city, principal_id) REFERENCES principal (city, id),
    CONSTRAINT sign_in_ticket_city_token_hash_key UNIQUE (city, token_hash)
)
--;;
CREATE INDEX sign_in_ticket_principal_ix ON sign_in_ticket (city, principal_id)
--;;
CREATE TABLE invitation (
    principal_id UUID NOT NULL,
    token_hash BYTEA NOT NULL,
    created_by UUID,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE,
    revoked_at TIMESTAMP WITH TIME ZONE,
    city INTEGER NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT invitation_pkey PRIMARY KEY (city, id),
    CONSTRAINT invitation_principal_id_fkey FOREIGN KEY(city, principal_id) REFERENCES principal (city, id),
    CONSTRAINT invitation_city_token_hash_key UNIQUE (city, token_hash)
)
--;;
CREATE INDEX invitation_principal_ix ON invitation (city, principal_id)
--;;
CREATE TABLE authenticator (
    principal_id UUID NOT NULL,
    kind TEXT NOT NULL,
    secret_cipher TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    confirmed_at TIMESTAMP WITH TIME ZONE,
    last_step BIGINT,
    city INTEGER NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT authenticator_pkey PRIMARY KEY (city, id),
    CONSTRAINT authenticator_principal_id_fkey FOREIGN KEY(city, principal_id) REFERENCES principal (city, id),
    CONSTRAINT authenticator_city_principal_id_kind_key UNIQUE (city, principal_id, kind)
)
--;;
CREATE TABLE recovery_code (
    principal_id UUID NOT NULL,
    code_hash BYTEA NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE,
    city INTEGER NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT recovery_code_pkey PRIMARY KEY (city, id),
    CONSTRAINT recovery_code_principal_id_fkey FOREIGN KEY(city, principal_id) REFERENCES principal (city, id),
    CONSTRAINT recovery_code_city_principal_id_code_hash_key UNIQUE (city, principal_id, code_hash)
)
--;;
CREATE TABLE custom_role (
    name TEXT NOT NULL,
    actions JSONB NOT NULL,
    created_by UUID NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    retired_at TIMESTAMP WITH TIME ZONE,
    org_id UUID NOT NULL,
    city INTEGER NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT custom_role_pkey PRIMARY KEY (city, id)
)
--;;
CREATE UNIQUE INDEX custom_role_name_key ON custom_role (city, org_id, name) WHERE retired_at is null
--;;
CREATE TABLE estate_deny (
    principal_id UUID NOT NULL,
    estate_id UUID,
    action TEXT NOT NULL,
    granted_by UUID NOT NULL,
    granted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE,
    city INTEGER NOT NULL,
    id UUID NOT NULL,
    CONSTRAINT estate_deny_pkey PRIMARY KEY (city, id),
    CONSTRAINT estate_deny_principal_id_fkey FOREIGN KEY(city, principal_id) REFERENCES principal (city, id)
)
--;;
CREATE INDEX estate_deny_principal_ix ON estate_deny (city, principal_id)
--;;
alter table role_assignment alter column role drop not null, add column custom_role_id uuid,
    add column granted_by uuid, add column granted_at timestamptz, add column expires_at timestamptz,
    add constraint role_assignment_custom_role_id_fkey foreign key (city, custom_role_id)
        references custom_role (city, id),
    add constraint role_assignment_city_principal_id_custom_role_id_key unique (city, principal_id, custom_role_id),
    add constraint role_assignment_one_role_check check ((role is null) <> (custom_role_id is null))
--;;
create index role_assignment_custom_role_ix on role_assignment (city, custom_role_id)
--;;
alter table estate_grant add column granted_by uuid, add column granted_at timestamptz,
    add column expires_at timestamptz
--;;
create trigger estate_deny_version after insert or update or delete on estate_deny
    for each row execute function raise_rights_version()
--;;
create function raise_holders_version() returns trigger language plpgsql as $body$
begin
    update principal set version = version + 1
    where city = new.city and id in (
        select principal_id from role_assignment where city = new.city and custom_role_id = new.id);
    return null;
end
$body$
--;;
create trigger custom_role_version after update of actions, retired_at on custom_role
    for each row execute function raise_holders_version()
--;;
create function keep_an_admin() returns trigger language plpgsql as $body$
declare
    organization uuid;
begin
    if tg_table_name = 'principal' then
        organization := old.org_id;
    else
        select org_id into organization from principal where city = old.city and id = old.principal_id;
    end if;
    if organization is null then
        return null;
    end if;
    -- Two admins who go at once wait for each other here, and the second looks again.
    perform pg_advisory_xact_lock(hashtextextended('admins:' || organization, old.city));
    if not exists (
        select from principal p join role_assignment r on r.city = p.city and r.principal_id = p.id
        where p.city = old.city and p.org_id = organization and p.kind = 'DEVELOPER' and p.status = 'ACTIVE'
          and r.role = 'org_admin' and r.expires_at is null
    ) then
        raise exception 'organization % would be without an admin', organization
            using errcode = 'check_violation', constraint = 'organization_keeps_an_admin';
    end if;
    return null;
end
$body$
--;;
create constraint trigger principal_keeps_an_admin after update of status on principal
    deferrable initially deferred for each row
    when (old.kind = 'DEVELOPER' and old.status = 'ACTIVE' and new.status <> 'ACTIVE')
    execute function keep_an_admin()
--;;
create constraint trigger role_assignment_keeps_an_admin after update or delete on role_assignment
    deferrable initially deferred for each row when (old.role = 'org_admin')
    execute function keep_an_admin()
--;;
create trigger refuse_change before update or delete on audit_link
    for each row execute function refuse_change()
--;;
create trigger refuse_truncate before truncate on audit_link
    for each statement execute function refuse_change()
--;;
create view member with (security_barrier) as
select p.city, p.id, p.org_id, p.kind, p.bank, p.name, p.title, l.name as login_name, p.person_masked, p.mobile_masked,
    p.mobile_blind,
    p.status, coalesce(l.must_change, false) as must_change,
    exists (select from authenticator a where a.city = p.city and a.principal_id = p.id
            and a.confirmed_at is not null) as has_totp,
    (select max(s.seen_at) from session s where s.city = p.city and s.principal_id = p.id) as seen_at,
    p.created_at, p.created_by, p.ended_at, p.ended_reason, p.version
from principal p left join login l on l.city = p.city and l.id = p.id
where p.city = (select current_setting('app.city')::integer)
    and (p.org_id = (select nullif(current_setting('app.org'), '')::uuid)
         or (p.org_id is null and (select current_setting('app.org')) = ''))
    and p.kind in ('DEVELOPER', 'OFFICE', 'BANK', 'REPORTER')
--;;
create view member_role with (security_barrier) as
select t.city, t.id, p.org_id, t.principal_id as member_id, t.role, t.custom_role_id, t.granted_by, t.granted_at, t.expires_at
from role_assignment t join principal p on p.city = t.city and p.id = t.principal_id
where p.city = (select current_setting('app.city')::integer)
    and (p.org_id = (select nullif(current_setting('app.org'), '')::uuid)
         or (p.org_id is null and (select current_setting('app.org')) = ''))
    and p.kind in ('DEVELOPER', 'OFFICE', 'BANK', 'REPORTER')
--;;
create view member_grant with (security_barrier) as
select t.city, t.id, p.org_id, t.principal_id as member_id, t.estate_id, t.kinds, t.granted_by, t.granted_at, t.expires_at
from estate_grant t join principal p on p.city = t.city and p.id = t.principal_id
where p.city = (select current_setting('app.city')::integer)
    and (p.org_id = (select nullif(current_setting('app.org'), '')::uuid)
         or (p.org_id is null and (select current_setting('app.org')) = ''))
    and p.kind in ('DEVELOPER', 'OFFICE', 'BANK', 'REPORTER')
--;;
create view member_deny with (security_barrier) as
select t.city, t.id, p.org_id, t.principal_id as member_id, t.estate_id, t.action, t.granted_by, t.granted_at, t.expires_at
from estate_deny t join principal p on p.city = t.city and p.id = t.principal_id
where p.city = (select current_setting('app.city')::integer)
    and (p.org_id = (select nullif(current_setting('app.org'), '')::uuid)
         or (p.org_id is null and (select current_setting('app.org')) = ''))
    and p.kind in ('DEVELOPER', 'OFFICE', 'BANK', 'REPORTER')
--;;
create view member_session with (security_barrier) as
select t.city, t.id, p.org_id, t.principal_id as member_id, t.address, t.agent, t.created_at, t.seen_at, t.idle_seconds, t.expires_at, t.revoked_at
from session t join principal p on p.city = t.city and p.id = t.principal_id
where p.city = (select current_setting('app.city')::integer)
    and (p.org_id = (select nullif(current_setting('app.org'), '')::uuid)
         or (p.org_id is null and (select current_setting('app.org')) = ''))
    and p.kind in ('DEVELOPER', 'OFFICE', 'BANK', 'REPORTER')
--;;
create view member_key with (security_barrier) as
select t.city, t.id, p.org_id, t.principal_id as member_id, t.name, t.prefix, t.addresses, t.created_by, t.created_at, t.expires_at, t.revoked_at
from api_key t join principal p on p.city = t.city and p.id = t.principal_id
where p.city = (select current_setting('app.city')::integer)
    and (p.org_id = (select nullif(current_setting('app.org'), '')::uuid)
         or (p.org_id is null and (select current_setting('app.org')) = ''))
    and p.kind in ('DEVELOPER', 'OFFICE', 'BANK', 'REPORTER')
--;;
create view member_invitation with (security_barrier) as
select t.city, t.id, p.org_id, t.principal_id as member_id, t.created_by, t.created_at, t.expires_at, t.used_at, t.revoked_at
from invitation t join principal p on p.city = t.city and p.id = t.principal_id
where p.city = (select current_setting('app.city')::integer)
    and (p.org_id = (select nullif(current_setting('app.org'), '')::uuid)
         or (p.org_id is null and (select current_setting('app.org')) = ''))
    and p.kind in ('DEVELOPER', 'OFFICE', 'BANK', 'REPORTER')
--;;
create view organization_role with (security_barrier) as
select city, id, org_id, name, actions, created_by, created_at, changed_at, retired_at
from custom_role
where city = (select current_setting('app.city')::integer)
    and org_id = (select nullif(current_setting('app.org'), '')::uuid)
--;;
grant select on account to weixiu_keeper
--;;
create policy keeper on account to weixiu_keeper using (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid))) with check (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid)))
--;;
grant select on account to weixiu_report
--;;
create policy report on account to weixiu_report using (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid))) with check (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid)))
--;;
grant select (city, id, principal_id, expires_at, revoked_at) on api_key to weixiu_bank
--;;
grant select on api_key to weixiu_keeper
--;;
grant insert on api_key to weixiu_keeper
--;;
grant update on api_key to weixiu_keeper
--;;
grant select (city, id, principal_id, expires_at, revoked_at) on api_key to weixiu_report
--;;
grant select on attachment to weixiu_keeper
--;;
create policy keeper on attachment to weixiu_keeper using (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid))) with check (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid)))
--;;
grant select on attachment to weixiu_report
--;;
create policy report on attachment to weixiu_report using (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid))) with check (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid)))
--;;
grant select on attempt to weixiu_keeper
--;;
grant insert on attempt to weixiu_keeper
--;;
grant update on attempt to weixiu_keeper
--;;
grant delete on attempt to weixiu_keeper
--;;
grant select on audit to weixiu_keeper
--;;
grant insert on audit to weixiu_keeper
--;;
create policy keeper on audit to weixiu_keeper using (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid))) with check (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid)))
--;;
grant select on audit to weixiu_report
--;;
create policy report on audit to weixiu_report using (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid))) with check (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid)))
--;;
alter table audit_link enable row level security
--;;
alter table audit_link force row level security
--;;
grant select on audit_link to weixiu_worker
--;;
grant insert on audit_link to weixiu_worker
--;;
create policy worker on audit_link to weixiu_worker using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
grant select on authenticator to weixiu_gate
--;;
grant insert on authenticator to weixiu_gate
--;;
grant update on authenticator to weixiu_gate
--;;
grant delete on authenticator to weixiu_gate
--;;
grant select on authenticator to weixiu_keeper
--;;
grant insert on authenticator to weixiu_keeper
--;;
grant update on authenticator to weixiu_keeper
--;;
grant delete on authenticator to weixiu_keeper
--;;
grant select on building to weixiu_keeper
--;;
create policy keeper on building to weixiu_keeper using (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid))) with check (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid)))
--;;
grant select on building to weixiu_report
--;;
create policy report on building to weixiu_report using (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid))) with check (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid)))
--;;
grant select on business_order to weixiu_keeper
--;;
create policy keeper on business_order to weixiu_keeper using (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid))) with check (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid)))
--;;
grant select on business_order to weixiu_report
--;;
create policy report on business_order to weixiu_report using (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid))) with check (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid)))
--;;
grant select on counter to weixiu_keeper
--;;
create policy keeper on counter to weixiu_keeper using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
grant select on counter to weixiu_report
--;;
create policy report on counter to weixiu_report using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
grant select on custom_role to weixiu_gate
--;;
grant insert on custom_role to weixiu_gate
--;;
grant select on custom_role to weixiu_keeper
--;;
grant insert on custom_role to weixiu_keeper
--;;
grant update on custom_role to weixiu_keeper
--;;
grant delete on custom_role to weixiu_keeper
--;;
grant select on deposit_rate to weixiu_keeper
--;;
create policy keeper on deposit_rate to weixiu_keeper using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
grant select on deposit_rate to weixiu_report
--;;
create policy report on deposit_rate to weixiu_report using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
grant select on entry to weixiu_keeper
--;;
create policy keeper on entry to weixiu_keeper using (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid))) with check (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid)))
--;;
grant select on entry to weixiu_report
--;;
create policy report on entry to weixiu_report using (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid))) with check (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid)))
--;;
grant select on estate to weixiu_keeper
--;;
create policy keeper on estate to weixiu_keeper using (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid))) with check (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid)))
--;;
grant select on estate to weixiu_report
--;;
create policy report on estate to weixiu_report using (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid))) with check (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid)))
--;;
grant select on estate_deny to weixiu_gate
--;;
grant insert on estate_deny to weixiu_gate
--;;
grant select on estate_deny to weixiu_keeper
--;;
grant insert on estate_deny to weixiu_keeper
--;;
grant update on estate_deny to weixiu_keeper
--;;
grant delete on estate_deny to weixiu_keeper
--;;
grant select on estate_grant to weixiu_keeper
--;;
grant insert on estate_grant to weixiu_keeper
--;;
grant update on estate_grant to weixiu_keeper
--;;
grant delete on estate_grant to weixiu_keeper
--;;
grant select on file to weixiu_keeper
--;;
create policy keeper on file to weixiu_keeper using (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid))) with check (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid)))
--;;
grant select on file to weixiu_report
--;;
create policy report on file to weixiu_report using (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid))) with check (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid)))
--;;
grant select on invitation to weixiu_gate
--;;
grant insert on invitation to weixiu_gate
--;;
grant update on invitation to weixiu_gate
--;;
grant select on invitation to weixiu_keeper
--;;
grant insert on invitation to weixiu_keeper
--;;
grant update on invitation to weixiu_keeper
--;;
grant select on journal to weixiu_keeper
--;;
create policy keeper on journal to weixiu_keeper using (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid))) with check (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid)))
--;;
grant select on journal to weixiu_report
--;;
create policy report on journal to weixiu_report using (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid))) with check (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid)))
--;;
grant select on login to weixiu_keeper
--;;
grant insert on login to weixiu_keeper
--;;
grant update on login to weixiu_keeper
--;;
grant delete on login to weixiu_keeper
--;;
grant select on member to weixiu_developer
--;;
grant select on member to weixiu_keeper
--;;
grant select on member to weixiu_office
--;;
grant select on member_deny to weixiu_developer
--;;
grant select on member_deny to weixiu_keeper
--;;
grant select on member_deny to weixiu_office
--;;
grant select on member_grant to weixiu_developer
--;;
grant select on member_grant to weixiu_keeper
--;;
grant select on member_grant to weixiu_office
--;;
grant select on member_invitation to weixiu_developer
--;;
grant select on member_invitation to weixiu_keeper
--;;
grant select on member_invitation to weixiu_office
--;;
grant select on member_key to weixiu_developer
--;;
grant select on member_key to weixiu_keeper
--;;
grant select on member_key to weixiu_office
--;;
grant select on member_role to weixiu_developer
--;;
grant select on member_role to weixiu_keeper
--;;
grant select on member_role to weixiu_office
--;;
grant select on member_session to weixiu_developer
--;;
grant select on member_session to weixiu_keeper
--;;
grant select on member_session to weixiu_office
--;;
grant select on notice to weixiu_keeper
--;;
create policy keeper on notice to weixiu_keeper using (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid))) with check (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid)))
--;;
grant select on notice to weixiu_report
--;;
create policy report on notice to weixiu_report using (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid))) with check (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid)))
--;;
grant select on notice_line to weixiu_keeper
--;;
create policy keeper on notice_line to weixiu_keeper using (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid))) with check (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid)))
--;;
grant select on notice_line to weixiu_report
--;;
create policy report on notice_line to weixiu_report using (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid))) with check (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid)))
--;;
grant select on order_line to weixiu_keeper
--;;
create policy keeper on order_line to weixiu_keeper using (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid))) with check (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid)))
--;;
grant select on order_line to weixiu_report
--;;
create policy report on order_line to weixiu_report using (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid))) with check (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid)))
--;;
grant select on order_lock to weixiu_keeper
--;;
create policy keeper on order_lock to weixiu_keeper using (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid))) with check (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid)))
--;;
grant select on order_lock to weixiu_report
--;;
create policy report on order_lock to weixiu_report using (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid))) with check (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid)))
--;;
grant select on order_step to weixiu_keeper
--;;
create policy keeper on order_step to weixiu_keeper using (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid))) with check (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid)))
--;;
grant select on order_step to weixiu_report
--;;
create policy report on order_step to weixiu_report using (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid))) with check (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid)))
--;;
grant select on organization to weixiu_keeper
--;;
grant update (totp_required, version) on organization to weixiu_keeper
--;;
create policy keeper on organization to weixiu_keeper using (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or id = (select nullif(current_setting('app.org'), '')::uuid))) with check (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or id = (select nullif(current_setting('app.org'), '')::uuid)))
--;;
grant select on organization to weixiu_report
--;;
create policy report on organization to weixiu_report using (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or id = (select nullif(current_setting('app.org'), '')::uuid))) with check (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or id = (select nullif(current_setting('app.org'), '')::uuid)))
--;;
grant select on organization_role to weixiu_developer
--;;
grant select on organization_role to weixiu_keeper
--;;
grant select on organization_role to weixiu_office
--;;
grant insert on outbox_message to weixiu_keeper
--;;
create policy keeper on outbox_message to weixiu_keeper using (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid))) with check (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid)))
--;;
grant select on owner to weixiu_keeper
--;;
create policy keeper on owner to weixiu_keeper using (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid))) with check (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid)))
--;;
grant select on owner to weixiu_report
--;;
create policy report on owner to weixiu_report using (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid))) with check (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid)))
--;;
grant select on owner_token to weixiu_keeper
--;;
create policy keeper on owner_token to weixiu_keeper using (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid))) with check (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid)))
--;;
grant select on owner_token to weixiu_report
--;;
create policy report on owner_token to weixiu_report using (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid))) with check (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid)))
--;;
grant select on payment to weixiu_keeper
--;;
create policy keeper on payment to weixiu_keeper using (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid))) with check (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid)))
--;;
grant select on payment to weixiu_report
--;;
create policy report on payment to weixiu_report using (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid))) with check (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid)))
--;;
grant select on place_token to weixiu_keeper
--;;
create policy keeper on place_token to weixiu_keeper using (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid))) with check (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid)))
--;;
grant select on place_token to weixiu_report
--;;
create policy report on place_token to weixiu_report using (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid))) with check (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid)))
--;;
grant select on principal to weixiu_keeper
--;;
grant insert on principal to weixiu_keeper
--;;
grant update on principal to weixiu_keeper
--;;
grant select (city, id, kind, org_id, bank, name, status, version) on principal to weixiu_report
--;;
grant select on recovery_code to weixiu_gate
--;;
grant insert on recovery_code to weixiu_gate
--;;
grant update on recovery_code to weixiu_gate
--;;
grant delete on recovery_code to weixiu_gate
--;;
grant select on recovery_code to weixiu_keeper
--;;
grant insert on recovery_code to weixiu_keeper
--;;
grant update on recovery_code to weixiu_keeper
--;;
grant delete on recovery_code to weixiu_keeper
--;;
grant select on repetition to weixiu_keeper
--;;
grant insert on repetition to weixiu_keeper
--;;
create policy keeper on repetition to weixiu_keeper using (city = (select current_setting('app.city')::integer) and principal_id = (select current_setting('app.principal')::uuid)) with check (city = (select current_setting('app.city')::integer) and principal_id = (select current_setting('app.principal')::uuid))
--;;
grant select on role_assignment to weixiu_keeper
--;;
grant insert on role_assignment to weixiu_keeper
--;;
grant update on role_assignment to weixiu_keeper
--;;
grant delete on role_assignment to weixiu_keeper
--;;
grant select on row_history to weixiu_keeper
--;;
grant insert on row_history to weixiu_keeper
--;;
create policy keeper on row_history to weixiu_keeper using (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid))) with check (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid)))
--;;
grant select on row_history to weixiu_report
--;;
create policy report on row_history to weixiu_report using (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid))) with check (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid)))
--;;
grant select (city, id, principal_id, seen_at, idle_seconds, expires_at, revoked_at) on session to weixiu_developer
--;;
grant select on session to weixiu_keeper
--;;
grant insert on session to weixiu_keeper
--;;
grant update on session to weixiu_keeper
--;;
grant select (city, id, principal_id, seen_at, idle_seconds, expires_at, revoked_at) on session to weixiu_office
--;;
grant select on sign_in_ticket to weixiu_gate
--;;
grant insert on sign_in_ticket to weixiu_gate
--;;
grant update on sign_in_ticket to weixiu_gate
--;;
grant delete on sign_in_ticket to weixiu_gate
--;;
grant select on sign_in_ticket to weixiu_keeper
--;;
grant insert on sign_in_ticket to weixiu_keeper
--;;
grant update on sign_in_ticket to weixiu_keeper
--;;
grant delete on sign_in_ticket to weixiu_keeper
--;;
grant select on suspense_item to weixiu_keeper
--;;
create policy keeper on suspense_item to weixiu_keeper using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
grant select on suspense_item to weixiu_report
--;;
create policy report on suspense_item to weixiu_report using (city = (select current_setting('app.city')::integer)) with check (city = (select current_setting('app.city')::integer))
--;;
grant select on unit to weixiu_keeper
--;;
create policy keeper on unit to weixiu_keeper using (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid))) with check (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid)))
--;;
grant select on unit to weixiu_report
--;;
create policy report on unit to weixiu_report using (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid))) with check (city = (select current_setting('app.city')::integer) and ((select current_setting('app.org')) = '' or org_id = (select nullif(current_setting('app.org'), '')::uuid)))
