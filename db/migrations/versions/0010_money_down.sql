drop table ledger_seal, bank_statement_line, bank_statement, receipt_series, receipt, job
--;;
alter table suspense_item drop column resolution, drop column resolution_note, drop column resolved_at,
    drop column resolved_by
--;;
drop trigger reserve_refund on refund
--;;
drop function reserve_refund()
--;;
drop trigger keep_reserved_update on account
--;;
drop trigger keep_reserved_insert on account
--;;
alter table account drop column reserved
--;;
alter table refund drop column bank_txn_no, drop column settled_by, drop column failed_at, drop column failure
--;;
alter table api_key drop column signing_cipher
--;;
revoke update (receipted_at) on payment from weixiu_worker, weixiu_office
--;;
drop index payment_receipt_ix
--;;
alter table payment drop column receipted_at
--;;
alter table notice_line drop column place
--;;
alter table notice drop column pay_mode, drop column receipt_mode
--;;
drop index journal_reverses_key, journal_booked_ix, journal_payment_ix, journal_refund_ix
--;;
alter table journal drop column refund_id, drop column suspense_id, drop column reverses_id, drop column note
