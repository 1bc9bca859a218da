"""Checks a PDF against the rules of PDF/A-2a (ISO 19005-2) that a program can check, and
prints its text in the order of its structure.

    check.py FILE

veraPDF, which knows all rules, is in no package registry; pikepdf (qpdf) and fontTools
read the file here, and pdfua looks at the tags.
"""

import re
import sys
from io import BytesIO
from xml.etree import ElementTree

import pdfua
import pikepdf
from fontTools.ttLib import TTFont
from pikepdf import Array, Dictionary, Name, Operator, Stream

PAINTING = {"f", "f*", "F", "S", "s", "B", "B*", "b", "b*", "Tj", "TJ", "'", '"', "Do", "sh", "BI"}
KNOWN = PAINTING | {"BT", "ET", "Tf", "Tm", "rg", "RG", "re", "m", "l", "w", "BDC", "EMC"}
FORBIDDEN = {"/AA", "/OpenAction", "/JS", "/SMask", "/Group", "/EmbeddedFiles", "/Annots", "/ExtGState"}
XMP = {
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
}


def file_structure(data, pdf):  # 6.1
    assert re.match(rb"%PDF-1\.[0-7]\n%[\x80-\xff]{4}", data), "head of the file"
    assert data.rstrip().endswith(b"%%EOF"), "end of the file"
    assert "/Encrypt" not in pdf.trailer and len(pdf.trailer.ID) == 2
    assert pdf.check_pdf_syntax() == [], "qpdf --check"
    for thing in pdf.objects:
        walk(thing)
        if isinstance(thing, Stream):
            assert "/Filter" not in thing and "/F" not in thing, "a stream that is packed or elsewhere"
    assert len(pdf.objects) < 8_388_607


def walk(thing, depth=0):
    assert depth < 20
    if isinstance(thing, pikepdf.String):
        assert len(bytes(thing)) <= 32_767, "a string is too long"
    elif isinstance(thing, Name):
        assert len(str(thing)) <= 128, "a name is too long"
    elif isinstance(thing, Array):
        for inner in thing:
            within(inner, depth)
    elif isinstance(thing, (Dictionary, Stream)):
        for key in thing.keys():
            assert key not in FORBIDDEN, key
            within(thing[key], depth)


def within(thing, depth):
    # What is an object of its own comes by itself.
    if not getattr(thing, "is_indirect", False):
        walk(thing, depth + 1)


def colours(pdf):  # 6.2.2, 6.2.4
    (intent,) = pdf.Root.OutputIntents
    assert intent.S == "/GTS_PDFA1" and str(intent.OutputConditionIdentifier)
    profile = intent.DestOutputProfile
    data = profile.read_bytes()
    assert profile.N == 3 and data[36:40] == b"acsp" and data[12:20] == b"mntrRGB "
    assert int.from_bytes(data[:4], "big") == len(data) and data[8] in (2, 4)


def metadata(pdf):  # 6.6
    root = pdf.Root
    assert root.Metadata.Type == "/Metadata" and root.Metadata.Subtype == "/XML"
    text = root.Metadata.read_bytes().decode()
    tree = ElementTree.fromstring(text[text.index("<x:xmpmeta") : text.index("<?xpacket end")])
    said = lambda path: tree.find(f".//{path}", XMP).text
    assert (said("pdfaid:part"), said("pdfaid:conformance")) == ("2", "A")
    info = pdf.docinfo
    assert said("dc:title/rdf:Alt/rdf:li") == str(info.Title)
    assert said("pdf:Producer") == str(info.Producer)
    digits = re.sub(r"\D", "", said("xmp:CreateDate"))
    assert str(info.CreationDate) == f"D:{digits}Z" and said("xmp:CreateDate").endswith("Z")
    assert set(info.keys()) == {"/Title", "/Producer", "/CreationDate"}
    assert root.MarkInfo.Marked and str(root.Lang) == "en"
    assert root.ViewerPreferences.DisplayDocTitle


def fonts(pdf):  # 6.2.11: every glyph that is shown is embedded, has its width and a letter
    read = {}
    for page in pdf.pages:
        assert set(page.Resources.keys()) == {"/Font"}, "6.2.10: neither transparency nor pictures"
        for name, font in page.Resources.Font.items():
            if name not in read:
                read[name] = font_of(font)
    return read


def font_of(font):
    assert font.Subtype == "/Type0" and font.Encoding == "/Identity-H"
    (below,) = font.DescendantFonts
    assert below.Subtype == "/CIDFontType2" and below.CIDToGIDMap == "/Identity"
    name = str(font.BaseFont)
    assert re.match(r"/[A-Z]{6}\+", name) and name == str(below.BaseFont) == str(below.FontDescriptor.FontName)
    file = TTFont(BytesIO(below.FontDescriptor.FontFile2.read_bytes()))
    cmap = font.ToUnicode.read_bytes().decode()
    cmap = cmap[cmap.index("endcodespacerange") :]
    pairs = re.findall(r"<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]+)>", cmap)
    letters = {int(glyph, 16): bytes.fromhex(text).decode("utf-16-be") for glyph, text in pairs}
    first, widths = below.W[0], list(below.W[1])
    # Glyphs that are only parts of others come last, and are not shown by themselves.
    assert first == 0 and len(letters) + 1 == len(widths) <= file["maxp"].numGlyphs
    scale = 1000 / file["head"].unitsPerEm
    for glyph, width in zip(file.getGlyphOrder(), widths):
        assert abs(file["hmtx"][glyph][0] * scale - float(width)) < 1, "a width"
    assert len(set(letters.values())) == len(letters), "two glyphs for one letter"
    return letters


