drop table ledger_seal, bank_statement_line, bank_statement, receipt_series, receipt, job
--;;
alter table suspense_item drop column resolution, drop column resolution_note, drop column resolved_at,
    drop column resolved_by
--;;
alter table refund drop column bank_txn_no, drop column settled_by, drop column failed_at, drop column failure
--;;
alter table notice drop column pay_mode, drop column receipt_mode
--;;
drop index journal_reverses_key, journal_booked_ix
--;;
alter table journal drop column refund_id, drop column suspense_id, drop column reverses_id, drop column note
