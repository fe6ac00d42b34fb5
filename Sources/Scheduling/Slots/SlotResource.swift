/// Rooms or equipment of one kind that a slot takes: so many units, of which some are needed at once.
package struct SlotResource: Sendable {
  /// What each unit is busy with, one list per unit; each at least what lies in
  /// `SlotGenerator.busyRange(for:)`.
  package let units: [[BusyTime]]
  /// More than there are means never.
  package let needed: Int

  package init(units: [[BusyTime]], needed: Int = 1) {
    self.units = units
    self.needed = min(max(needed, 0), units.count + 1)
  }
}
