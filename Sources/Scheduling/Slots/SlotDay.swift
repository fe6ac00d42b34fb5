/// The slots of one date of the booker's zone, never empty.
package struct SlotDay: Sendable {
  package let date: CivilDate
  package let slots: ArraySlice<Slot>
}
