import WeftNN
import WeftTensor

/// A model's program, recorded at several sizes of its free axes: the same operations on the same slots each time.
struct SizedProgram {
  /// One for each combination of sizes.
  let programs: [Program]
  /// Each free axis with its size in each recording, and the inputs that have it.
  let axes: [(name: String, sizes: [Int], places: [(input: Int, axis: Int)])]

  var base: Program { programs[0] }

  /// The shape of a slot in each recording.
  func shapes(_ slot: Int) -> [[Int]] { programs.map { $0.slots[slot].shape.sizes } }

  /// - Throws: `TensorError` and what `forward` throws, for what cannot be recorded; `ONNXExportError` for axes that
  ///   the inputs do not have, and where other sizes give other operations.
  init(
    _ example: [Tensor], _ free: [FreeAxis], names: [(String, Tensor)], _ forward: ([Tensor]) throws -> [Tensor]
  ) throws {
    var found = try free.map { try FreeSizes($0, example) }
    if let name = Self.twice(found.map(\.name)) {
      throw ONNXExportError(call: "expected a name for each free axis, got '\(name)' twice")
    }
    var programs: [Program] = []
    var plan = Self.plan(found)
    while programs.count < plan.count {
      let sizes = plan[programs.count]
      do {
        programs.append(try Program(recording: Self.inputs(example, found, sizes), names: names, forward))
      } catch {
        // Perhaps the model takes no odd sizes.
        if let place = found.indices.first(where: { sizes[$0] == found[$0].odd }) {
          found[place].odd = nil
          plan = Self.plan(found)
          continue
        }
        // Perhaps the model takes no more than the example's size.
        guard let grown = found.indices.first(where: { sizes[$0] > found[$0].sizes[0] }), found[grown].shrink() else {
          throw error
        }
        plan = Self.plan(found)
        programs = Array(programs.prefix(1))
      }
    }
    self.programs = programs
    axes = found.enumerated().map { place, axis in (axis.name, plan.map { $0[place] }, axis.places) }
    try requireSameSteps()
  }

  private static func twice(_ names: [String]) -> String? {
    var seen: Set<String> = []
    return names.first { !seen.insert($0).inserted }
  }

  /// The sizes in each recording: each axis moves by itself, and then all together.
  private static func plan(_ axes: [FreeSizes]) -> [[Int]] {
    let first = axes.map { $0.sizes[0] }
    var plan = [first]
    for (place, axis) in axes.enumerated() {
      for size in axis.sizes.dropFirst() + (axis.odd.map { [$0] } ?? []) {
        var moved = first
        moved[place] = size
        plan.append(moved)
      }
    }
    if axes.count > 1 { plan.append(axes.map { $0.sizes[1] }) }
    return plan
  }

  /// The example with as many rows along each free axis, its own again and again.
  private static func inputs(_ example: [Tensor], _ axes: [FreeSizes], _ sizes: [Int]) throws -> [Tensor] {
    try withTensorErrors {
      noGrad {
        example.enumerated().map { input, tensor in
          var tensor = tensor
          for (place, axis) in axes.enumerated() {
            for own in axis.places where own.input == input && tensor.shape[own.axis] != sizes[place] {
              let rows = Tensor((0..<sizes[place]).map { $0 % axis.exampleSize })
              tensor = tensor.indexSelected(rows, axis: own.axis)
            }
          }
          return tensor
        }
      }
    }
  }

  private func requireSameSteps() throws {
    for other in programs.dropFirst() {
      for (mine, its) in zip(base.steps, other.steps)
      where type(of: mine.operation) != type(of: its.operation) || mine.outputs != its.outputs
        || mine.inputs.map(\.slot) != its.inputs.map(\.slot)
      {
        throw unlike(type(of: mine.operation).name, mine.modulePath)
      }
      guard base.steps.count == other.steps.count, base.slots.count == other.slots.count,
        base.results.map(\.slot) == other.results.map(\.slot), base.slots.map(\.dtype) == other.slots.map(\.dtype),
        zip(base.slots, other.slots).allSatisfy({ $0.shape.rank == $1.shape.rank }),
        base.constants.map(\.slot) == other.constants.map(\.slot)
      else { throw unlike("export", "") }
    }
  }

  private func unlike(_ operation: String, _ path: String) -> ONNXExportError {
    let sizes = axes.map { "\($0.name) of \(Set($0.sizes).sorted())" }.joined(separator: ", ")
    return ONNXExportError([
      ONNXExportError.Obstacle(
        operation: operation, modulePath: path,
        reason: "the model does not do the same at all sizes (\(sizes)); leave the axis out of `free`, or give sizes "
          + "at which it does: `FreeAxis(\"length\", axis: 1, sizes: [8, 16, 24])`")
    ])
  }
}

/// The sizes at which a free axis is recorded.
private struct FreeSizes {
  let name: String
  private(set) var sizes: [Int]
  /// One more, where the others are even: what is halved loses nothing there, and a row elsewhere. Nil where it was
  /// given, or the model does not take it.
  var odd: Int?
  let exampleSize: Int
  let places: [(input: Int, axis: Int)]
  private let isChosen: Bool

  init(_ free: FreeAxis, _ example: [Tensor]) throws {
    var places: [(input: Int, axis: Int)] = []
    for input in free.inputs ?? Array(example.indices) {
      guard example.indices.contains(input), let axis = example[input].shape.axis(free.axis) else {
        throw ONNXExportError(
          call: "expected inputs that have the free axis '\(free.name)', axis \(free.axis) of input \(input), got "
            + "\(example.map(\.shape))")
      }
      places.append((input, axis))
    }
    let found = Set(places.map { example[$0.input].shape[$0.axis] })
    guard let size = found.first, found.count == 1, size > 0 else {
      throw ONNXExportError(
        call: "expected one size from 1 of the free axis '\(free.name)' in all its inputs, got \(found.sorted())")
    }
    guard free.sizes.map({ Set($0).count >= 3 && $0.allSatisfy { $0 > 0 } }) ?? true, !free.name.isEmpty else {
      throw ONNXExportError(
        call: "expected a name and at least three sizes from 1 of the free axis '\(free.name)', got \(free.sizes ?? [])"
      )
    }
    let isSmall = places.allSatisfy { $0.axis == 0 } || size == 1
    (name, exampleSize, isChosen) = (free.name, size, free.sizes != nil)
    (sizes, self.places) = (free.sizes ?? (isSmall ? [2, 3, 5] : [size, 2 * size, 3 * size]), places)
    odd = isChosen || sizes.contains { $0 % 2 == 1 } ? nil : size + 1
  }

  /// Sizes below the example's instead of above; false where there are none, or they were given.
  mutating func shrink() -> Bool {
    guard !isChosen, exampleSize >= 4, sizes[1] > exampleSize else { return false }
    let step = exampleSize.isMultiple(of: 4) ? exampleSize / 4 : 1
    sizes = [exampleSize, exampleSize - step, exampleSize - 2 * step]
    odd = sizes.contains { $0 % 2 == 1 } ? nil : exampleSize - 1
    return true
  }
}
