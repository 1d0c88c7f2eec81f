"""How an installation is set up: every setting in one place, from the environment."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from api.limits import Limits
from api.trusted import UntrustworthyError, load_trusted
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
        trading: `WEIXIU_TRADING`: the JSON of the cities' transaction systems, by the keys of their files:
            `{"jiangmen": {"url": "https://...", "key": "...", "secret": "...", "seconds": 5}}`.
        https: `WEIXIU_HTTPS`: served behind TLS, so browsers are told to stay there.
        trusted_documents: `WEIXIU_TRUSTED_DOCUMENTS`: a file or folder of the documents of one's own front
            ends, as JSON of texts by their SHA-256 in hex.
        trusted_only: `WEIXIU_TRUSTED_ONLY`: take no other document.
        metrics: `WEIXIU_METRICS`: whether there is `/metrics`; as the demo unless said.
        metrics_token: `WEIXIU_METRICS_TOKEN`: the bearer token for it; else only this machine is answered.
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
    trading: str | None = None
    https: bool = False
    trusted_documents: Path | None = None
    trusted_only: bool = False
    metrics: bool | None = None
    metrics_token: str | None = None
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
    def shows_metrics(self) -> bool:
        """Whether the process tells what it counted."""
        return self.demo if self.metrics is None else self.metrics

    @property
    def limits(self) -> Limits:
        """What one request may ask for."""
        return Limits()

    def trusted(self) -> Mapping[str, str] | None:
        """Read the trusted documents, texts by their hashes; None where there is no such setting.

        Raises:
            UntrustworthyError: They cannot be read, or none are set where no others are taken.
        """
        if self.trusted_documents is not None:
            return load_trusted(self.trusted_documents)
        if self.trusted_only:
            raise UntrustworthyError("WEIXIU_TRUSTED_ONLY needs WEIXIU_TRUSTED_DOCUMENTS.")
        return None

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
