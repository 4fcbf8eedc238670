import CasebookLanguage
import CasebookQuery
import CasebookTables
import Testing

struct FunctionsTests {
  /// Answers of the engine that the language comes from, or worked out by hand.
  @Test(arguments: [
    // Texts.
    ("strlen('C\u{327}edilla')", "long 8"),
    ("substring('abc', -1, 2)", "string c"),
    ("substring('abc', 1, -1)", "string "),
    ("substring('x', -2, 5)", "string "),
    ("substring('naïve', 2, 1)", "string ï"),
    ("tolower('ＡＢＣ')", "string ａｂｃ"),
    ("toupper('straße')", "string STRAßE"),
    ("reverse(123.45)", "string 54.321"),
    ("strcat('a', 1, true, 2s)", "string a1True00:00:02"),
    ("strcat('a', int(null), 'b')", "string ab"),
    ("strcmp('a', 'b')", "long -1"),
    ("indexof('abcdefg', 'cde', 1, 2)", "long -1"),
    ("indexof('abcdefg', 'cde', -5)", "long 2"),
    ("indexof('abc', '')", "long null"),
    ("indexof('ab', 'b', 3)", "long -1"),
    ("countof('aaaa', 'aa')", "long 3"),
    ("countof('hello world', 'l+', 'regex')", "long 2"),
    ("trim('x', 'xxabcxx')", "string xabcx"),
    ("trim('x', 'x')", "string "),
    ("trim(@'\\s', '\u{A0}nbsp\u{A0}')", "string nbsp"),
    ("split('a,,b', ',')", "dynamic [\"a\",\"\",\"b\"]"),
    ("split('', ',')", "dynamic [\"\"]"),
    ("split('a', ',', 1)", "dynamic null"),
    ("replace_string('abc', '', '_')", "string abc"),
    ("replace_regex('one two', @'(\\w)(\\w)', @'\\2\\1')", "string noe wto"),
    ("extract(@'x=(\\d+)', 1, 'x=45', typeof(long))", "long 45"),
    ("extract(@'x=(\\d+)', 1, 'y', typeof(long))", "long null"),
    ("extract_all(@'([a-z])(\\d)?', 'a1b')", "dynamic [[\"a\",\"1\"],[\"b\",\"\"]]"),
    ("extract_all(@'(\\d)', 'x')", "dynamic null"),
    ("translate('krasp', 'otsku', 'spark')", "string kusto"),
    ("parse_csv('a,\"b,\"\"c\",d\\nnext')", "dynamic [\"a\",\"b,\\\"c\",\"d\"]"),
    // Numbers.
    ("bin(-5, 2)", "long -6"),
    ("bin(5.5, 2)", "real 4.0"),
    ("bin(5, 0)", "long null"),
    ("bin(datetime(1955-11-05), 7d)", "datetime 1955-10-31T00:00:00.0000000Z"),
    ("bin_at(6.5, 2.5, 7)", "real 4.5"),
    ("round(-2.5)", "real -3.0"),
    ("round(1234.5, -2)", "real 1200.0"),
    ("sign(-3)", "real -1.0"),
    ("log(-1)", "real null"),
    ("sqrt(-1)", "real NaN"),
    ("abs(-5)", "long 5"),
    ("max_of(1, 2.5)", "real 2.5"),
    ("min_of(datetime(2024-01-02), datetime(2024-01-01))", "datetime 2024-01-01T00:00:00.0000000Z"),
    ("wilson_low(0, 0)", "real null"),
    ("round(beta_inv(beta_cdf(0.3, 2.0, 5.0), 2.0, 5.0), 9)", "real 0.3"),
    // Times.
    ("now()", "datetime 2026-03-01T12:00:00.0000000Z"),
    ("ago(1d)", "datetime 2026-02-28T12:00:00.0000000Z"),
    ("startofweek(datetime(2024-03-15), -1)", "datetime 2024-03-03T00:00:00.0000000Z"),
    ("endofmonth(datetime(2024-02-01))", "datetime 2024-02-29T23:59:59.9999999Z"),
    ("datetime_add('year', 1, datetime(2020-02-29))", "datetime 2021-02-28T00:00:00.0000000Z"),
    ("datetime_diff('week', datetime(2017-10-29), datetime(2017-09-30))", "real 5.0"),
    (
      "datetime_diff('second', datetime(2020-01-01 00:00:01.9999999), datetime(2020-01-01))",
      "long 1"
    ),
    ("make_timespan(25, 70)", "timespan null"),
    ("dayofweek(datetime(2024-03-15))", "timespan 5.00:00:00"),
    ("week_of_year(datetime(2021-01-03))", "long 53"),
    ("format_datetime(datetime(2007-03-09 05:04:03.5), 's.f')", "string 3.5"),
    ("format_timespan(-26h, 'd.hh:mm')", "string -1.02:00"),
    (
      "business_hours(datetime(2024-03-15 16:00), datetime(2024-03-18 10:00), 'mon-fri 09:00-17:00')",
      "timespan 02:00:00"
    ),
    // Conversions and conditions.
    ("toint('5.9')", "int null"),
    ("toint(2147483648)", "int -2147483648"),
    ("tolong(real(+inf))", "long null"),
    ("tostring(todecimal('100'))", "string 100"),
    ("tostring(100.0)", "string 100.0"),
    ("todynamic('')", "dynamic null"),
    ("gettype(dynamic([1]))", "string array"),
    ("gettype(1 + 1.0)", "string real"),
    ("iff(bool(null), 1, 2)", "long 2"),
    ("case(false, 1, true, 2.5, 3)", "real 2.5"),
    ("coalesce('', 'x')", "string x"),
    ("coalesce(int(null), 33)", "long 33"),
    ("isnull('')", "bool False"),
    ("isempty(dynamic(null))", "bool True"),
    // Arrays, bags, sets.
    ("array_slice(dynamic([1,2,3,4,5]), 2, -1)", "dynamic [3,4,5]"),
    ("array_shift_right(dynamic([1,2,3]), 2)", "dynamic [null,null,1]"),
    ("array_sort_desc(dynamic([null,'b','a']))", "dynamic [\"b\",\"a\",null]"),
    ("array_sort_asc(dynamic([null,'b','a']), false)", "dynamic [null,\"a\",\"b\"]"),
    ("array_index_of(dynamic([5,15]), 15.0)", "long 1"),
    ("array_sum(dynamic([1,2]))", "real 3.0"),
    ("array_concat(dynamic(null), dynamic([99]))", "dynamic [99]"),
    ("set_union(dynamic([1,2]), dynamic([2.0,3]))", "dynamic [1,2,3]"),
    ("set_has_element(dynamic([1]), '1')", "bool False"),
    ("bag_merge(dynamic({'a':1}), dynamic({'a':2,'b':3}))", "dynamic {\"a\":1,\"b\":3}"),
    ("bag_set_key(dynamic({'a':{'b':1}}), '$.a.c', 2)", "dynamic {\"a\":{\"b\":1,\"c\":2}}"),
    ("range(1, 8, 3)", "dynamic [1,4,7]"),
    ("strcat_array(dynamic([1,null,3]), '-')", "string 1--3"),
    // Hashes, addresses, encodings.
    ("hash('World')", "long 1846988464401551951"),
    ("hash_xxhash64(datetime(2015-01-01))", "long 1380966698541616202"),
    ("hash_sha1(datetime(2020-01-01))", "string e903e533f4d636b4fc0dcf3cf81e7b7f330de776"),
    ("parse_ipv4('255.255.255.255/31')", "long 4294967294"),
    ("ipv4_is_private('192.168.1.1')", "bool True"),
    ("has_any_ipv4_prefix('x 127.0.0.1 y', '127.0')", "bool False"),
    ("base64_decode_tostring('U3RyaW5n0KHR0tGA0L7Rh9C60LA=')", "string "),
    (
      "punycode_domain_to_string('Riðill｡Skáldskaparmál｡org')",
      "string xn--Riill-jta.xn--Skldskaparml-dbbj.org"
    ),
    (
      "gzip_compress_to_base64_string('1234567890qwertyuiop')",
      "string H4sIAAAAAAAA/wEUAOv/MTIzNDU2Nzg5MHF3ZXJ0eXVpb3A6m7f2FAAAAA=="
    ),
    ("zlib_decompress_from_base64_string('x0x0x0')", "string "),
    // Series.
    ("series_fill_linear(dynamic([null,111,null,36]))", "dynamic [111,111,73,36]"),
    ("series_iir(dynamic([0,1,2]), dynamic([1]), dynamic([1,-1]))", "dynamic [0.0,1.0,3.0]"),
    ("series_subtract(dynamic([3,2]), dynamic([1]))", "dynamic [2,null]"),
  ])
  func answers(expression: String, expected: String) throws {
    #expect(try FunctionRun.shown(expression) == expected)
  }

