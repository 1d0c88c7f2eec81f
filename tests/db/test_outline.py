"""A statement is broken into lines, and stays the same statement."""

import re

import pytest

from db.graph.outline import lay_out

STATEMENT = """select convert_to('{"units":' || (select '[' || array_to_string(array(select '{"no":' ||
 t1."room_no" || ',"name":' || t1."name" || '}' from unit as t1 where t1.city = $1::integer and t1.id IN
 (SELECT unit_id FROM owner) order by t1."id" limit 2), ',') || ']' from estate as t2) || '}', 'UTF8')"""
LAID_OUT = """\
select convert_to('{"units":' || (
  select '[' || array_to_string(array(
    select '{"no":' || t1."room_no" ||
      ',"name":' || t1."name" || '}'
    from unit as t1
    where t1.city = $1::integer and t1.id IN (
      SELECT unit_id
      FROM owner
    )
    order by t1."id"
    limit 2
  ), ',') || ']'
  from estate as t2
) || '}', 'UTF8')"""


def test_every_clause_and_every_field_begins_a_line_and_what_is_within_stands_further_in():
    assert lay_out(STATEMENT) == LAID_OUT
    assert lay_out(LAID_OUT) == LAID_OUT


@pytest.mark.parametrize(
    "text",
    [
        "'(select 1 from x)'",
        "'it''s (select'",
        r"E'a\' from ('",
        r"'back\'",
        '"from" || "a b"',
        "extract(year from t1.day)",
        "array_agg(x order by y limit 1)",
        "$12::text[]",
        "''",
    ],
)
def test_texts_names_and_arguments_stay_as_they_are(text: str):
    assert lay_out(f"select {text}\n  as x") == f"select {text} as x"


def test_nothing_but_spaces_is_changed():
    assert re.sub(r"\s", "", lay_out(STATEMENT)) == re.sub(r"\s", "", STATEMENT)
