"""The roles for which a city may ask for codes are the roles that people hold."""

from authz.roles import ROLES
from domain.switch import CodeRole
from tests.scenes import JIANGMEN, LUZHOU, YUNMENG, Town

_MACHINES = {"reporter", "city_reporter", "bank_operator", "worker"}


def test_every_role_of_people_may_be_asked_for_codes_and_no_machines():
    assert {role.value for role in CodeRole} == set(ROLES) - _MACHINES


async def test_each_city_says_which_roles_use_codes(town: Town):
    asked = {code: [role.value for role in city.totp_roles] for code, city in town.desk.cities.items()}
    assert asked == {LUZHOU: [], JIANGMEN: [], YUNMENG: ["system_admin"]}
