import WeftTensor

extension Operator {
  /// Elements by their place.
  static let indexing: [Operator] = [
    Operator("Gather", fixed: [1]) { call in
      let (x, indices) = (try call.tensor(0), try call.tensor(1))
      guard x.rank > 0 else { throw NodeFailure(expected: "a tensor with axes", got: "\(x.spec)") }
      let axis = try call.axis(call.attributes.int("axis", 0), rank: x.rank)
      let places = try fromFront(indices, x.shape[axis])
      return try picked(at: places, of: x.shape[axis]) {
        if places.rank == 1 { return x.indexSelected(places, axis: axis) }
        let sizes = x.shape.sizes
        return x.indexSelected(places.reshaped(to: [places.elementCount]), axis: axis)
          .reshaped(to: Shape(sizes[..<axis] + places.shape.sizes + sizes[(axis + 1)...]))
      }
    },
    Operator("GatherElements", fixed: [1]) { call in
      let (x, indices) = (try call.tensor(0), try call.tensor(1))
      let axis = try call.axis(call.attributes.int("axis", 0), rank: x.rank)
      let places = try fromFront(indices, x.shape[axis])
      return try picked(at: places, of: x.shape[axis]) { x.gathered(places, axis: axis) }
    },
    Operator("GatherND", fixed: [1]) { call in
      let (x, indices) = (try call.tensor(0), try call.tensor(1))
      let batch = try call.attributes.int("batch_dims", 0)
      let rows = try rowPlaces(x.shape, indices, batch: batch)
      return x.reshaped(to: Shape([rows.count] + rows.inner)).indexSelected(rows.places, axis: 0)
        .reshaped(to: Shape(indices.shape.sizes.dropLast() + rows.inner))
    },
    Operator("ScatterElements", fixed: [1]) { try scatterElements($0) },
    Operator("Scatter", versions: 9...10, fixed: [1]) { try scatterElements($0) },
    Operator("ScatterND", fixed: [1]) { call in
      let (x, indices, updates) = (try call.tensor(0), try call.tensor(1), try call.tensor(2))
      let rows = try rowPlaces(x.shape, indices, batch: 0)
      let flat = x.reshaped(to: Shape([rows.count] + rows.inner))
      let values = updates.reshaped(to: Shape([rows.places.elementCount] + rows.inner))
      let result =
        switch try call.attributes.text("reduction", "none") {
        case "none": flat.indexCopied(values, at: rows.places, axis: 0)
        case "add": flat.indexAdded(values, at: rows.places, axis: 0)
        case let name:
          flat.indexReduced(values, at: rows.places, axis: 0, by: try reduction(name))
        }
      return result.reshaped(to: x.shape)
    },
    Operator("TensorScatter", fixed: [2]) { try tensorScatter($0) },
    Operator("OneHot", fixed: [0, 1, 2]) { try oneHot($0) },
    Operator("NonZero") { call in
      let x = try call.tensor(0)
      return x.rank == 0 ? x.reshaped(to: [1]).nonzero().transposed() : x.nonzero().transposed()
    },
    Operator("Compress", fixed: [1]) { call in
      let (x, condition) = (try call.tensor(0), try call.tensor(1))
      let axis = try call.attributes.int("axis").map { try call.axis($0, rank: x.rank) }
      let source = axis == nil ? x.reshaped(-1) : x
      let kept = condition.scalars(as: Bool.self).prefix(source.shape[axis ?? 0]).enumerated().filter(\.element)
      return source.indexSelected(Tensor(kept.map(\.offset)), axis: axis ?? 0)
    },
    .several("Unique") { try unique($0) },
  ]

  /// Indices as int64 that count from the front.
  static func fromFront(_ indices: Tensor, _ count: Int) throws -> Tensor {
    guard indices.dtype.isInteger else { throw NodeFailure(expected: "integer indices", got: "\(indices.spec)") }
    let wide = indices.converted(to: .int64)
    return Tensor.where(wide .< 0, wide + count, wide)
  }

  /// Index tuples as places in a list of rows.
  private static func rowPlaces(
    _ shape: Shape, _ indices: Tensor, batch: Int
  ) throws -> (places: Tensor, count: Int, inner: [Int]) {
    let sizes = shape.sizes
    guard indices.rank >= 1, let depth = indices.shape.sizes.last, batch >= 0, batch < indices.rank, depth >= 0,
      batch + depth <= sizes.count, Array(indices.shape.sizes[..<batch]) == Array(sizes[..<batch])
    else { throw NodeFailure(expected: "indices into \(shape)", got: "\(indices.spec)") }
    let outer = Array(sizes[..<(batch + depth)])
    let tuples = indices.reshaped(to: [indices.elementCount / max(depth, 1), depth])
    guard depth > 0 else { throw NodeFailure(expected: "indices of at least one axis", got: "\(indices.spec)") }
    var places = Tensor(zeros: [tuples.shape[0]], dtype: .int64)
    for axis in 0..<depth {
      let along = try fromFront(tuples.sliced(axis: 1, from: axis, to: axis + 1).squeezed(1), outer[batch + axis])
      try check(along, below: outer[batch + axis])
      places = places * outer[batch + axis] + along
    }
    if batch > 0 {
      let (examples, each) = (outer[..<batch].reduce(1, *), outer[batch...].reduce(1, *))
      let starts = Tensor(arange: examples) * each
      places = (places.reshaped(to: [examples, -1]) + starts.unsqueezed(1)).reshaped(-1)
    }
    return (places, outer.reduce(1, *), Array(sizes[(batch + depth)...]))
  }

