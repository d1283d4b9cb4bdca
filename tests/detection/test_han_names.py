"""Chinese full names: a family name first, then one or two characters."""

from __future__ import annotations

import pytest

from gateway.detection.han_names import is_full_name


@pytest.mark.parametrize("name", ["王伟", "何云岭", "欧阳娜娜", "诸葛亮", "黃曉明", "司馬遷"])
def test_full_names(name: str) -> None:
    assert is_full_name(name)


@pytest.mark.parametrize("name", ["", "王", "小七", "欧阳", "辛迪加大陆", "瓜迪奥拉", "Maria", "张家口市"])
def test_others(name: str) -> None:
    assert not is_full_name(name)
