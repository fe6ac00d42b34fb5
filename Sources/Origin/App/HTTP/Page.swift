import JSON

/// The `pagination` of a list: api.md 1.4.
struct Page: Sendable {
  var take: Int
  var skip: Int
  var total: Int

  func write(_ returned: Int, to json: inout JSONWriter) {
    let pages = (total + take - 1) / take
    json.member("itemsReturned", returned)
    json.member("totalItems", total)
    json.member("itemsPerPage", take)
    json.member("remainingItems", max(0, total - skip - returned))
    json.member("currentPage", pages == 0 ? 0 : min(skip / take + 1, pages))
    json.member("totalPages", pages)
    json.member("hasNextPage", skip + take < total)
    json.member("hasPreviousPage", skip > 0)
  }
}

extension Input {
  /// `take` and `skip` of a query.
  mutating func page(take usual: Int) -> (take: Int, skip: Int) {
    (optionalInt("take", 1...250) ?? usual, optionalInt("skip", 0...1_000_000_000) ?? 0)
  }
}
