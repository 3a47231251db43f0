"""Word, PowerPoint, Excel and OpenDocument."""

from __future__ import annotations

import datetime as dt
import io

import docx as python_docx
import openpyxl
import pptx
import pytest
from pptx.util import Inches
from tests.adapters.documents.reading import read, sections
from tests.adapters.documents.zip_samples import W, docx, opendocument

from domain.errors import TooLarge, UnreadableDocument


def paragraph(text: str, style: str = "", properties: str = "") -> str:
    style = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{style}{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def styles(**names: str) -> str:
    """Styles by id, each based on the one before."""
    made, before = "", ""
    for style, name in names.items():
        based = f'<w:basedOn w:val="{before}"/>' if before else ""
        made += f'<w:style w:type="paragraph" w:styleId="{style}"><w:name w:val="{name}"/>{based}</w:style>'
        before = style
    return f'<w:styles xmlns:w="{W}">{made}</w:styles>'


def word_document() -> bytes:
    document = python_docx.Document()
    document.core_properties.title = "Tide report"
    document.add_heading("Tides", level=1)
    document.add_paragraph("High water was at 11:42.")
    document.add_paragraph("by gauge", style="List Bullet")
    document.add_paragraph("by hand", style="List Bullet")
    document.add_heading("Heights", level=2)
    table = document.add_table(rows=0, cols=2)
    for place, height in (("Place", "Height"), ("Dover", "6.7 m")):
        cells = table.add_row().cells
        cells[0].text, cells[1].text = place, height
    document.add_heading("After", level=1)
    document.add_paragraph("The end.")
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def test_a_word_document_has_headings_lists_and_tables() -> None:
    document = read(word_document(), "notes.txt")

    assert document.title == "Tide report"
    assert sections(document) == {
        ("Tides",): "Tides\n\nHigh water was at 11:42.\n\n- by gauge\n- by hand",
        ("Tides", "Heights"): "Heights\n\nPlace | Height\nDover | 6.7 m",
        ("After",): "After\n\nThe end.",
    }


def test_word_keeps_what_is_inserted_and_leaves_what_is_deleted_or_hidden() -> None:
    body = (
        "<w:p><w:r><w:t>kept </w:t></w:r><w:ins><w:r><w:t>inserted </w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>deleted </w:delText></w:r></w:del>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden </w:t></w:r>"
        "<w:hyperlink><w:r><w:t>linked</w:t></w:r></w:hyperlink><w:r><w:tab/><w:t>tabbed</w:t><w:br/><w:t>next</w:t></w:r>"
        f"</w:p><w:sdt><w:sdtContent>{paragraph('in a control')}</w:sdtContent></w:sdt>"
    )

    assert read(docx(body)).text == "kept inserted linked\ttabbed\nnext\n\nin a control"


def test_word_notes_follow_the_paragraph_that_refers_to_them() -> None:
    body = '<w:p><w:r><w:t>Claim.</w:t><w:footnoteReference w:id="2"/></w:r></w:p>' + paragraph("Next.")
    notes = f'<w:footnotes xmlns:w="{W}"><w:footnote w:id="2">{paragraph("The proof.")}</w:footnote></w:footnotes>'

    assert read(docx(body, footnotes=notes)).text == "Claim.\n\nNote: The proof.\n\nNext."


def test_word_text_boxes_are_read_once() -> None:
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    box = f"<w:txbxContent>{paragraph('boxed')}</w:txbxContent>"
    body = (
        f"<w:p><w:r><w:t>around</w:t><mc:AlternateContent {mc}><mc:Choice>{box}</mc:Choice>"
        f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )

    assert read(docx(body)).text == "around\n\nboxed"


def test_word_headings_are_known_by_style_inheritance_and_outline_level() -> None:
    body = (
        paragraph("The title", "T")
        + paragraph("One", "Mine")
        + paragraph("Two", properties='<w:outlineLvl w:val="1"/>')
    )
    named = styles(h1="heading 1", Mine="House style")
    named = named.replace("</w:styles>", '<w:style w:styleId="T"><w:name w:val="Title"/></w:style></w:styles>')

    document = read(docx(body, styles=named))

    assert document.title == "The title"
    assert list(sections(document)) == [("The title",), ("One",), ("One", "Two")]


def test_word_lists_are_numbered() -> None:
    levels = '<w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/></w:lvl><w:lvl w:ilvl="1"><w:numFmt w:val="bullet"/></w:lvl>'
    numbering = (
        f'<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="7">{levels}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num></w:numbering>'
    )

    def item(text: str, level: int) -> str:
        return paragraph(text, properties=f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr>')

    body = item("one", 0) + item("below", 1) + item("two", 0)

    assert read(docx(body, numbering=numbering)).text == "1. one\n  - below\n2. two"


@pytest.mark.parametrize("style", ["a", "b"])
def test_word_styles_that_are_based_on_each_other_end(style: str) -> None:
    circular = (
        f'<w:styles xmlns:w="{W}"><w:style w:styleId="a"><w:basedOn w:val="b"/></w:style>'
        '<w:style w:styleId="b"><w:basedOn w:val="a"/></w:style></w:styles>'
    )

    assert read(docx(paragraph("text", style), styles=circular)).text == "text"


def presentation() -> bytes:
    made = pptx.Presentation()
    first = made.slides.add_slide(made.slide_layouts[5])
    assert first.shapes.title is not None
    first.shapes.title.text = "Tides"
    first.shapes.add_textbox(Inches(1), Inches(3), Inches(2), Inches(1)).text_frame.text = "Twice a day"
    notes = first.notes_slide.notes_text_frame
    assert notes is not None
    notes.text = "Say it slowly."
    second = made.slides.add_slide(made.slide_layouts[6])
    frame = second.shapes.add_table(2, 2, Inches(1), Inches(1), Inches(4), Inches(1))
    for row, texts in enumerate((("Place", "Height"), ("Dover", "6.7 m"))):
        for column, text in enumerate(texts):
            frame.table.cell(row, column).text = text
    group = second.shapes.add_group_shape()
    group.shapes.add_textbox(Inches(1), Inches(3), Inches(2), Inches(1)).text_frame.text = "In a group"
    data = io.BytesIO()
    made.save(data)
    return data.getvalue()


def test_slides_are_pages_with_their_notes() -> None:
    document = read(presentation())

    assert [(page.number, document.text[page.start : page.end]) for page in document.pages] == [
        (1, "Tides\n\nTwice a day\n\nNotes: Say it slowly."),
        (2, "Place | Height\nDover | 6.7 m\n\nIn a group"),
    ]
    assert list(sections(document)) == [("Tides",), ("Slide 2",)]


def workbook(rows: list[list[object]], *, far: tuple[int, int] | None = None) -> bytes:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = "Ports"
    for row in rows:
        sheet.append(row)
    if far:
        sheet.cell(*far, value="far away")
    second = made.create_sheet("Notes")
    second["C3"] = "a note"
    data = io.BytesIO()
    made.save(data)
    return data.getvalue()


def test_rows_say_what_their_values_are() -> None:
    rows: list[list[object]] = [
        ["Port", "Height", "Since", "Open"],
        ["Dover", 6.7, dt.datetime(1606, 1, 31), True],  # noqa: DTZ001 - a spreadsheet knows no time zones
        ["Deal", 6.0, dt.datetime(1699, 1, 1, 7, 30), None],  # noqa: DTZ001
    ]

    document = read(workbook(rows))

    assert sections(document) == {
        ("Ports",): "Ports\n\nPort | Height | Since | Open\n"
        "Port: Dover; Height: 6.7; Since: 1606-01-31; Open: TRUE\n"
        "Port: Deal; Height: 6; Since: 1699-01-01 07:30:00",
        ("Notes",): "Notes\n\n |  | a note",
    }


def test_a_cell_at_the_far_end_of_a_sheet_costs_little() -> None:
    document = read(workbook([["a", "b"], ["1", "2"]], far=(200_000, 2)))

    assert "b: far away" in document.text
    assert len(document.text) < 200


def test_too_many_cells_are_too_large() -> None:
    with pytest.raises(TooLarge, match="20,000 cells"):
        read(workbook([[1] * 60 for _ in range(400)]))


def test_an_opendocument_text_has_headings_lists_tables_and_notes() -> None:
    body = (
        '<text:h text:outline-level="1">Tides</text:h><text:p>High<text:s text:c="2"/>water<text:tab/>at <text:span>noon'
        "</text:span>.<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>About noon.</text:p>"
        "</text:note-body></text:note></text:p>"
        "<text:list><text:list-item><text:p>by gauge</text:p></text:list-item></text:list>"
        "<table:table><table:table-row><table:table-cell><text:p>Dover</text:p></table:table-cell>"
        "<table:table-cell><text:p>6.7 m</text:p></table:table-cell></table:table-row></table:table>"
    )

    document = read(opendocument("text", body))

    assert document.text == "Tides\n\nHigh  water\tat noon.\n\nAbout noon.\n- by gauge\n\nDover | 6.7 m"
    assert list(sections(document)) == [("Tides",)]


def test_an_opendocument_spreadsheet_has_sheets_and_named_values() -> None:
    def row(*texts: str) -> str:
        cells = "".join(f"<table:table-cell><text:p>{text}</text:p></table:table-cell>" for text in texts)
        rest = '<table:table-cell table:number-columns-repeated="16000"/>'
        return f"<table:table-row>{cells}{rest}</table:table-row>"

    body = f'<table:table table:name="Ports">{row("Port", "Height")}{row("Dover", "6.7")}</table:table>'

    document = read(opendocument("spreadsheet", body))

    assert sections(document) == {("Ports",): "Ports\n\nPort | Height\nPort: Dover; Height: 6.7"}


def test_an_opendocument_presentation_has_pages() -> None:
    page = "<draw:page><draw:frame><draw:text-box><text:p>{}</text:p></draw:text-box></draw:frame></draw:page>"

    document = read(opendocument("presentation", page.format("One") + page.format("Two")))

    assert [document.text[page.start : page.end] for page in document.pages] == ["One", "Two"]


@pytest.mark.parametrize("content", [word_document(), presentation(), workbook([["a"]])])
def test_half_an_office_document_is_damaged(content: bytes) -> None:
    with pytest.raises(UnreadableDocument, match="damaged or incomplete"):
        read(content[: len(content) // 2])
