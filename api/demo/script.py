"""The main job as a play, from a registration to a paid account, then every other order, then money."""

from api.demo.caller import Caller
from api.demo.made_up import PASSWORD, PLAYED
from api.demo.play_changes import change_everything
from api.demo.play_deposits import play_deposits
from api.demo.play_estate import collect_estate
from api.demo.play_money import issue_notice, pay_notice
from api.demo.play_orders import Crew
from api.demo.play_trading import deal_with_trading
from api.demo.stage import FILE, Stage
from domain.orders.organization_registration import ORGANIZATION_REGISTRATION
from domain.switch import RegistrationMode

_RATE = "... on DepositRateDone { rate { rate } }"


async def play_city(stage: Stage) -> None:
    """Play the whole main job, one order of every kind and every flow of money in one city.

    Raises:
        UnexpectedAnswer: Something went another way than the play.
    """
    clerk, reviewer = await stage.official("window_clerk"), await stage.official("reviewer")
    developer = await _register(stage, clerk, reviewer)
    await _rates(stage)
    units = await collect_estate(stage, developer, clerk, reviewer)
    notice = await issue_notice(stage, developer, units["301"])
    await pay_notice(stage, developer, notice, units["301"])
    crew = Crew(stage, developer, clerk, reviewer)
    estate = await change_everything(crew, units["301"])
    await deal_with_trading(crew, estate)
    await play_deposits(crew)


async def _register(stage: Stage, clerk: Caller, reviewer: Caller) -> Caller:
    code, enterprise, teller = stage.city.code, PLAYED[stage.city.key].enterprises[0], stage.teller
    visitor = await stage.stranger.begin_registration(code)
    papers = stage.city.required_attachments(ORGANIZATION_REGISTRATION.uploads)
    order = await visitor.register(enterprise.form(code), papers)
    teller.tell(
        f"Register {enterprise.name} with {len(papers)} pictures", f"{order['orderNo']} {order['status']}"
    )
    if stage.city.registration_mode is RegistrationMode.WINDOW:
        printed = await visitor.act(
            "orderPrint", "OrderPrintInput", {"orderId": order["id"], "form": "APPLICATION"}, FILE
        )
        name = await stage.keep_file(visitor, printed, "registration-form.pdf")
        early = await stage.stranger.try_sign_in(code, enterprise.login_name, PASSWORD)
        teller.tell("Print the registration form; sign in before the office decided", f"{name}; {early}")
        await clerk.step("orderAccept", order["id"])
        done = await reviewer.step("orderApprove", order["id"])
        teller.tell("The window accepts the papers, the reviewer approves", done["status"])
    developer = await stage.developer()
    me = (await developer.ask("{ me { name organization { name status } } }"))["me"]
    teller.tell(
        f"Sign in as {enterprise.login_name}",
        f"{me['name']}, {me['organization']['name']}, {me['organization']['status']}",
    )
    return developer


async def _rates(stage: Stage) -> None:
    """Enter the rates where the city has published none, and read them either way."""
    authority = await stage.official("authority_admin")
    rates = stage.amounts.rates
    if not stage.city.rates:
        lines = (
            ("RESIDENTIAL", True, "lift"),
            ("RESIDENTIAL", False, "no_lift"),
            ("PARKING", None, "parking"),
        )
        for category, lift, name in lines:
            given = {
                "category": category,
                "hasLift": lift,
                "rate": rates[name],
                "validFrom": "2010-01-01",
                "source": "演示数据，非官方标准",
                "idempotencyKey": f"rate {name}",
            }
            await authority.act("depositRateSet", "DepositRateSetInput", given, _RATE)
    data = await authority.ask("{ depositRates(first: 100) { edges { node { category hasLift rate } } } }")
    found = {
        (n["category"], n["hasLift"]): n["rate"] for n in (e["node"] for e in data["depositRates"]["edges"])
    }
    compare = stage.teller.compare
    # A city may have one rate for homes, whether a lift serves them or not.
    both = found.get(("RESIDENTIAL", None))
    compare("rate with a lift", found.get(("RESIDENTIAL", True), both), rates["lift"])
    compare("rate without a lift", found.get(("RESIDENTIAL", False), both), rates["no_lift"])
    compare("rate of parking", found["PARKING", None], rates["parking"])
    what = "Read the published rates" if stage.city.rates else "The authority enters the rates"
    stage.teller.tell(
        what, f"lift {rates['lift']}, no lift {rates['no_lift']}, parking {rates['parking']} yuan/㎡"
    )
