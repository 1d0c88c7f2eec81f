-- What the peers get beside the product's own tables: the search over the product's index, and the act.
drop schema if exists bench cascade;
create schema bench;
grant usage on schema bench to weixiu_developer;

create function bench.find_units(in_city integer, part text) returns setof public.unit
stable language sql as $body$
    select u.* from public.unit u
    where u.city = in_city
      and u.id = any(array(
          select unnest(coalesce(t.units, w.units))
          from public.place_token t
          join public.place_token w
            on w.city = t.city and w.org_id = t.org_id and w.building_id = t.building_id and w.token = ''
          where t.city = in_city
            and t.token = (
                select r.run
                from (select distinct substr(lower(part collate "pg_c_utf8"), place, 3) collate "C" as run
                      from generate_series(1, greatest(length(part) - 2, 1)) place) r
                order by (select coalesce(sum(c.unit_count), 0) from public.place_token c
                          where c.city = in_city and c.token = r.run)
                limit 1)
          order by t.building_id))
      and u.status = 'ACTIVE'
      and (strpos(lower(u.address collate "pg_c_utf8"), lower(part collate "pg_c_utf8")) > 0
        or strpos(lower(u.room_no collate "pg_c_utf8"), lower(part collate "pg_c_utf8")) > 0)
    order by u.id desc
$body$;

-- PostGraphile's sets the city before, in a statement of its own.
create function bench.search_units(part text) returns setof public.unit stable language sql as $body$
    select * from bench.find_units(current_setting('app.city')::integer, part)
$body$;

create function bench.order_lines_put(order_id uuid, lines jsonb) returns public.business_order
volatile language plpgsql as $body$
declare
    changed public.business_order;
begin
    update public.business_order o set version = version + 1
    where o.city = current_setting('app.city')::integer and o.id = order_id
      and o.status in ('DRAFT', 'RETURNED')
    returning * into changed;
    delete from public.order_line l where l.city = changed.city and l.order_id = changed.id;
    insert into public.order_line (city, order_id, no, org_id, after)
    select changed.city, changed.id, l.no, changed.org_id, l.line
    from jsonb_array_elements(lines) with ordinality as l (line, no);
    return changed;
end
$body$;
