"""Tells what a PDF says: JSON with title, language, the size and the words of each page, and
the fonts that lie in it."""

import json
import sys

from pypdf import PdfReader

reader = PdfReader(sys.argv[1])
fonts = {}
for page in reader.pages:
    for font in page["/Resources"].get("/Font", {}).values():
        below = font.get_object()["/DescendantFonts"][0].get_object()
        files = [key for key in below["/FontDescriptor"].get_object() if key.startswith("/FontFile")]
        fonts[font.get_object()["/BaseFont"]] = len(files)
root = reader.trailer["/Root"]
print(
    json.dumps(
        {
            "title": reader.metadata.title,
            "language": root.get("/Lang"),
            "tagged": bool(root.get("/MarkInfo", {}).get("/Marked")),
            "sizes": [[float(page.mediabox.width), float(page.mediabox.height)] for page in reader.pages],
            "pages": [page.extract_text() for page in reader.pages],
            "fonts": fonts,
        }
    )
)
