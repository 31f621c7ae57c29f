"""How settings are called where a person reads them."""

from __future__ import annotations

from typing import Final

PREPARATION_LABELS: Final = {
    "none": "as they are (the course)",
    "centred": "centred by mass",
    "full": "slant, centre and size evened out",
}

MULTICLASS_LABELS: Final = {
    "one-vs-all": "one against the rest",
    "softmax": "softmax, all together",
}
