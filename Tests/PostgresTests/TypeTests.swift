import Foundation
import Postgres
import TestSupport
import Testing

@Suite struct TypeTests {
  private func echo<T: PostgresEncodable & PostgresDecodable>(
    _ client: PostgresClient, _ value: T, as type: String
  ) async throws -> T {
    let rows = try await client.query(.once("SELECT $1::\(type)"), value)
    return try rows[0].decode(T.self, at: 0)
  }

  @Test func `numbers come back as they went, to their extremes`() async throws {
    try await withClient { client async throws in
      for value in [Int.min, -1, 0, 1, .max] { #expect(try await echo(client, value, as: "int8") == value) }
      for value in [Int64.min, .max] { #expect(try await echo(client, value, as: "int8") == value) }
      for value in [Int32.min, 0, .max] { #expect(try await echo(client, value, as: "int4") == value) }
      for value in [Int16.min, 0, .max] { #expect(try await echo(client, value, as: "int2") == value) }
      let doubles = [
        0, -0.0, 1.5, .pi, .infinity, -.infinity, Double.greatestFiniteMagnitude, .leastNonzeroMagnitude,
      ]
      for value in doubles { #expect(try await echo(client, value, as: "float8") == value) }
      #expect(try await echo(client, Double.nan, as: "float8").isNaN)
      #expect(try await echo(client, true, as: "bool"))
      #expect(try await echo(client, false, as: "bool") == false)
    }
  }

  @Test func `sums and averages, which are numeric, read as numbers`() async throws {
    try await withClient { client async throws in
      let rows = try await client.query(
        .once(
          """
          SELECT sum(9223372036854775807::int8), avg(v), 10000::numeric, -123456789.0125::numeric, 0::numeric,
                 0.00000001::numeric, 'NaN'::numeric, 1e30::numeric, 40000000::numeric, -9223372036854775808::numeric
          FROM (VALUES (1::int8)) AS t (v)
          """))
      let row = rows[0]
      #expect(try row.decode(Int.self, at: 0) == .max)
      #expect(try row.decode(Double.self, at: 1) == 1)
      #expect(try row.decode(Int.self, at: 2) == 10000)
      #expect(try row.decode(Double.self, at: 3) == -123_456_789.0125)
      #expect(try row.decode(Int.self, at: 4) == 0)
      #expect(try row.decode(Double.self, at: 4) == 0)
      #expect(try row.decode(Double.self, at: 5) == 0.00000001)
      #expect(try row.decode(Double.self, at: 6).isNaN)
      #expect(try row.decode(Double.self, at: 7) == 1e30)
      #expect(try row.decode(Int.self, at: 8) == 40_000_000)
      #expect(try row.decode(Int.self, at: 9) == .min)
      for column in [3, 6, 7] {
        #expect(throws: PostgresError.self) { try row.decode(Int.self, at: column) }
      }
    }
  }

  @Test(arguments: [
    "", "plain", "emoji 👩‍👩‍👧‍👦 and é", "quote ' \" \\ $1 ;-- DROP TABLE", "line\nfeed\ttab\u{1}", "\u{10FFFF}",
  ])
  func `text comes back as it went`(text: String) async throws {
    try await withClient { client async throws in
      #expect(try await echo(client, text, as: "text") == text)
      #expect(try await echo(client, [text, text], as: "text[]") == [text, text])
    }
  }

  @Test func `a NUL in text is a clean error before anything is sent`() async throws {
    try await withClient { client async throws in
      for value: any PostgresEncodable in ["a\0b", ["a\0b"], JSONBytes("\0")] {
        let error = await #expect(throws: PostgresError.self) {
          try await client.query(.once("SELECT $1"), value)
        }
        #expect(error?.isEncode == true)
        #expect(error?.outcome == .notSent)
      }
    }
  }

  @Test func `NULL reads as nil, and is an error where nil is not wanted`() async throws {
    try await withClient { client async throws in
      let rows = try await client.query(
        .once("SELECT $1::int8, $2::text, $3::timestamptz, $4::int8[]"), Int?.none, String?.none, Date?.none,
        [Int]?.none)
      var columns = rows[0].columns
      #expect(try columns.next(Int?.self) == nil)
      #expect(try columns.next(String?.self) == nil)
      #expect(try columns.next(Date?.self) == nil)
      #expect(try columns.next([Int]?.self) == nil)
      #expect(rows[0].isNull(at: 0))
      let error = #expect(throws: PostgresError.self) { try rows[0].decode(Int.self, at: 0) }
      #expect(error?.isDecode == true)
      #expect(try await echo(client, Int?.some(4), as: "int8") == 4)
      #expect(try await echo(client, String?.some(""), as: "text") == "")
    }
  }

  @Test func `reading past the last column or into another type is an error`() async throws {
    try await withClient { client async throws in
      let row = try await client.query(.once("SELECT 1::int8, 'x'::text, 300::int4, inet '10.0.0.1'"))[0]
      #expect(throws: PostgresError.self) { try row.decode(Int.self, at: 4) }
      #expect(throws: PostgresError.self) { try row.decode(Int.self, at: -1) }
      #expect(throws: PostgresError.self) { try row.decode(String.self, at: 0) }
      #expect(throws: PostgresError.self) { try row.decode(Int.self, at: 1) }
      #expect(throws: PostgresError.self) { try row.decode(Date.self, at: 0) }
      #expect(throws: PostgresError.self) { try row.decode(UUID.self, at: 1) }
      #expect(throws: PostgresError.self) { try row.decode([Int].self, at: 1) }
      #expect(throws: PostgresError.self) { try row.decode(String.self, at: 3) }
      #expect(try row.decode(Int16.self, at: 2) == 300)
    }
  }

  @Test func `bytes, uuids and JSON come back as they went`() async throws {
    try await withClient { client async throws in
      let bytes = (0..<1024).map { UInt8($0 & 255) }
      #expect(try await echo(client, bytes, as: "bytea") == bytes)
      #expect(try await echo(client, [UInt8](), as: "bytea") == [])
      let id = UUID()
      #expect(try await echo(client, id, as: "uuid") == id)
      #expect(try await echo(client, [id, UUID()], as: "uuid[]").first == id)
      let json = JSONBytes(#"{"a": [1, null, "é\n"]}"#)
      #expect(try await echo(client, json, as: "jsonb") == json)
      let broken = await #expect(throws: PostgresError.self) {
        try await echo(client, JSONBytes("{"), as: "jsonb")
      }
      #expect(broken?.sqlState == "22P02")
    }
  }

  @Test func `times keep their microseconds, and out of range is a clean error`() async throws {
    try await withClient { client async throws in
      for seconds in [0, 1_717_119_000.123456, -62_135_596_800, 946_684_799.999999, 253_402_300_799, -1.5] {
        let date = Date(timeIntervalSince1970: seconds)
        let back = try await echo(client, date, as: "timestamptz")
        #expect(abs(back.timeIntervalSince1970 - seconds) < 0.000_02)
      }
      let text = try await client.query(
        .once("SELECT to_char($1::timestamptz AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"),
        Date(timeIntervalSince1970: 1_717_119_000.123456))
      #expect(try text[0].decode(String.self, at: 0) == "2024-05-31 01:30:00.123456")
      #expect(try await echo(client, Date.distantFuture, as: "timestamptz") == .distantFuture)
      #expect(try await echo(client, Date.distantPast, as: "timestamptz") == .distantPast)
      for seconds in [1e30, -1e30, .infinity, -.infinity, .nan] {
        let error = await #expect(throws: PostgresError.self) {
          try await client.query(.once("SELECT $1"), Date(timeIntervalSince1970: seconds))
        }
        #expect(error?.isEncode == true)
      }
    }
  }

  @Test func `ranges of time come back as they went`() async throws {
    try await withClient { client async throws in
      let (from, to) = (
        Date(timeIntervalSince1970: 1_717_119_000), Date(timeIntervalSince1970: 1_717_120_800)
      )
      let ranges = [
        TimestampRange(from..<to), TimestampRange(lower: nil, upper: to),
        TimestampRange(lower: from, upper: nil),
        TimestampRange(lower: nil, upper: nil), .empty,
        TimestampRange(lower: from, upper: to, includesLower: false, includesUpper: true),
      ]
      for range in ranges { #expect(try await echo(client, range, as: "tstzrange") == range) }
      #expect(try await echo(client, ranges, as: "tstzrange[]") == ranges)
      let error = await #expect(throws: PostgresError.self) {
        try await echo(client, TimestampRange(lower: to, upper: from), as: "tstzrange")
      }
      #expect(error?.sqlState == "22000")
    }
  }

  @Test func `arrays come back as they went, and those that do not fit are errors`() async throws {
    try await withClient { client async throws in
      #expect(try await echo(client, [Int.min, 0, .max], as: "int8[]") == [.min, 0, .max])
      #expect(try await echo(client, [Int](), as: "int8[]") == [])
      #expect(try await echo(client, [Int32.min, .max], as: "int4[]") == [.min, .max])
      #expect(try await echo(client, [true, false], as: "bool[]") == [true, false])
      #expect(try await echo(client, [1.5, -.infinity], as: "float8[]") == [1.5, -.infinity])
      let dates = [Date(timeIntervalSince1970: 0), Date(timeIntervalSince1970: 1e9)]
      #expect(try await echo(client, dates, as: "timestamptz[]") == dates)
      let row = try await client.query(
        .once("SELECT ARRAY[1,NULL]::int8[], ARRAY[[1],[2]]::int8[], ARRAY[7]::int2[], ARRAY['a']::varchar[]")
      )[0]
      #expect(throws: PostgresError.self) { try row.decode([Int].self, at: 0) }
      #expect(throws: PostgresError.self) { try row.decode([Int].self, at: 1) }
      #expect(try row.decode([Int].self, at: 2) == [7])
      #expect(try row.decode([String].self, at: 3) == ["a"])
      let found = try await client.query(.once("SELECT 5 = ANY($1)"), [3, 5])
      #expect(try found[0].decode(Bool.self, at: 0))
    }
  }

  private enum Mood: String, PostgresEncodable, PostgresDecodable {
    case good, bad
  }

  @Test func `enums travel as their raw values, and unknown ones are errors`() async throws {
    try await withClient { client async throws in
      _ = try await client.query(.once("CREATE TYPE mood AS ENUM ('good', 'bad', 'odd')"))
      _ = try await client.query(.once("CREATE TABLE m (mood mood, at date)"))
      let insert = Statement("INSERT INTO m VALUES ($1, $2) RETURNING mood, at")
      let row = try await client.query(insert, Mood.bad, "2024-02-29")[0]
      #expect(try row.decode(Mood.self, at: 0) == .bad)
      #expect(try row.decode(String.self, at: 1) == "2024-02-29")
      let odd = try await client.query(.once("SELECT 'odd'::mood"))[0]
      #expect(throws: PostgresError.self) { try odd.decode(Mood.self, at: 0) }
    }
  }

  @Test func `days read as the server writes them`() async throws {
    try await withClient { client async throws in
      let rows = try await client.query(
        .once(
          """
          SELECT day::date, day::date::text FROM generate_series(
            timestamp '1599-12-25', timestamp '2401-03-05', interval '37 days') AS day
          UNION ALL SELECT 'infinity', 'infinity'
          """))
      #expect(rows.count > 7000)
      for row in rows { #expect(try row.decode(String.self, at: 0) == row.decode(String.self, at: 1)) }
    }
  }

  @Test func `big rows and many rows arrive whole`() async throws {
    try await withClient(configure: { $0.connections = 1 }) { client async throws in
      let big = String(repeating: "x", count: 8 << 20)
      async let echoed = client.query(.once("SELECT $1::text"), big)
      async let many = client.query(.once("SELECT n, repeat('y', 100) FROM generate_series(1, 50000) AS n"))
      async let small = client.query(.once("SELECT 1::int8"))
      #expect(try await echoed[0].decode(String.self, at: 0) == big)
      let rows = try await many
      #expect(rows.count == 50000)
      #expect(try rows[49999].decode(Int.self, at: 0) == 50000)
      #expect(try await small[0].decode(Int.self, at: 0) == 1)
    }
  }

  @Test func `the count of changed rows is given`() async throws {
    try await withClient { client async throws in
      _ = try await client.query(.once("CREATE TABLE t (id bigint)"))
      let rows = try await client.query(.once("INSERT INTO t SELECT generate_series(1, 7)"))
      #expect(rows.affected == 7)
      #expect(rows.isEmpty)
      #expect(try await client.query(.once("DELETE FROM t WHERE id > 4")).affected == 3)
    }
  }
}
