"""What is found while a feed is read, before any rule looks at it, and what befalls the validator itself."""

from __future__ import annotations

from collections.abc import Iterable

from gtfs.errors import Problem, Severity
from gtfs.validate.notice import Kind, Report, words

__all__ = ["KINDS", "report_reading"]

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO

I_O_ERROR = Kind(
    "i_o_error",
    ERROR,
    words(
        "{file} cannot be opened: {reason}",
        "Nothing in the feed reaches any rider.",
        "Zip the files of the feed anew and give that file.",
    ),
    words(
        "{file} を開けません: {reason}",
        "フィードの内容が利用者に一切届きません。",
        "フィードの各ファイルを ZIP にまとめ直してください。",
    ),
)
RULE_FAILED = Kind(
    "runtime_exception_in_validator_error",
    ERROR,
    words(
        "the rule {rule} failed: {reason}",
        "What this rule looks for went unchecked in this feed.",
        "This is a fault of the validator: please report it with the feed.",
    ),
    words(
        "規則 {rule} が失敗しました: {reason}",
        "この規則の検査は行われていません。",
        "検証プログラムの不具合です。フィードを添えて報告してください。",
    ),
)
CSV_PARSING_FAILED = Kind(
    "csv_parsing_failed",
    ERROR,
    words(
        "the row cannot be read as CSV: {reason}",
        "Values of the row may land in the wrong columns or be lost.",
        'Close every quotation mark, and write "" for one inside a value.',
    ),
    words(
        "CSV として読めない行です: {reason}",
        "値が別の列に入ったり失われたりします。",
        '引用符を必ず閉じ、値の中の引用符は "" と書いてください。',
    ),
)
INVALID_CHARACTER = Kind(
    "invalid_character",
    ERROR,
    words(
        "the text is not proper UTF-8: {reason}",
        "Riders see garbled names, or none at all.",
        "Save the file as UTF-8 and export the value again.",
    ),
    words(
        "正しい UTF-8 ではありません: {reason}",
        "停留所名などが文字化けして利用者に表示されます。",
        "UTF-8 で保存し直し、値を書き出し直してください。",
    ),
)
DUPLICATED_COLUMN = Kind(
    "duplicated_column",
    ERROR,
    words(
        "the column {field} is there more than once; the first is used",
        "Apps may read the other column than you meant.",
        "Remove all but one of the columns.",
    ),
    words(
        "列 {field} が重複しています(最初の列を使用)",
        "アプリが意図しない列を読むおそれがあります。",
        "列を一つだけ残してください。",
    ),
)
EMPTY_COLUMN_NAME = Kind(
    "empty_column_name",
    ERROR,
    words(
        "a column has no name",
        "What the column holds is lost to every reader.",
        "Name the column or remove it.",
    ),
    words(
        "名前のない列があります",
        "その列の内容はどのアプリにも読まれません。",
        "列に名前を付けるか、列を削除してください。",
    ),
)
EMPTY_FILE = Kind(
    "empty_file",
    ERROR,
    words(
        "{file} is empty",
        "What the file should tell riders is missing.",
        "Write at least a header and one row, or leave an optional file out.",
    ),
    words(
        "{file} が空です",
        "このファイルで伝えるべき情報が利用者に届きません。",
        "見出し行と1行以上の内容を書くか、任意のファイルなら外してください。",
    ),
)
EMPTY_ROW = Kind(
    "empty_row",
    WARNING,
    words(
        "the row is empty",
        "Some readers take it for a record without an identifier and refuse the file.",
        "Remove the blank line.",
    ),
    words(
        "空の行です", "一部のアプリが不正なレコードとみなしファイルを拒否します。", "空行を削除してください。"
    ),
)
INVALID_ROW_LENGTH = Kind(
    "invalid_row_length",
    ERROR,
    words(
        "{reason}",
        "Values stand in the wrong columns, so riders see wrong names or times.",
        "Give the row as many values as the header; quote values that contain a comma.",
    ),
    words(
        "値の数が見出しの列数と違います: {reason}",
        "値が別の列に入り、名称や時刻が誤って表示されます。",
        "見出しと同じ数の値を書き、カンマを含む値は引用符で囲んでください。",
    ),
)
SUBFOLDER = Kind(
    "invalid_input_files_in_subfolder",
    ERROR,
    words(
        "files of the feed lie in a folder: {value}",
        "Many apps find no feed at all in such a zip.",
        "Zip the files themselves, not the folder that holds them.",
    ),
    words(
        "フィードのファイルがフォルダーの中にあります: {value}",
        "多くのアプリがフィードを見つけられません。",
        "フォルダーごとではなく、ファイルだけを ZIP にしてください。",
    ),
)
UNKNOWN_FILE = Kind(
    "unknown_file",
    INFO,
    words(
        "{file} is no file of GTFS",
        "Riders never see what it holds; a misspelled name hides a whole table.",
        "Correct its name or leave it out.",
    ),
    words(
        "{file} は GTFS のファイルではありません",
        "内容は利用者に届きません。名前の誤記なら表全体が隠れます。",
        "名前を直すか、フィードから外してください。",
    ),
)
DUPLICATE_FILE = Kind(
    "duplicate_file",
    ERROR,
    words(
        "the zip holds {file} twice; the first is read",
        "Different apps show different timetables.",
        "Keep one of the two.",
    ),
    words(
        "ZIP に {file} が二つあります(最初のものを使用)",
        "アプリによって異なる時刻表が表示されます。",
        "一つだけ残してください。",
    ),
)
BYTE_ORDER_MARK = Kind(
    "byte_order_mark",
    INFO,
    words(
        "{file} begins with a byte order mark",
        "Allowed, but some apps take it for a part of the first column's name.",
        "Save the file as UTF-8 without BOM (`--fix` does so).",
    ),
    words(
        "{file} の先頭に BOM があります",
        "許容されますが、最初の列名の一部と読むアプリがあります。",
        "BOM なし UTF-8 で保存してください(`--fix` で直せます)。",
    ),
)
WHITESPACE = Kind(
    "leading_or_trailing_whitespaces", WARNING,
    words("the value has blanks round it", "Apps that keep the blanks find no record of that name.", "Remove the blanks (`--fix` does so)."),
    words("値の前後に空白があります", "空白も値とみなすアプリでは該当するレコードが見つかりません。", "空白を削除してください(`--fix` で直せます)。"),
)  # fmt: skip

KINDS = (
    I_O_ERROR, RULE_FAILED, CSV_PARSING_FAILED, INVALID_CHARACTER, DUPLICATED_COLUMN, EMPTY_COLUMN_NAME, EMPTY_FILE,
    EMPTY_ROW, INVALID_ROW_LENGTH, SUBFOLDER, UNKNOWN_FILE, DUPLICATE_FILE, BYTE_ORDER_MARK, WHITESPACE,
)  # fmt: skip
_BY_CODE = {kind.code: kind for kind in KINDS}


def report_reading(problems: Iterable[Problem], report: Report) -> None:
    """Findings of the reader as notices; those without a code are about something no rule is about."""
    for problem in problems:
        kind = _BY_CODE.get(problem.code)
        if kind is None:
            continue
        if problem.rows > 1 or "more rows" in problem.message:
            report.more(kind, problem.rows)
            continue
        report.add(
            kind, problem.file, problem.line, problem.field, problem.value,
            reason=problem.message, count=problem.rows,
        )  # fmt: skip
