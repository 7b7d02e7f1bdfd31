extension Program {
  /// Something that a step of training does beside its operations.
  public struct Effect: Hashable, Sendable {
    /// How many of the program's operations come before it.
    var place: Int
    let kind: Kind
  }
}

extension Program.Effect {
  enum Kind: Hashable, Sendable {
    /// A slot gets random numbers of the stream with this number.
    case fill(slot: Int, RandomDistribution, draw: Int)
    /// A slot gets what a cell holds now.
    case read(slot: Int, cell: Int)
    /// A cell gets a slot's tensor, or none.
    case write(cell: Int, Program.Reading?)
    /// A formula writes into the memory of cells.
    case update(Update)
    /// A library object does something again.
    case perform(act: Int)
  }

  /// A formula that writes into the memory of cells, which it may read.
  struct Update: Hashable, Sendable {
    enum Operand: Hashable, Sendable {
      case slot(Program.Reading)
      case cell(Int)
    }
    let formula: Formula
    let parameters: [Double]
    let operands: [Operand]
    let cells: [Int]
  }

  /// The slots that it reads.
  var readings: [Program.Reading] { kind.readings }
}

extension Program.Effect.Kind {
  /// The slots that it reads.
  var readings: [Program.Reading] {
    switch self {
    case .fill, .read, .perform: []
    case .write(_, let reading): reading.map { [$0] } ?? []
    case .update(let update):
      update.operands.compactMap { operand in if case .slot(let reading) = operand { reading } else { nil } }
    }
  }

  /// The slot that it fills.
  var filledSlot: Int? {
    switch self {
    case .fill(let slot, _, _), .read(let slot, _): slot
    case .write, .update, .perform: nil
    }
  }
}
