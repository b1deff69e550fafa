"""What keeps Slack from working, for `cscc doctor`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from pydantic import SecretStr

from bot.messages import DeliveryError, Undeliverable
from bot.platforms import Finding
from bot.platforms.slack.api import REFUSED, Api, Identity
from bot.platforms.slack.manifest import NEEDED, WANTED
from bot.platforms.slack.people import People
from bot.platforms.slack.webhook import fingerprint
from bot.settings import SlackSettings

#: Kept beside the data while requests that came from Slack are refused for their signature.
MARK = "slack-signature-refused"
#: Of a channel, a group, a direct chat or a person.
_ID = re.compile(r"[CGDUW][A-Z0-9]+")


async def findings(
    settings: SlackSettings,
    api: Api,
    people: People,
    channels: Sequence[str],
    data_dir: Path | None = None,
) -> list[Finding]:
    """Try tokens, scopes, the way in, and each channel that is to be posted to."""
    try:
        us = await api.identity(fresh=True)
    except (DeliveryError, Undeliverable) as error:
        return [_refused("slack.check.token", error)]
    found = [_good("slack.check.connected", workspace=us.team)]
    found += _scopes(us)
    found += await _way_in(settings, api, data_dir)
    for channel in channels:
        found += await _channel(us, people, channel)
    return found


def _refused(key: str, error: DeliveryError | Undeliverable) -> Finding:
    """Tell a token that is not taken from one that was never tried."""
    if str(error) == "not_allowed_token_type":
        return _bad("slack.check.swapped")
    untried = isinstance(error, DeliveryError) and str(error) not in REFUSED
    return _bad("slack.check.unreachable" if untried else key, error=str(error))


def _scopes(us: Identity) -> list[Finding]:
    if not us.scopes:
        return []
    missing = [scope for scope in NEEDED if scope not in us.scopes]
    wanted = [scope for scope in WANTED if scope not in us.scopes]
    found = [_bad("slack.check.scope", scope=scope, what=NEEDED[scope]) for scope in missing]
    if wanted:
        found.append(_good("slack.check.optional", scopes=", ".join(wanted)))
    return found


async def _way_in(settings: SlackSettings, api: Api, data_dir: Path | None) -> list[Finding]:
    if settings.app_token is not None:
        try:
            await api.try_socket(settings.app_token.get_secret_value())
        except (DeliveryError, Undeliverable) as error:
            return [_refused("slack.check.app_token", error)]
        return [_good("slack.check.socket")]
    if settings.signing_secret is None:
        return [_bad("slack.check.no_way_in")]
    return _secret(settings.signing_secret, data_dir)


def _secret(secret: SecretStr, data_dir: Path | None) -> list[Finding]:
    """Slack cannot be asked whether the secret is right: by its looks, and by what was refused."""
    value = secret.get_secret_value()
    wrong = value.startswith(("xox", "xapp")) or len(value) < 8 or value != "".join(value.split())
    if wrong:
        return [_bad("slack.check.secret")]
    mark = data_dir / MARK if data_dir is not None else None
    if mark and mark.exists() and mark.read_text("utf-8") == fingerprint(value):
        return [_bad("slack.check.signature")]
    return [_good("slack.check.http")]


async def _channel(us: Identity, people: People, channel: str) -> list[Finding]:
    if not _ID.fullmatch(channel):
        return [_bad("slack.check.no_id", channel=channel)]
    if not channel.startswith(("C", "G")):
        return []
    try:
        described = await people.channel(channel)
    except (DeliveryError, Undeliverable) as error:
        return [_bad("slack.check.channel", channel=channel, error=str(error))]
    if described.archived:
        return [_bad("slack.check.archived", channel=channel)]
    if not described.member and "chat:write.public" not in us.scopes:
        return [_bad("slack.check.not_member", channel=channel)]
    if not described.member:
        return [_bad("slack.check.no_lookup", channel=channel)]
    return [_good("slack.check.channel_ready", channel=channel)]


def _good(key: str, **values: object) -> Finding:
    return Finding(ok=True, key=key, values=values)


def _bad(key: str, **values: object) -> Finding:
    return Finding(ok=False, key=key, values=values)
