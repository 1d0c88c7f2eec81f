do $body$
declare
    named record;
begin
    for named in select policyname, tablename from pg_policies
        where roles && '{weixiu_keeper,weixiu_report}'::name[]
    loop
        execute format('drop policy %I on %I', named.policyname, named.tablename);
    end loop;
    for named in select distinct table_name, column_name, privilege_type, grantee
        from information_schema.column_privileges
        where table_schema = 'public' and grantee in ('weixiu_keeper', 'weixiu_report')
    loop
        execute format('revoke %s (%I) on %I from %I',
            named.privilege_type, named.column_name, named.table_name, named.grantee);
    end loop;
end
$body$
--;;
drop view member, member_role, member_grant, member_deny, member_session, member_key, member_invitation,
    organization_role
--;;
revoke all on all tables in schema public from weixiu_keeper, weixiu_report
--;;
revoke select (city, id, principal_id, expires_at, revoked_at) on api_key from weixiu_bank
--;;
drop trigger principal_keeps_an_admin on principal
--;;
drop trigger role_assignment_keeps_an_admin on role_assignment
--;;
drop function keep_an_admin()
--;;
delete from role_assignment where custom_role_id is not null
--;;
alter table role_assignment drop column custom_role_id, drop column granted_by, drop column granted_at,
    drop column expires_at, alter column role set not null
--;;
alter table estate_grant drop column granted_by, drop column granted_at, drop column expires_at
--;;
drop table audit_link, sign_in_ticket, invitation, authenticator, recovery_code, custom_role, estate_deny
--;;
drop function raise_holders_version()
--;;
drop index audit_principal_ix
--;;
drop index owner_number_ix
--;;
alter table audit drop constraint audit_outcome_check, drop column actor_kind, drop column actor_name,
    drop column outcome, drop column address
--;;
alter table organization drop column totp_required
--;;
drop index api_key_principal_ix
--;;
alter table api_key drop column name, drop column addresses, drop column created_by
--;;
alter table session drop column agent
--;;
alter table login drop column must_change
--;;
alter table principal drop constraint principal_organization_check
--;;
alter table principal add constraint principal_organization_check
    check ((kind in ('DEVELOPER', 'VISITOR')) = (org_id is not null))
--;;
alter table principal drop column mobile_cipher, drop column mobile_masked, drop column mobile_blind,
    drop column title, drop column created_by, drop column ended_at, drop column ended_reason
