import Postgres
import Testing

@testable import Origin

/// What lets the tables be distributed by business: asked of the catalogue, for every table there is.
@Suite struct TenantTableTests {
  /// Tables of no one business, and why.
  private static let shared: [String: String] = [
    "businesses": "its id is the business",
    "schema_migrations": "the state of the database itself",
    "email_codes": "of an address, before anybody books anything; short-lived",
  ]

  /// Tables that know a business and are kept by something else, and why.
  private static let keyedOtherwise: [String: String] = [
    "users": "a person works in several businesses; business_id is his own",
    "occupancies": "kept by its subject: a person is taken in all of his businesses at once",
  ]

  /// Unique without the business, and why.
  private static let uniqueEverywhere: [String: String] = [
    "users_pkey": "see users", "users_email_key": "one account an address",
    "users_username_key": "names of pages are for all", "occupancies_pkey": "see occupancies",
  ]

  @Test func `every table belongs to a business, or says why not`() async throws {
    try await TestOrigin.run { origin async throws in
      #expect(try await origin.names(Self.businessless).subtracting(Self.shared.keys) == [])
    }
  }

  @Test func `every tenant table has the business in its primary key, and in whatever must be unique`()
    async throws
  {
    try await TestOrigin.run { origin async throws in
      #expect(try await origin.names(Self.keyless).subtracting(Self.keyedOtherwise.keys) == [])
      #expect(try await origin.names(Self.unique).subtracting(Self.uniqueEverywhere.keys) == [])
    }
  }

  @Test func `every foreign key between tenant tables carries the business on both sides`() async throws {
    try await TestOrigin.run { origin async throws in
      #expect(try await origin.names(Self.loose) == [])
      let count = try await origin.count("SELECT count(*) FROM pg_constraint WHERE contype = 'f'")
      #expect(count > 30, "there are only \(count) foreign keys: is this the right schema?")
    }
  }

  @Test func `tables that are wrong would be found`() async throws {
    try await TestOrigin.run { origin async throws in
      for sql in [
        "CREATE TABLE wrong_a (id bigint PRIMARY KEY)",
        "CREATE TABLE wrong_b (business_id bigint, id bigint PRIMARY KEY)",
        """
        CREATE TABLE wrong_c (business_id bigint NOT NULL, id bigint, webhook_id text, uid text UNIQUE,
          other bigint REFERENCES wrong_b (id), customer_id bigint, PRIMARY KEY (business_id, id),
          CONSTRAINT crossed FOREIGN KEY (id, customer_id) REFERENCES customers (business_id, id))
        """,
      ] { _ = try await origin.postgres.query(.once(sql)) }
      #expect(
        try await origin.names(Self.businessless).subtracting(Self.shared.keys) == ["wrong_a", "wrong_b"])
      #expect(try await origin.names(Self.keyless).subtracting(Self.keyedOtherwise.keys) == ["wrong_b"])
      #expect(
        try await origin.names(Self.unique).subtracting(Self.uniqueEverywhere.keys) == [
          "wrong_b_pkey", "wrong_c_uid_key",
        ])
      #expect(try await origin.names(Self.loose) == ["wrong_c.crossed", "wrong_c.wrong_c_other_fkey"])
    }
  }

  @Test func `no exception stands here for what is not there`() async throws {
    try await TestOrigin.run { origin async throws in
      let names = try await origin.names(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace")
      for name in [Self.shared, Self.keyedOtherwise, Self.uniqueEverywhere].flatMap(\.keys) {
        #expect(names.contains(name), "\(name)")
      }
    }
  }

  // MARK: Questions to the catalogue

  private static let businessless = """
    SELECT c.relname FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT EXISTS (
      SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'business_id' AND a.attnotnull)
    """

  private static let keyless = """
    SELECT c.relname FROM pg_class c
    JOIN pg_attribute b ON b.attrelid = c.oid AND b.attname = 'business_id' AND NOT b.attisdropped
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT EXISTS (
      SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary AND b.attnum = ANY (i.indkey))
    """

  private static let unique = """
    SELECT ic.relname FROM pg_index i
    JOIN pg_class c ON c.oid = i.indrelid AND c.relnamespace = 'public'::regnamespace
    JOIN pg_class ic ON ic.oid = i.indexrelid
    JOIN pg_attribute b ON b.attrelid = c.oid AND b.attname = 'business_id' AND NOT b.attisdropped
    WHERE i.indisunique AND NOT b.attnum = ANY (i.indkey)
    """

  private static let loose = """
    SELECT c.conrelid::regclass || '.' || c.conname FROM pg_constraint c
    JOIN pg_attribute here ON here.attrelid = c.conrelid AND here.attname = 'business_id'
    JOIN pg_attribute there ON there.attrelid = c.confrelid
      AND there.attname = CASE WHEN c.confrelid = 'businesses'::regclass THEN 'id' ELSE 'business_id' END
    WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace
      -- A person belongs to no one business: his id alone names him.
      AND c.confrelid <> 'users'::regclass AND NOT EXISTS (
        SELECT FROM unnest(c.conkey, c.confkey) AS pair (here, there)
        WHERE pair.here = here.attnum AND pair.there = there.attnum)
    """
}

extension TestOrigin {
  fileprivate func names(_ sql: String) async throws -> Set<String> {
    Set(try await postgres.query(.once(sql)).map { try $0.decode(String.self, at: 0) })
  }
}