def content(pdf, read):  # 6.7: whatever is painted is marked, as a part or as an artifact
    sheets = []
    for page in pdf.pages:
        texts, open_mark, font, foot = {}, None, None, ""
        for operands, operator in pikepdf.parse_content_stream(page):
            operator = str(operator)
            assert operator in KNOWN, operator
            if operator == "BDC":
                assert open_mark is None, "marks within marks"
                tag, properties = operands
                open_mark = int(properties.MCID) if "/MCID" in properties else (str(tag), str(properties.Type))
                if isinstance(open_mark, int):
                    assert open_mark == len(texts), "numbers of marks"
                    texts[open_mark] = ""
                else:
                    assert open_mark[0] == "/Artifact"
            elif operator == "EMC":
                open_mark = None
            elif operator == "Tf":
                font = read[str(operands[0])]
            elif operator in PAINTING:
                assert open_mark is not None, "painted and not marked"
            if operator == "Tj":
                codes = bytes(operands[0])
                glyphs = [int.from_bytes(codes[at : at + 2], "big") for at in range(0, len(codes), 2)]
                assert 0 not in glyphs, "a letter that the font lacks"
                text = "".join(font[glyph] for glyph in glyphs)
                if isinstance(open_mark, int):
                    texts[open_mark] += text
                elif open_mark[1] == "/Pagination":
                    foot += text
        number, of = re.search(r"page (\d+) of (\d+)", foot).groups()
        assert (int(number), int(of)) == (len(sheets) + 1, len(pdf.pages)), foot
        assert re.search(r"data/objects.jsonl: [0-9a-f]{64}", foot), foot
        sheets.append(texts)
    return sheets


def structure(pdf, sheets):
    """The text in the order of the tree; every mark is named once, and knows its node."""
    pages = {page.objgen: number for number, page in enumerate(pdf.pages)}
    numbers = pdf.Root.StructTreeRoot.ParentTree.Nums
    parents = {int(numbers[at]): numbers[at + 1] for at in range(0, len(numbers), 2)}
    seen, out = set(), []

    def visit(node, level):
        role = str(node.S)[1:]
        kids = node.get("/K", Array())
        kids = kids if isinstance(kids, Array) else Array([kids])
        attributes = node.get("/A", Array())
        attributes = list(attributes) if isinstance(attributes, Array) else [attributes]
        if role == "TH":
            assert any("/Scope" in one for one in attributes)
        if role == "Figure":
            assert str(node.Alt)
            left, bottom, right, top = [float(n) for one in attributes if "/BBox" in one for n in one.BBox]
            assert 0 < left < right < 596 and 0 < bottom < top < 842
            out.append((role, str(node.Alt)))
        text = ""
        for kid in kids:
            if kid.get("/Type") == "/MCR":
                sheet, mark = pages[kid.Pg.objgen], int(kid.MCID)
                assert (sheet, mark) not in seen
                seen.add((sheet, mark))
                assert parents[sheet][mark].objgen == node.objgen, "the parent tree"
                text += sheets[sheet][mark]
            else:
                assert kid.P.objgen == node.objgen
                visit(kid, level + 1)
        if text:
            assert role in {"H1", "H2", "H3", "P", "Lbl", "LBody", "TH", "TD"}, role
            out.append((role, text))

    visit(pdf.Root.StructTreeRoot.K, 0)
    for number, page in enumerate(pdf.pages):
        assert int(page.StructParents) == number
        assert len(parents[number]) == len(sheets[number])
    assert len(seen) == sum(len(texts) for texts in sheets), "marks that no node names"
    headings = [int(role[1]) for role, _ in out if re.fullmatch(r"H\d", role)]
    assert headings[0] == 1 and all(b - a <= 1 for a, b in zip(headings, headings[1:])), headings
    return out


def outline(pdf):
    with pdf.open_outline() as outline:
        assert len(outline.root) > 5
        return [str(item.title) for item in outline.root]


def tags(path):
    found = [one for one in pdfua.validate(path).findings if one.rule_id != "UA-28-004"]
    # It does not say of itself that it is PDF/UA.
    assert not found, found


path = sys.argv[1]
tags(path)
with open(path, "rb") as file:
    data = file.read()
with pikepdf.open(path) as pdf:
    file_structure(data, pdf)
    colours(pdf)
    metadata(pdf)
    letters = fonts(pdf)
    text = structure(pdf, content(pdf, letters))
    print("TITLE", pdf.docinfo.Title)
    for name in outline(pdf):
        print("BOOKMARK", name)
    for role, words in text:
        print(role, words)