  private static func check(_ places: Tensor, below count: Int) throws {
    // A recorded run must read no numbers; what lies outside all rows is refused there.
    guard places.elementCount > 0, Modes.current.recorder == nil else { return }
    let (least, most) = (places.min().item(as: Int.self), places.max().item(as: Int.self))
    guard least >= 0, most < count else {
      throw NodeFailure(expected: "indices in \(-count) ..< \(count)", got: "\(least < 0 ? least - count : most)")
    }
  }

  /// What is made of elements at places; an error says those outside as the file does.
  private static func picked(at places: Tensor, of count: Int, _ body: () -> Tensor) throws -> Tensor {
    do { return try firstErrorThrown(body) } catch {
      try check(places, below: count)
      throw error
    }
  }

  private static func reduction(_ name: String) throws -> ScatterReduction {
    switch name {
    case "add": .sum
    case "mul": .product
    case "max": .maximum
    case "min": .minimum
    default: throw NodeFailure(expected: "a reduction that is none, add, mul, max or min", got: name)
    }
  }

  private static func scatterElements(_ call: NodeCall) throws -> Tensor {
    let (x, indices, updates) = (try call.tensor(0), try call.tensor(1), try call.tensor(2))
    let axis = try call.axis(call.attributes.int("axis", 0), rank: x.rank)
    let places = try fromFront(indices, x.shape[axis])
    switch try call.attributes.text("reduction", "none") {
    case "none": return try picked(at: places, of: x.shape[axis]) { x.scattered(updates, at: places, axis: axis) }
    case let name:
      let way = try reduction(name)
      return try picked(at: places, of: x.shape[axis]) { x.scatterReduced(updates, at: places, axis: axis, by: way) }
    }
  }

  /// A cache of keys with new ones written at each example's place.
  private static func tensorScatter(_ call: NodeCall) throws -> Tensor {
    let (cache, update) = (try call.tensor(0), try call.tensor(1))
    let axis = try call.axis(call.attributes.int("axis", -2), rank: cache.rank)
    guard cache.rank == update.rank, axis > 0, let batch = cache.shape.sizes.first, batch == update.shape[0] else {
      throw NodeFailure(expected: "an update of the cache's axes", got: "\(update.spec) for \(cache.spec)")
    }
    // Its axes may be long where it has no elements.
    if update.elementCount == 0 { return cache }
    let starts = try call.integers(2) ?? Array(repeating: 0, count: batch)
    let (length, count) = (cache.shape[axis], update.shape[axis])
    let isCircular = try call.attributes.text("mode", "linear") == "circular"
    guard starts.count == batch, starts.allSatisfy({ $0 >= 0 && $0 < 1 << 40 }),
      isCircular ? length > 0 : starts.allSatisfy({ $0 + count <= length })
    else { throw NodeFailure(expected: "places within \(length)", got: "\(starts)") }
    let places = starts.flatMap { start in (0..<count).map { isCircular ? (start + $0) % length : start + $0 } }
    var sizes = Array(repeating: 1, count: cache.rank)
    (sizes[0], sizes[axis]) = (batch, count)
    let index = Tensor(places, shape: [batch, count]).reshaped(to: Shape(sizes)).expanded(to: update.shape)
    return cache.scattered(update, at: index, axis: axis)
  }

  private static func oneHot(_ call: NodeCall) throws -> Tensor {
    let (indices, values) = (try call.tensor(0), try call.tensor(2))
    guard let depth = try call.number(1), depth >= 1, depth < 0x1p40, values.elementCount == 2 else {
      throw NodeFailure(expected: "a depth from 1, and two values", got: "others")
    }
    let count = Int(depth)
    let rank = indices.rank + 1
    let axis = try call.axis(call.attributes.int("axis", -1), rank: rank)
    let given = indices.converted(to: .int64)
    let places = Tensor.where(given .< 0, given + count, given).unsqueezed(axis)
    let (off, on) = (values.reshaped(-1)[0], values.reshaped(-1)[1])
    // What lies outside is nowhere: it writes at the first place what stands there.
    let isInside = (places .>= 0).logicalAnd(places .< count)
    var sizes = places.shape.sizes
    sizes[axis] = count
    return off.expanded(to: Shape(sizes)).scattered(
      Tensor.where(isInside, on, off), at: Tensor.where(isInside, places, Tensor(0)), axis: axis)
  }

  /// Distinct elements, sorted or in the order in which they come first.
  private static func unique(_ call: NodeCall) throws -> [Tensor] {
    let x = try call.tensor(0)
    let axis = try call.attributes.int("axis").map { try call.axis($0, rank: x.rank) }
    let source = axis == nil ? x.reshaped(-1) : x
    let place = axis ?? 0
    let found = source.unique(axis: place)
    let inverse = found.inverse.reshaped(-1).scalars(as: Int.self)
    let count = found.values.shape[place]
    var first = Array(repeating: inverse.count, count: count)
    for (position, group) in inverse.enumerated().reversed() { first[group] = position }
    guard try !call.attributes.flag("sorted", true) else {
      return [found.values, Tensor(first), Tensor(inverse), found.counts.converted(to: .int64)]
    }
    let order = (0..<count).sorted { first[$0] < first[$1] }
    var rank = Array(repeating: 0, count: count)
    for (position, group) in order.enumerated() { rank[group] = position }
    let list = Tensor(order)
    return [
      found.values.indexSelected(list, axis: place), Tensor(order.map { first[$0] }), Tensor(inverse.map { rank[$0] }),
      found.counts.converted(to: .int64).indexSelected(list, axis: 0),
    ]
  }
}
