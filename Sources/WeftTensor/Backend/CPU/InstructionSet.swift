import CWeft

/// Which of the kernels' builds runs: all formulas go through one, chosen at start-up.
package struct InstructionSet: Sendable, Hashable {
  package let name: String
  let index: Int32

  /// Those there are kernels for and this machine has, weakest first.
  package static var available: [InstructionSet] {
    let before = current
    defer { before.select() }
    return all.filter { $0.select() }
  }

  package static var current: InstructionSet { all[Int(weft_isa_current())] }

  private static let all: [InstructionSet] = {
    var sets: [InstructionSet] = []
    while let name = weft_isa_name(Int32(sets.count)) {
      sets.append(InstructionSet(name: String(cString: name), index: Int32(sets.count)))
    }
    return sets
  }()

  /// Makes this the one in use, in the whole process; false if the machine lacks it.
  @discardableResult
  package func select() -> Bool { weft_isa_select(index) }
}
