"""Reading files into the catalogue."""

from __future__ import annotations

from libops.languages import mark

MESSAGES: dict[str, tuple[str, str]] = {
    "import.no_records": (
        mark("The file holds no record."),
        mark("See whether it is the right file, and whole."),
    ),
    "import.no_title": (
        mark("The record has no title (245 or 200 $a)."),
        mark("Add one, or leave the record out."),
    ),
    "import.several_titles": (
        mark("{count} titles have the ISBN {isbn}: which one the record means cannot be told."),
        mark("Match by control number only, or merge those titles."),
    ),
    "import.other_title": (
        mark("ISBN {isbn} belongs to “{title}” here, and this record is of another title."),
        mark("Correct the ISBN, or match by control number only."),
    ),
    "import.no_status": (
        mark("A copy is to be “{word}”, which is no status to begin with."),
        mark("Name it in the mapping file under [status]; known are: {known}."),
    ),
    "import.no_branch": (
        mark("The copy {barcode} names no branch."),
        mark("Say which one is meant with --branch, or name the subfield that tells it in the mapping file."),
    ),
    "import.no_table": (
        mark("The file holds records, not a table of rows."),
        mark("Read it in with `libops import titles`."),
    ),
    "import.no_header": (
        mark("The file has no header row that names its columns."),
        mark("Put one first; known are: {known}."),
    ),
    "import.no_column": (
        mark("The column {column} is not known here, or stands there twice."),
        mark("Known are: {known}."),
    ),
    "import.row_undecodable": (
        mark("The bytes {bytes} of the row are no characters of the file's encoding."),
        mark("Save the file as UTF-8, or name its encoding with --encoding."),
    ),
    "import.row_quotes": (
        mark("The row cannot be parted into cells: a quotation mark is wrong, or the row is far too long."),
        mark("Put a cell that holds commas or quotation marks into quotation marks, and double those inside it."),
    ),
    "import.row_long": (
        mark("The row has {cells} cells; there are only {columns} columns."),
        mark("Put a cell that holds commas into quotation marks."),
    ),
    "import.cell_needed": (mark("The row says nothing under {column}."), mark("Fill the cell in.")),
    "import.cell_wrong": (
        mark("{column}: “{text}” cannot be read."),
        mark("Correct the cell; the documentation of the sample library tells what may stand there."),
    ),
    "import.no_title_here": (
        mark("There is no title {number} to which the copy could belong."),
        mark("Read its record in first, or correct the number."),
    ),
    "import.patron_merged": (
        mark("The number {number} leads to another patron since two were merged."),
        mark("Leave the row out, or give it that patron's number."),
    ),
    "import.unknown": (
        mark("No file was read in under the number {number}."),
        mark("See which there are: libops import list."),
    ),
    "import.other_settings": (
        mark("This file was begun with other settings (number {number}) and not finished."),
        mark("Use those again to go on, or end that one first with `libops import end {number}`."),
    ),
    "import.elsewhere": (
        mark("The file is being read in by another program (number {number}), or was ended."),
        mark("Wait until it is done, then look with `libops import list`."),
    ),
    "export.too_many_found": (
        mark("More than {most} titles answer “{words}”: a search gives no more than that."),
        mark("Search for something narrower, or choose by branch, language or import."),
    ),
    "export.encoding": (
        mark("{format} is not written in {encoding}."),
        mark("MARCXML is written in UTF-8, all else in UTF-8 or GB 18030."),
    ),
}

BRIEFLY: dict[str, str] = {
    "import.no_title": mark("no title in the record"),
    "import.several_titles": mark("several titles with this ISBN"),
    "import.other_title": mark("ISBN of another title"),
    "import.no_status": mark("no status to begin with"),
    "import.no_branch": mark("copy without a branch"),
    "import.no_table": mark("records instead of a table"),
    "import.no_header": mark("no header row"),
    "import.no_column": mark("column unknown or twice"),
    "import.row_undecodable": mark("row in another encoding"),
    "import.row_quotes": mark("row that is not cells"),
    "import.row_long": mark("more cells than columns"),
    "import.cell_needed": mark("needed cell is empty"),
    "import.cell_wrong": mark("cell cannot be read"),
    "import.no_title_here": mark("no such title for the copy"),
    "import.patron_merged": mark("number of a merged patron"),
    "import.unknown": mark("no such import"),
    "import.other_settings": mark("begun with other settings"),
    "import.elsewhere": mark("imported elsewhere, or ended"),
    "export.too_many_found": mark("too many titles found"),
    "export.encoding": mark("not written in that encoding"),
}
