/// Many blocks of addresses, found by halving: lists of a hundred thousand cost seventeen comparisons.
package struct AddressSet: Sendable, Equatable {
  /// In order, and apart from each other.
  private let ranges: [ClosedRange<ClientAddress>]

  package init(_ blocks: [AddressBlock]) {
    var merged: [ClosedRange<ClientAddress>] = []
    for range in blocks.map(\.bounds).sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = merged.last, range.lowerBound <= last.upperBound {
        merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
      } else {
        merged.append(range)
      }
    }
    ranges = merged
  }

  package var isEmpty: Bool { ranges.isEmpty }

  package func contains(_ address: ClientAddress) -> Bool {
    var low = 0
    var high = ranges.count
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upperBound < address { low = middle + 1 } else { high = middle }
    }
    return low < ranges.count && ranges[low].lowerBound <= address
  }
}
