import WeftTensor

// Numbers that follow the free axes: of each only what it was in the recordings is known. One that is the same in all
// is that number. Others are looked for among lines through one size, shares of one, and products of two: first of
// the free axes', then of the sizes at hand.
extension GraphWriter {
  /// A number by what it was in each recording, as a list of one integer.
  ///
  /// - Parameter values: Those whose sizes it may follow from, beside the free axes.
  func size(_ numbers: [Int], near values: [GraphValue] = []) throws -> GraphValue {
    if numbers.allSatisfy({ $0 == numbers[0] }) { return integers([numbers[0]]) }
    let candidates = freeSizes + sources(values)
    // A size at hand is right whatever it follows from; a share that it looks like may be another beyond the recordings.
    if let same = candidates.first(where: { $0.sizes == numbers }) {
      return dimension(of: same.value, axis: same.axis)
    }
    for source in candidates {
      if let found = line(numbers, along: source) { return found }
    }
    for (place, first) in candidates.enumerated() {
      for second in candidates[place...] {
        let product = zip(first.sizes, second.sizes).map { $0 &* $1 }
        guard let factor = Self.quotient(numbers, product) else { continue }
        let both = [first, second].map { dimension(of: $0.value, axis: $0.axis) }
        let made = emit("Mul", both)
        return factor == 1 ? made : emit("Mul", [made, integers([factor])])
      }
    }
    throw ExportObstacle.movingSize
  }

  /// A shape by what it was in each recording, as a list of integers.
  func shape(_ shapes: [[Int]], near values: [GraphValue] = []) throws -> GraphValue {
    if shapes.isFixed { return integers(shapes[0]) }
    var (parts, fixed): ([GraphValue], [Int]) = ([], [])
    for axis in shapes[0].indices {
      let sizes = shapes.map { $0[axis] }
      if sizes.allSatisfy({ $0 == sizes[0] }) {
        fixed.append(sizes[0])
        continue
      }
      if !fixed.isEmpty { parts.append(integers(fixed)) }
      fixed = []
      parts.append(try size(sizes, near: values))
    }
    if !fixed.isEmpty { parts.append(integers(fixed)) }
    return joined(parts, count: shapes[0].count)
  }

  /// Lists of integers, one after another.
  func joined(_ parts: [GraphValue], count: Int) -> GraphValue {
    if parts.count == 1 { return parts[0] }
    return emit(
      "Concat", parts, ["axis": .integer(0)], shapes: Array(repeating: [count], count: recordings))
  }

  private func sources(_ values: [GraphValue]) -> [(sizes: [Int], value: GraphValue, axis: Int)] {
    values.flatMap { value in
      (0..<value.rank).compactMap { axis in
        let sizes = value.shapes.map { $0[axis] }
        return sizes.allSatisfy { $0 == sizes[0] } ? nil : (sizes, value, axis)
      }
    }
  }

  /// slope·size + start, or size / share.
  private func line(_ numbers: [Int], along source: (sizes: [Int], value: GraphValue, axis: Int)) -> GraphValue? {
    let sizes = source.sizes
    guard let other = sizes.indices.first(where: { sizes[$0] != sizes[0] }) else { return nil }
    let (rise, run) = (numbers[other] - numbers[0], sizes[other] - sizes[0])
    if rise != 0, rise.isMultiple(of: run) {
      let slope = rise / run
      let start = numbers[0] - slope * sizes[0]
      guard zip(numbers, sizes).allSatisfy({ $0 == slope * $1 + start }) else { return nil }
      var made = dimension(of: source.value, axis: source.axis)
      if slope != 1 { made = emit("Mul", [made, integers([slope])]) }
      return start == 0 ? made : emit("Add", [made, integers([start])])
    }
    // Rounded down, as the sizes of what is halved are.
    guard numbers[0] > 0, case let share = sizes[0] / numbers[0], share > 1,
      zip(numbers, sizes).allSatisfy({ $0 == $1 / share })
    else { return nil }
    return emit("Div", [dimension(of: source.value, axis: source.axis), integers([share])])
  }

