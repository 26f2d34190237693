"""Records of other systems: what is wrong with one that was read, and why one cannot be written."""

from __future__ import annotations

from libops.languages import mark

_MEND = mark("The record is kept as it is in the file of bad records: mend it there and import that file.")
_ENCODING = mark("Choose the encoding that fits, or mend the record.")
_NOTHING = mark("The record was read all the same; nothing has to be done.")
_LOOK = mark("The record was read all the same; compare the field with the book.")

MESSAGES: dict[str, tuple[str, str]] = {
    "record.too_long": (mark("After {limit} bytes the record has not ended."), _MEND),
    "record.truncated": (mark("The record breaks off after {length} bytes."), _MEND),
    "record.directory": (
        mark("Directory and fields of the record do not agree: which is which cannot be told."),
        _MEND,
    ),
    "record.empty": (mark("The record holds no field."), _MEND),
    "record.undecodable": (
        mark("Field {tag}: byte {offset} of the record ({bytes}) is no character of {encoding}."),
        _ENCODING,
    ),
    "record.no_tag": (mark("A field of the record has no tag."), _MEND),
    "record.xml_broken": (
        mark("The XML breaks off in line {line}, column {column}: {detail}."),
        mark("Mend the file there and import it again; the records before were read."),
    ),
    "record.xml_entities": (
        mark("The file declares entities, which can make it grow without bounds."),
        mark("Remove the declaration from its head; records need none."),
    ),
    "record.xml_shape": (
        mark("The XML is nested deeper, or has longer tags, than records have."),
        mark("See whether it is a file of MARCXML."),
    ),
    "record.length_wrong": (mark("The leader says {says} bytes; the record has {actual}."), _NOTHING),
    "record.base_wrong": (mark("The leader says that fields begin at {says}; they begin at {actual}."), _NOTHING),
    "record.directory_wrong": (mark("The directory says other lengths than the fields have."), _NOTHING),
    "record.leader_wrong": (mark("The leader is damaged."), _NOTHING),
    "record.no_end": (mark("The mark that ends the record is missing."), _NOTHING),
    "record.stray_end": (mark("Field {tag}: a mark that ends a field or record stands in its text."), _LOOK),
    "record.other_encoding": (mark("This record is in {encoding}, unlike the file."), _NOTHING),
    "record.field_empty": (mark("Field {tag} is empty."), _NOTHING),
    "record.field_indicators": (mark("Field {tag} has not two indicators."), _NOTHING),
    "record.field_unparted": (mark("Field {tag} has no subfields."), _LOOK),
    "record.field_subfield": (mark("Field {tag}: the code of a subfield is damaged or missing."), _LOOK),
    "record.write_field_long": (
        mark("Field {tag} has {length} bytes; ISO 2709 allows 9,999."),
        mark("Write MARCXML, or shorten the field."),
    ),
    "record.write_long": (
        mark("The record has {length} bytes; ISO 2709 allows 99,999."),
        mark("Write MARCXML, or write it with fewer copies."),
    ),
    "record.write_encoding": (
        mark("Field {tag}: {character} is no character of {encoding}."),
        mark("Write UTF-8, or change the field."),
    ),
    "record.write_tag": (mark("{tag} cannot be the tag of a field."), mark("Correct the field's tag.")),
    "record.write_character": (
        mark("Field {tag} holds a control character (U+{code}) that cannot be written."),
        mark("Remove it from the field."),
    ),
}

BRIEFLY: dict[str, str] = {
    "record.too_long": mark("record without an end"),
    "record.truncated": mark("record breaks off"),
    "record.directory": mark("directory unlike the fields"),
    "record.undecodable": mark("characters of another encoding"),
    "record.no_tag": mark("field without a tag"),
    "record.xml_broken": mark("XML breaks off"),
    "record.xml_entities": mark("XML with entities"),
    "record.xml_shape": mark("XML unlike a record"),
    "record.length_wrong": mark("leader with another length"),
    "record.base_wrong": mark("leader with another beginning"),
    "record.directory_wrong": mark("directory with other lengths"),
    "record.no_end": mark("no mark that ends the record"),
    "record.stray_end": mark("stray end mark in a field"),
    "record.other_encoding": mark("record in another encoding"),
    "record.field_empty": mark("empty field"),
    "record.field_indicators": mark("field without two indicators"),
    "record.field_unparted": mark("field without subfields"),
    "record.field_subfield": mark("damaged code of a subfield"),
    "record.write_field_long": mark("field too long for ISO 2709"),
    "record.write_long": mark("record too long for ISO 2709"),
    "record.write_encoding": mark("not writable in this encoding"),
    "record.write_tag": mark("no tag of a field"),
    "record.write_character": mark("control character in a field"),
}
