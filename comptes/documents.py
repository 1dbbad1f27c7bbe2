"""The QR code of a second factor, drawn by the server: no script, no image fetched from elsewhere."""

import segno
from django.utils.safestring import SafeString, mark_safe


def dessiner_qr(adresse: str) -> SafeString:
    """An inline SVG, black on white in both themes: the camera of the phone reads nothing else well."""
    dessin = segno.make(adresse, error="m", micro=False)
    svg = dessin.svg_inline(scale=5, border=4, dark="#000", light="#fff", svgclass="cio-qr", lineclass="")
    return mark_safe(svg)  # noqa: S308 - a path of numbers, drawn by segno
