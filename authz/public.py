"""What anybody may do without signing in: this list is short on purpose, and it is the only one."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

PUBLIC: Final[Mapping[str, str]] = MappingProxyType(
    {
        "agreement.view": "阅读机构注册协议",
        "city.view": "查看城市、专户银行和交款渠道",
        "org.register": "注册机构",
        "registration.attach": "凭注册凭证上传要件",
        "registration.view": "凭注册凭证查看办理进度",
        "session.begin": "登录",
        "template.view": "下载模板和资料",
    }
)
"""Name of each public action, and what a clerk calls it; none of these names is in `actions.ACTIONS`."""
