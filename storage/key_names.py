"""Every key binding that people may choose another key for: its name and its usual keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KeyName:
    """A binding.

    Args:
        name: its id, such as ``chat.new``: where it holds, and what it does.
        keys: those it has by itself, as Textual names them.
    """

    name: str
    keys: tuple[str, ...]

    @property
    def place(self) -> str:
        """Where it holds."""
        return self.name.partition(".")[0]


_DEFAULTS: Mapping[str, str] = {
    "app": ("stats=f8 keys=f9 settings=ctrl+s help=f1,ctrl+underscore palette=ctrl+p quit=ctrl+q"),
    "chat": (
        "stop=escape new=ctrl+n history=ctrl+o next-strategy=ctrl+t strategies=ctrl+l "
        "cost=f2 latency=f3 quality=f4 manual=f5 panels=f6 messages=f7 find=ctrl+f "
        "reasoning=ctrl+r page-up=pageup page-down=pagedown"
    ),
    "composer": "send=enter newline=ctrl+j,shift+enter editor=ctrl+g older=alt+up newer=alt+down",
    "message": (
        "previous=k,ctrl+up next=j,ctrl+down menu=enter copy=c copy-code-1=1 "
        "copy-code-2=2 copy-code-3=3 copy-code-4=4 copy-code-5=5 copy-code-6=6 "
        "copy-code-7=7 copy-code-8=8 copy-code-9=9 copy-chat=C copy-selection=y edit=e "
        "again=r again-with=R continue=o older=left newer=right rate-up=plus "
        "rate-down=minus delete=d undo=u explain=x inspect=i find=slash leave=escape "
        "found=n found-before=N select=v page-down=space first=g newest=G"
    ),
    "find": "next=down previous=up,shift+enter close=escape",
    "history": (
        "back=escape results=down pin=p archive=a tag=t rename=r delete=d undo=u export=x "
        "filter=number_sign show-archive=A search=slash"
    ),
    "stats": (
        "back=escape,q spend=1 models=2 speed=3 errors=4 routing=5 next=tab "
        "previous=shift+tab period=p grain=g reload=r"
    ),
    "columns": "earlier=left later=right first=home last=end open=enter leave=down",
    "pick": "up=up down=down page-up=pageup page-down=pagedown first=home last=end open=enter",
    "exchanges": "back=escape,q inspect=i sort=s reload=r",
    "exchange": "back=escape,q,enter route=x calls=i",
    "settings": (
        "back=escape up=up down=down page-up=pageup page-down=pagedown reset=ctrl+r "
        "undo=ctrl+u edit=ctrl+o"
    ),
    "setting-input": "back=escape",
    "setting-pick": "back=escape mark=space keep=enter",
    "keys": (
        "back=escape test=t test-all=T delete=d,delete import=i models=m new=n switch=e look=r"
    ),
    "offer": "back=escape also=space sort=s filter=slash list=down ask=r",
    "local-models": "back=escape,q delete=d cancel=c built-in=b look=r",
    "alerts": "back=escape,q try=t log=l reload=r",
    "experiment": "back=escape,q reload=r",
    "compare": (
        "back=escape pick-1=1 pick-2=2 pick-3=3 pick-4=4 stop=s next=tab,right "
        "previous=shift+tab,left"
    ),
    "jobs": "back=escape,q cancel=c clear=x",
    "doctor": "back=escape,q again=r copy=c",
    "themes": "back=escape,q new=n edit=e",
    "strategies": (
        "back=escape cost=c latency=l quality=q dynamic=d balanced=b adaptive=a rules=r "
        "experiment=e manual=m"
    ),
    "help": "back=escape,f1 up=up down=down page-up=pageup page-down=pagedown reset=ctrl+r",
    "ask": "back=escape",
    "choose": "back=escape",
    "pick-provider": "back=escape",
    "pick-several": "back=escape mark=space compare=enter",
}
KEY_NAMES: Mapping[str, KeyName] = {
    f"{place}.{name}": KeyName(f"{place}.{name}", tuple(keys.split(",")))
    for place, actions in _DEFAULTS.items()
    for name, _, keys in (action.partition("=") for action in actions.split())
}
"""By name, in the order a help screen has them."""
