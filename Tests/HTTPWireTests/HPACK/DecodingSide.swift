@testable import HTTPWire

/// A decoder with the list that it fills.
final class DecodingSide {
  private(set) var decoder = HPACKDecoder()
  private var fields: HTTP2FieldList

  init(limits: HeadLimits = HeadLimits()) {
    fields = HTTP2FieldList(limits: limits)
  }

  /// The fields of a block, "name: value" each.
  @discardableResult
  func decode(_ block: [UInt8]) throws(HPACKError) -> [String] {
    try decoder.decode(block.span, into: &fields)
    return fields.texts.map { "\($0.name): \($0.value)" }
  }

  var tableBytes: Int { decoder.tableBytes }
  var overflow: HTTPWireError? { fields.overflow }
  var memoryInUse: Int { fields.memoryInUse }
}
