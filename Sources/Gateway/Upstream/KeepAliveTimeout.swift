import HTTPWire

/// The Keep-Alive field of an answer, as servers send it since HTTP/1.0: `timeout=5, max=1000`.
enum KeepAliveTimeout {
  /// The seconds of `timeout`; nil when there are none that make sense.
  static func seconds(in value: Span<UInt8>) -> Int? {
    let name: StaticString = "timeout="
    let length = name.utf8CodeUnitCount
    var index = 0
    while index + length < value.count {
      if value.equalsIgnoringCase(name, at: index..<index + length) {
        return number(in: value, from: index + length)
      }
      index += 1
    }
    return nil
  }

  private static func number(in value: Span<UInt8>, from start: Int) -> Int? {
    var number = 0
    var index = start
    while index < value.count, let digit = value[index].digitValue, index - start < 6 {
      number = number * 10 + Int(digit)
      index += 1
    }
    return index > start ? number : nil
  }
}
