internal import Glibc

/// `address_lists`: blocks of addresses by name, written here or read from a file, and `allow` and `deny`, which
/// name them.
enum AddressListSection {
  /// A larger file is no list of addresses.
  private static let maximumBytes = 16_777_216
  /// A file that is wrong everywhere is complained about so often.
  private static let complaintLimit = 10

  static func read(_ root: ConfigurationMapping, _ configuration: inout GatewayConfiguration) {
    for (name, section) in root.named("address_lists") {
      var blocks: [AddressBlock] = []
      for (text, line) in section.strings("addresses") {
        if let block = AddressBlock(text) {
          blocks.append(block)
        } else {
          section.reader.complain(
            line, "\(section.name) has \"\(text)\"; it must be an address or a block such as 10.0.0.0/8")
        }
      }
      if let path = section.string("file") {
        blocks += file(FilePath.absolute(path, besides: root.reader.file), section)
      } else if !section.has("addresses") {
        section.reader.complain(section.line, "\(section.name) needs addresses or a file")
      }
      section.finish()
      configuration.addressLists.append(AddressList(name: name, blocks: blocks))
    }
    configuration.addresses = rule(root, configuration)
  }

  /// What `allow` and `deny` of a section say.
  static func rule(
    _ section: ConfigurationMapping, _ configuration: GatewayConfiguration
  ) -> AddressRule {
    AddressRule(
      denied: set("deny", section, configuration), allowed: set("allow", section, configuration))
  }

  private static func set(
    _ key: String, _ section: ConfigurationMapping, _ configuration: GatewayConfiguration
  ) -> AddressSet? {
    let names = section.strings(key)
    guard !names.isEmpty else { return nil }
    let lists = configuration.addressLists
    let places = names.compactMap { name, line in
      NamedPlace.find(name, among: lists.map(\.name), "address_lists", line: line, section)
    }
    return AddressSet(places.flatMap { lists[$0].blocks })
  }

  /// One address or block on each line; what follows a `#` is for people.
  private static func file(_ path: String, _ section: ConfigurationMapping) -> [AddressBlock] {
    guard let text = TextFile.bytes(path, maximumBytes: maximumBytes) else {
      section.complain(
        "file", "is \"\(path)\", which cannot be read: \(unsafe String(cString: strerror(errno)))")
      return []
    }
    var blocks: [AddressBlock] = []
    var mistakes = 0
    for (index, line) in text.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
      let bytes = Array(line.prefix { $0 != UInt8(ascii: "#") })
      let entry = bytes.span.trimmed(0..<(bytes.last == 0x0D ? bytes.count - 1 : bytes.count))
      if entry.isEmpty { continue }
      if let block = AddressBlock(String(decoding: bytes[entry], as: UTF8.self)) {
        blocks.append(block)
      } else if mistakes < complaintLimit {
        mistakes += 1
        section.complain("file", "is \"\(path)\", whose line \(index + 1) is no address and no block of them")
      }
    }
    return blocks
  }
}
