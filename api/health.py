"""Whether the product is up, for whoever watches over it."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from resolvers.desk import Desk
from resolvers.health import reach_database


def health_routes(desk: Desk) -> list[Route]:
    """Make the routes of health: `live` asks the process alone, `ready` the database too."""

    async def live(_request: Request) -> Response:
        return JSONResponse({"status": "up"})

    async def ready(_request: Request) -> Response:
        reached = await reach_database(desk)
        return JSONResponse({"database": "up" if reached else "down"}, 200 if reached else 503)

    return [Route("/health/live", live), Route("/health/ready", ready)]
