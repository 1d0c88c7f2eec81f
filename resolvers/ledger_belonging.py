"""What rows of the books that belong together must say alike, so that no money changes hands beside them."""

BELONGING = (
    (
        "I5: an account is its unit's or its estate's: organization, estate and bank",
        """
        select a.account_no from account a
        left join estate s on s.city = a.city and s.id = a.estate_id
        left join unit u on u.city = a.city and u.id = a.unit_id
        where a.city = :city and a.kind in ('UNIT', 'SPECIAL') and (
            (a.org_id, a.bank) is distinct from (s.org_id, s.bank)
            or a.kind = 'UNIT' and (a.org_id, a.estate_id) is distinct from (u.org_id, u.estate_id))
        """,
    ),
    (
        "I7: what is reserved in an account is what refunds under way promise",
        """
        select a.account_no from account a
        left join (
            select account_id, sum(amount) as promised from refund
            where city = :city and status <> 'PAID' group by 1
        ) r on r.account_id = a.id
        where a.city = :city and a.reserved <> coalesce(r.promised, 0)
        """,
    ),
    (
        "I3: a booking's entries are of its moment, and those of a unit's account of its organization",
        """
        select distinct j.id::text from journal j
        join entry e on e.city = j.city and e.journal_id = j.id
        join account a on a.city = e.city and a.id = e.account_id
        where j.city = :city and (e.booked_at <> j.booked_at
            or a.kind = 'UNIT' and e.org_id is distinct from a.org_id)
        """,
    ),
    (
        "I7: what is asked, paid and refunded of an account is of its unit, and goes through its bank",
        """
        select n.notice_no from notice n
        join notice_line l on l.city = n.city and l.notice_id = n.id
        join account a on a.city = l.city and a.id = l.account_id
        where n.city = :city and (a.unit_id, a.org_id, a.org_id, a.bank)
            is distinct from (l.unit_id, l.org_id, n.org_id, n.bank)
        union
        select p.proof_no from payment p
        join notice n on n.city = p.city and n.id = p.notice_id
        where p.city = :city
            and (p.org_id, p.estate_id, p.bank) is distinct from (n.org_id, n.estate_id, n.bank)
        union
        select p.proof_no from payment p
        join journal j on j.city = p.city and j.payment_id = p.id
        where p.city = :city and (p.confirmed_at, p.confirmed_by) is distinct from (j.booked_at, j.booked_by)
        union
        select r.refund_no from refund r
        join account a on a.city = r.city and a.id = r.account_id
        where r.city = :city and (r.unit_id, r.org_id) is distinct from (a.unit_id, a.org_id)
        """,
    ),
    (
        "I7: the transfer by which a refund was last paid, or came back, is among those of its bank",
        """
        select r.refund_no from refund r
        where r.city = :city and (
            r.status = 'PAID' and not exists (select from refund_transfer m
                where m.city = r.city and m.refund_id = r.id and m.amount < 0
                    and (m.bank_txn_no, m.moved_at) = (r.bank_txn_no, r.paid_at))
            or r.return_txn_no is not null and not exists (select from refund_transfer m
                where m.city = r.city and m.refund_id = r.id and m.amount > 0
                    and (m.bank_txn_no, m.moved_at) = (r.return_txn_no, r.returned_at)))
        """,
    ),
    (
        "R-PAY-5: a receipt has the number of its place, and is made out as the line that was paid says",
        """
        select r.receipt_no from receipt r
        join payment p on p.city = r.city and p.id = r.payment_id
        join notice n on n.city = p.city and n.id = p.notice_id
        left join notice_line l on l.city = n.city and l.notice_id = n.id and l.unit_id = r.unit_id
        where r.city = :city and (
            r.receipt_no not like '%RC' || r.year || lpad(r.serial::text, 8, '0')
            or (r.org_id, r.bank) is distinct from (p.org_id, p.bank)
            or case when n.receipt_mode = 'SUMMARY'
                then (r.unit_id, r.amount, r.payee) is distinct from
                    (null, p.amount, n.snapshot ->> 'developer')
                else l.id is null or (r.amount, r.payee) is distinct from (l.amount, coalesce(
                    (select string_agg(o.said ->> 'name', '、' order by o.place)
                        from jsonb_array_elements(l.owners) with ordinality o (said, place)),
                    n.snapshot ->> 'developer'))
            end)
        """,
    ),
)
"""Each as a sentence, and the query for the numbers of whatever breaks it."""