  /// The number that all of these are as many times those; nil where there is none.
  private static func quotient(_ numbers: [Int], _ others: [Int]) -> Int? {
    guard others[0] != 0, numbers[0] != 0, numbers[0].isMultiple(of: others[0]) else { return nil }
    let quotient = numbers[0] / others[0]
    return zip(numbers, others).allSatisfy { $0 == quotient &* $1 } ? quotient : nil
  }
}

// Shapes changed.
extension GraphWriter {
  /// The value under other shapes: sizes that stay are copied, one that moves follows from the rest, and where there
  /// are more they are computed.
  func reshape(_ value: GraphValue, to shapes: [[Int]]) throws -> GraphValue {
    if value.shapes == shapes { return value }
    let target: GraphValue
    if shapes.isFixed {
      target = integers(shapes[0])
    } else {
      var sizes: [Int] = []
      for axis in shapes[0].indices {
        let numbers = shapes.map { $0[axis] }
        let isFixed = numbers.allSatisfy { $0 == numbers[0] }
        sizes.append(isFixed ? numbers[0] : value.sizes(of: axis) == numbers ? 0 : -1)
      }
      let isComputed = sizes.filter { $0 == -1 }.count > 1 || shapes.joined().contains(0)
      target = isComputed ? try shape(shapes, near: [value]) : integers(sizes)
    }
    let allowsZero = shapes.joined().contains(0)
    return emit("Reshape", [value, target], allowsZero ? ["allowzero": .integer(1)] : [:], shapes: shapes)
  }

  /// The value repeated along axes of size 1, where its shapes are not these already.
  func expand(_ value: GraphValue, to shapes: [[Int]], near values: [GraphValue] = []) throws -> GraphValue {
    if value.shapes == shapes { return value }
    let lead = shapes[0].count - value.rank
    // What is as it is to be stands as 1, which broadcasts.
    var wanted = shapes
    for axis in shapes[0].indices where axis >= lead {
      if value.sizes(of: axis - lead) == shapes.map({ $0[axis] }) {
        for place in wanted.indices { wanted[place][axis] = 1 }
      }
    }
    return emit("Expand", [value, try shape(wanted, near: values + [value])], shapes: shapes)
  }

  /// The value with axes of size 1 at places of the result, in rising order.
  func unsqueeze(_ value: GraphValue, _ axes: [Int]) -> GraphValue {
    if axes.isEmpty { return value }
    let shapes = value.shapes.mapShapes { shape in axes.reduce(into: shape) { $0.insert(1, at: $1) } }
    return emit("Unsqueeze", [value, integers(axes)], shapes: shapes)
  }

  /// The value without axes of size 1.
  func squeeze(_ value: GraphValue, _ axes: [Int]) -> GraphValue {
    if axes.isEmpty { return value }
    let shapes = value.shapes.mapShapes { shape in shape.indices.filter { !axes.contains($0) }.map { shape[$0] } }
    return emit("Squeeze", [value, integers(axes)], shapes: shapes)
  }

  /// The value with its axes in another order.
  func transpose(_ value: GraphValue, _ order: [Int]) -> GraphValue {
    if order == Array(order.indices) { return value }
    let shapes = value.shapes.mapShapes { shape in order.map { shape[$0] } }
    return emit("Transpose", [value], ["perm": .integers(order)], shapes: shapes)
  }

  /// A reduction over axes from 0, which stay with size 1 or go; axes stand among the inputs from `listedFrom` on.
  func reduce(
    _ name: String, _ value: GraphValue, _ axes: [Int], keepDims: Bool, listedFrom: Int = 18
  ) -> GraphValue {
    if axes.isEmpty { return value }
    let shapes = value.shapes.mapShapes { shape in
      shape.indices.compactMap { axes.contains($0) ? (keepDims ? 1 : nil) : shape[$0] }
    }
    let keeps = GraphAttribute.integer(keepDims ? 1 : 0)
    if opset >= listedFrom { return emit(name, [value, integers(axes)], ["keepdims": keeps], shapes: shapes) }
    return emit(name, [value], ["axes": .integers(axes), "keepdims": keeps], shapes: shapes)
  }

  /// The sum over axes.
  func sum(_ value: GraphValue, _ axes: [Int], keepDims: Bool) -> GraphValue {
    reduce("ReduceSum", value, axes, keepDims: keepDims, listedFrom: 13)
  }
}