  @Test(arguments: [
    "extract('(', 1, 'x')", "extract_all('a', 'aaa')", "format_timespan(1d, 'c')",
    "format_datetime(now(), 'K')", "datetime_diff('eon', now(), now())", "floor(1.5)",
    "repeat(dynamic({}), 3)", "array_length('x')", "business_hours(now(), now(), 'never')",
    "parse_command_line('x', 'posix')", "iff(true, 1, 'x')", "bag_pack('a')",
  ])
  func refusals(expression: String) {
    #expect(throws: Diagnostic.self) { try FunctionRun.shown(expression) }
  }

  @Test func columnsAnswerLikeConstants() throws {
    let table = """
      datatable(s:string, n:long, r:real, t:datetime)[
        'Alpha', 7, -2.5, datetime(2024-03-15 10:30), '', long(null), real(null), datetime(null),
        'beta', -3, 4.0, datetime(2021-01-03)]
      """
    #expect(
      try FunctionRun.rows(
        table + " | project iff(n > 0, s, 'none'), coalesce(n, 0), tostring(n), isempty(s), "
          + "bin(n, 5), toint(r), startofday(t), datetime_diff('week', t, datetime(2021-01-01))")
        == [
          "Alpha|7|7|False|5|-2|2024-03-15T00:00:00.0000000Z|167.0",
          "none|0||True|null|null|null|null",
          "none|-3|-3|False|-5|4|2021-01-03T00:00:00.0000000Z|1.0",
        ])
  }

  @Test func windowsFollowTheirRows() throws {
    #expect(
      try FunctionRun.rows(
        "datatable(g:string, x:long)['a',1, 'a',1, 'a',5, 'b',2] | sort by g asc, x asc "
          + "| extend n = row_number(1, g != prev(g)), p = prev(x, 1, -1), q = next(x), "
          + "s = row_cumsum(x, g != prev(g)), d = row_rank_dense(x, g != prev(g)), "
          + "m = row_rank_min(x, g != prev(g))")
        == ["a|1|1|-1|1|1|1|1", "a|1|2|1|5|2|1|1", "a|5|3|1|2|7|2|3", "b|2|1|5|null|2|1|1"])
  }

  @Test func severalColumns() throws {
    let table = try QueryRun.table("print y = dynamic([1, 2, 4, 8]) | project series_fit_line(y)")
    #expect(table.fields.first?.name == "series_fit_line_y_rsquare")
    #expect(table.fields.count == 6)
    #expect(FunctionRun.shown(table.columns[0].scalar(0)).hasPrefix("real 0.9"))
    let named = try QueryRun.table(
      "print y = dynamic([3, 1]), z = dynamic(['c', 'a']) | extend (a, b) = array_sort_asc(y, z)")
    #expect(FunctionRun.shown(named.columns[3].scalar(0)) == "dynamic [\"a\",\"c\"]")
  }

  @Test func randomNumbersFollowTheSeed() throws {
    let query = "range x from 1 to 3 step 1 | extend r = rand(), n = rand(10)"
    #expect(try FunctionRun.rows(query) == FunctionRun.rows(query))
    #expect(Set(try FunctionRun.rows(query + " | project r")).count == 3)
    #expect(
      try FunctionRun.rows(
        "let f = () { rand() }; range x from 1 to 50 step 1 | extend a = rand(), b = f(), c = f() "
          + "| sort by x asc | extend d = rand() "
          + "| summarize countif(a == b or a == c or a == d or b == c or b == d or c == d)")
        == ["0"])
  }
}

struct FunctionCatalogueTests {
  @Test func namesAreUnique() {
    let names = FunctionCatalogue.names
    #expect(Set(names).count == names.count)
  }

  @Test func everyFunctionIsExplained() {
    for function in FunctionCatalogue.all {
      #expect(function.summary.hasSuffix("."), "\(function.name)")
      #expect(!function.examples.isEmpty, "\(function.name)")
    }
  }

  @Test func everyExampleRuns() {
    for function in FunctionCatalogue.all {
      for example in function.examples {
        #expect(throws: Never.self, "\(example.query)") { try QueryRun.table(example.query) }
      }
    }
  }
}
