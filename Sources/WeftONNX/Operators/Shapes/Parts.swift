import WeftTensor

extension Operator {
  /// Parts of tensors, and tensors of parts.
  static let parts: [Operator] = [
    Operator("Concat") { call in
      let all = try call.tensors()
      return concatenated(all, axis: try call.axis(call.attributes.int("axis", 1), rank: all.first?.rank ?? 0))
    },
    .several("Split", fixed: [1]) { call in
      let x = try call.tensor(0)
      let axis = try call.axis(call.attributes.int("axis", 0), rank: x.rank)
      if let sizes = try call.integers(input: 1, attribute: "split") { return x.split(into: sizes, axis: axis) }
      return x.split(into: evenParts(of: x.shape[axis], max(call.wanted.count, 1)), axis: axis)
    },
    Operator("Slice", fixed: [1, 2, 3, 4]) { call in
      let x = try call.tensor(0)
      let starts = try call.integers(input: 1, attribute: "starts") ?? []
      let ends = try call.integers(input: 2, attribute: "ends") ?? []
      let axes = try call.axes(try call.integers(input: 3, attribute: "axes") ?? Array(starts.indices), rank: x.rank)
      let steps = try call.integers(4) ?? Array(repeating: 1, count: starts.count)
      guard starts.count == ends.count, axes.count == starts.count, steps.count == starts.count else {
        throw NodeFailure(expected: "as many ends, axes and steps as starts", got: "other numbers of them")
      }
      return try starts.indices.reduce(x) {
        try sliced($0, axis: axes[$1], starts[$1], ends[$1], step: steps[$1])
      }
    },
    Operator("Tile", fixed: [1]) { call in
      let (x, counts) = (try call.tensor(0), try call.integers(1) ?? [])
      guard counts.count == x.rank else {
        throw NodeFailure(expected: "a count for each axis of \(x.spec)", got: "\(counts)")
      }
      return x.repeated(counts)
    },
    Operator("Pad", fixed: [1, 2, 3]) { try pad($0) },
    Operator("CenterCropPad", fixed: [1]) { call in
      let (x, sizes) = (try call.tensor(0), try call.integers(1) ?? [])
      let axes = try call.axes(try call.attributes.ints("axes") ?? Array(0..<x.rank), rank: x.rank)
      guard sizes.count == axes.count, sizes.allSatisfy({ (0..<1 << 40).contains($0) }) else {
        throw NodeFailure(expected: "a size for each of the axes \(axes)", got: "\(sizes)")
      }
      var amounts = Array(repeating: (before: 0, after: 0), count: x.rank)
      for (axis, size) in zip(axes, sizes) {
        let more = size - x.shape[axis]
        let before = more >= 0 ? more / 2 : -(-more / 2)
        amounts[axis] = (before, more - before)
      }
      return x.padded(amounts)
    },
    Operator("ReverseSequence", fixed: [1]) { call in
      let (x, lengths) = (try call.tensor(0), try call.integers(1) ?? [])
      let time = try call.axis(call.attributes.int("time_axis", 0), rank: x.rank)
      let batch = try call.axis(call.attributes.int("batch_axis", 1), rank: x.rank)
      let count = x.shape[time]
      guard x.rank >= 2, time != batch, lengths.count == x.shape[batch],
        lengths.allSatisfy({ (0...count).contains($0) })
      else { throw NodeFailure(expected: "a length within \(count) for each example", got: "\(lengths)") }
      // Its axes may be long where it has no elements.
      if x.elementCount == 0 { return x }
      let places = lengths.flatMap { length in (0..<count).map { $0 < length ? length - 1 - $0 : $0 } }
      let order = Tensor(places, shape: [lengths.count, count])
      var sizes = Array(repeating: 1, count: x.rank)
      (sizes[batch], sizes[time]) = (lengths.count, count)
      let placed = batch < time ? order : order.transposed()
      return x.gathered(placed.reshaped(to: Shape(sizes)).expanded(to: x.shape), axis: time)
    },
  ]

  /// As equal parts as there are, the last one smaller where they do not fit.
  static func evenParts(of size: Int, _ count: Int) -> [Int] {
    let part = (size + count - 1) / count
    return (0..<count).map { max(0, min(part, size - $0 * part)) }
  }

  /// Python's slice, of any step.
  static func sliced(_ x: Tensor, axis: Int, _ start: Int, _ end: Int, step: Int) throws -> Tensor {
    let size = x.shape[axis]
    guard step != 0, step > Int.min else { throw NodeFailure(expected: "steps other than 0", got: "\(step)") }
    func clamp(_ place: Int, _ low: Int, _ high: Int) -> Int {
      let resolved = place < 0 ? place + size : place
      return min(max(resolved, low), high)
    }
    if step > 0 {
      let (first, last) = (clamp(start, 0, size), clamp(end, 0, size))
      return x.sliced(axis: axis, from: first, to: max(first, last), step: step)
    }
    // A start before the axis is its first place, an end before it none.
    let first = clamp(start, 0, size - 1)
    let last = clamp(end, -1, size - 1)
    guard first > last else { return x.sliced(axis: axis, from: 0, to: 0) }
    return x.flipped(axis: axis).sliced(axis: axis, from: size - 1 - first, to: size - 1 - last, step: -step)
  }

  private static func pad(_ call: NodeCall) throws -> Tensor {
    let x = try call.tensor(0)
    let pads = try call.attributes.ints("paddings") ?? call.integers(input: 1, attribute: "pads") ?? []
    let axes = try call.axes(try call.integers(3) ?? Array(0..<x.rank), rank: x.rank)
    guard pads.count == 2 * axes.count else {
      throw NodeFailure(expected: "\(2 * axes.count) amounts of padding", got: "\(pads.count)")
    }
    var amounts = Array(repeating: (before: 0, after: 0), count: x.rank)
    for (place, axis) in axes.enumerated() { amounts[axis] = (pads[place], pads[axes.count + place]) }
    if x.dtype == .bool {
      return padded(x.converted(to: .uint8), amounts, try mode(call)).converted(to: .bool)
    }
    return padded(x, amounts, try mode(call))
  }

  private static func padded(_ x: Tensor, _ amounts: [(before: Int, after: Int)], _ mode: PaddingMode) -> Tensor {
    amounts.allSatisfy { $0 == (0, 0) } ? x : x.padded(amounts, mode: mode)
  }

  private static func mode(_ call: NodeCall) throws -> PaddingMode {
    switch try call.attributes.text("mode", "constant") {
    case "constant": .constant(try call.attributes.float("value") ?? call.number(2) ?? 0)
    case "reflect": .reflect
    case "edge": .replicate
    case "wrap": .circular
    case let mode: throw NodeFailure(expected: "padding that is constant, reflect, edge or wrap", got: mode)
    }
  }
}
