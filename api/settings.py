"""How an installation is set up: every setting in one place, from the environment."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from api.limits import Limits
from db.engine import Addresses

CHECKOUT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Settings by their environment names; without any the product serves its demo world on this machine.

    Attributes:
        database_url: `DATABASE_URL`: a server of your own, as the application; its password is that of the
            roles `weixiu_*`. Without it an embedded PostgreSQL starts beside the app.
        database_owner_url: `DATABASE_OWNER_URL`: the same server, as the owner of the tables, for migrations.
        keys: `WEIXIU_KEYS`: the JSON of the installation's keys; else they are made in the data folder.
        demo: `WEIXIU_DEMO`: load the demo world, with page and introspection, into an empty database.
        introspection: `WEIXIU_INTROSPECTION`: whether the schema may be asked for; as the demo unless said.
        graphiql: `WEIXIU_GRAPHIQL`: whether the page for trying queries is served; as the demo unless said.
        city_folders: `WEIXIU_CITY_FOLDERS`: further folders of city files.
        https: `WEIXIU_HTTPS`: served behind TLS, so browsers are told to stay there.
    """

    model_config = SettingsConfigDict(env_prefix="WEIXIU_", extra="ignore")

    database_url: str | None = Field(default=None, validation_alias="DATABASE_URL")
    database_owner_url: str | None = Field(default=None, validation_alias="DATABASE_OWNER_URL")
    data_folder: Path | None = None
    keys: str | None = None
    host: str = "127.0.0.1"
    port: int = 8000
    demo: bool = True
    introspection: bool | None = None
    graphiql: bool | None = None
    city_folders: list[Path] = Field(default_factory=list[Path])
    pool_size: int = 8
    drain_seconds: int = 10
    https: bool = False
    password_memory_kib: int = 19456

    @property
    def tells_schema(self) -> bool:
        """Whether clients may ask for the schema."""
        return self.demo if self.introspection is None else self.introspection

    @property
    def shows_page(self) -> bool:
        """Whether the page for trying queries is served."""
        return self.demo if self.graphiql is None else self.graphiql

    @property
    def limits(self) -> Limits:
        """What one request may ask for."""
        return Limits()

    def own_addresses(self) -> Addresses | None:
        """Give the addresses of a server of one's own, or None for the embedded one.

        Raises:
            ValueError: Only one of the two addresses is set, or the application's has no password.
        """
        if self.database_url is None and self.database_owner_url is None:
            return None
        if self.database_url is None or self.database_owner_url is None:
            raise ValueError(
                "Set both DATABASE_URL (the application) and DATABASE_OWNER_URL (migrations), or neither."
            )
        return Addresses.from_urls(self.database_url, self.database_owner_url)
