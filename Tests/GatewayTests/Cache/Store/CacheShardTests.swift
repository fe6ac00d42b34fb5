@testable import Gateway
import NIOCore
import Testing

@Suite struct CacheShardTests {
  private func entry(_ key: String, size: Int = 1_000, vary: VarySelection = .none) -> CacheEntry {
    CacheEntry(
      key: Array(key.utf8), hash: UInt64(truncatingIfNeeded: key.hashValue), status: 200, head: ByteBuffer(),
      body: ByteBuffer(repeating: 0x61, count: size), freshness: Freshness(), vary: vary,
      validators: CacheValidators.none, marks: [], stamp: 0)
  }

  private func has(_ shard: inout CacheShard, _ key: String) -> Bool {
    shard.find(UInt64(truncatingIfNeeded: key.hashValue)) != nil
  }

  @Test func `memory stays within its bound whatever comes`() {
    var shard = CacheShard(capacity: 100_000)
    for number in 0..<10_000 { shard.insert(entry("key \(number)", size: number % 3_000)) }
    #expect(shard.bytes <= 100_000 && shard.bytes > 50_000)
    #expect(shard.evictions > 9_000)
    shard.insert(entry("too large", size: 200_000))
    #expect(!has(&shard, "too large"))
  }

  @Test func `a flood of keys that nobody asks for again leaves alone what is used`() {
    var shard = CacheShard(capacity: 200_000)
    for number in 0..<50 { shard.insert(entry("used \(number)")) }
    for _ in 0..<3 { for number in 0..<50 { _ = has(&shard, "used \(number)") } }
    for number in 0..<20_000 { shard.insert(entry("flood \(number)")) }
    let left = (0..<50).count { has(&shard, "used \($0)") }
    #expect(left == 50)
  }

  @Test func `who comes back soon after he had to go stays longer`() {
    var shard = CacheShard(capacity: 40_000)
    for number in 0..<40 { shard.insert(entry("key \(number)")) }
    #expect(!has(&shard, "key 0"))
    shard.insert(entry("key 0"))
    for number in 100..<110 { shard.insert(entry("key \(number)")) }
    #expect(has(&shard, "key 0"))
  }

  @Test func `the same key is replaced, another variant stands beside it, and all of them can go`() {
    var shard = CacheShard(capacity: 1_000_000)
    let before = shard.bytes
    for _ in 0..<10 { shard.insert(entry("a")) }
    #expect(shard.count == 1)
    for number in 0..<40 {
      let vary = VarySelection(testing: [("x", "\(number)")])
      shard.insert(entry("b", vary: vary))
    }
    #expect(shard.count <= 1 + CacheShard.variantLimit)
    let variants = shard.find(UInt64(truncatingIfNeeded: "b".hashValue))
    for entry in variants?.older ?? [] { shard.remove(entry) }
    if let newest = variants?.newest { shard.remove(newest) }
    #expect(shard.count == 1 && has(&shard, "a") && !has(&shard, "b"))
    if let last = shard.find(UInt64(truncatingIfNeeded: "a".hashValue))?.newest { shard.remove(last) }
    #expect(shard.bytes == before && shard.count == 0)
  }
}

extension VarySelection {
  init(testing members: [(String, String)]) {
    self.init(members: members.map { Member(name: Array($0.0.utf8), value: Array($0.1.utf8)) })
  }
}

@Suite struct CacheReferenceTests {
  @Test(arguments: [
    ("/x?y", "pa.test /x?y"), ("http://a.test/x", "pa.test /x"), ("HTTPS://A.TEST", "pa.test /"),
    ("//a.test/x", "pa.test /x"),
    ("x", "pa.test /a/x"), ("/x#f", "pa.test /x"), ("http://b.test/x", nil), ("//a.test:81/x", nil),
    ("http://a.test.b/x", nil),
  ])
  func `a reference is resolved, and only on the same host`(reference: String, key: String?) {
    let bytes = Array(reference.utf8)
    let resolved = CacheReference.resolve(bytes.span, from: Array("pa.test /a/b?c/d".utf8))
    #expect(resolved.map { String(decoding: $0, as: UTF8.self) } == key)
  }
}
