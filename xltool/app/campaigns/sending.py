"""The return packs of a campaign: for the newest return of every agency that must correct or explain something."""

from __future__ import annotations

from collections.abc import Iterator

from xltool.app.campaigns.campaign import Campaign
from xltool.app.campaigns.judging import source_of, to_return
from xltool.app.campaigns.packing import Letter, Pack, needs_pack, pack_return
from xltool.app.shelf import Shelf
from xltool.app.watching import Watch, unwatched


def pack_campaign(campaign: Campaign, shelf: Shelf, letter: Letter, watch: Watch = unwatched) -> Iterator[Pack]:
    """One pack an agency, the desk's decisions on explanations taken into account."""
    for version, returned in to_return(campaign, shelf, watch):
        if needs_pack(returned):
            yield pack_return(source_of(campaign, version), returned, shelf, letter)
