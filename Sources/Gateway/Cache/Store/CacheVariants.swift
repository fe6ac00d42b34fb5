/// The stored answers of one key, which differ by what Vary selects.
struct CacheVariants {
  let newest: CacheEntry
  let older: [CacheEntry]
}
