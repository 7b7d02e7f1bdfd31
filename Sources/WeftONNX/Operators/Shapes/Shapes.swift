import WeftTensor

extension Operator {
  /// The same elements under another shape.
  static let shapes: [Operator] = [
    Operator("Identity", body: .values { [try $0.value(0)] }),
    Operator("Reshape", fixed: [1]) { call in
      let x = try call.tensor(0)
      let asked = try call.integers(input: 1, attribute: "shape") ?? []
      let zero = try call.attributes.flag("allowzero")
      let sizes = try asked.enumerated().map { axis, size in
        guard size == 0, !zero else { return size }
        guard axis < x.rank else {
          throw NodeFailure(expected: "an axis \(axis) to take a size from", got: "\(x.spec)")
        }
        return x.shape[axis]
      }
      return x.reshaped(to: Shape(sizes))
    },
    Operator("Flatten") { call in
      let x = try call.tensor(0)
      var axis = try call.attributes.int("axis", 1)
      if axis < 0 { axis += x.rank }
      guard (0...x.rank).contains(axis) else { throw NodeFailure(expected: "an axis of \(x.spec)", got: "\(axis)") }
      return x.reshaped(to: [x.shape.sizes[..<axis].reduce(1, *), x.shape.sizes[axis...].reduce(1, *)])
    },
    Operator("Squeeze", fixed: [1]) { call in
      let x = try call.tensor(0)
      guard let named = try call.integers(input: 1, attribute: "axes") else { return x.squeezed() }
      return x.squeezed(axes: try call.axes(named, rank: x.rank))
    },
    Operator("Unsqueeze", fixed: [1]) { call in
      let x = try call.tensor(0)
      let named = try call.integers(input: 1, attribute: "axes") ?? []
      let axes = try call.axes(named, rank: x.rank + named.count).sorted()
      return axes.reduce(x) { $0.unsqueezed($1) }
    },
    Operator("Transpose") { call in
      let x = try call.tensor(0)
      return x.permuted(try call.attributes.ints("perm") ?? (0..<x.rank).reversed())
    },
    Operator("Shape") { call in
      let shape = try call.shape(0)
      let (start, end) = (try call.attributes.int("start", 0), try call.attributes.int("end", shape.rank))
      func place(_ axis: Int) -> Int { min(max(axis < 0 ? axis + shape.rank : axis, 0), shape.rank) }
      return Tensor(Array(shape.sizes[place(start)..<max(place(start), place(end))]))
    },
    Operator("Size") { Tensor(try $0.shape(0).elementCount) },
    Operator("Expand", fixed: [1]) { call in
      let x = try call.tensor(0)
      let asked = Shape(try call.integers(1) ?? [])
      guard let common = Shape.broadcast(x.shape, asked) else {
        throw NodeFailure(expected: "a shape that \(x.spec) broadcasts to", got: "\(asked)")
      }
      return x.expanded(to: common)
    },
    Operator("DepthToSpace") { try depthToSpace($0) },
    Operator("SpaceToDepth") { call in
      let x = try call.tensor(0)
      let block = try call.attributes.int("blocksize", 1)
      guard x.rank == 4, block > 0, block < 1 << 20, x.shape[2] % block == 0, x.shape[3] % block == 0,
        x.shape[1] < 1 << 20 || x.elementCount > 0
      else { throw NodeFailure(expected: "[N, C, H, W] in blocks of \(block)", got: "\(x.spec)") }
      let (n, c, h, w) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
      let isLast = try call.attributes.text("mode", "DCR") == "CRD"
      return x.reshaped(to: [n, c, h / block, block, w / block, block])
        .permuted(isLast ? [0, 1, 3, 5, 2, 4] : [0, 3, 5, 1, 2, 4])
        .reshaped(to: [n, c * block * block, h / block, w / block])
    },
    Operator("Trilu", fixed: [1]) { try triangle($0) },
  ]

  /// What of the matrices lies on one side of a diagonal.
  static func triangle(_ call: NodeCall) throws -> Tensor {
    let x = try call.tensor(0)
    let diagonal = max(-(1 << 40), min(1 << 40, try call.integer(1) ?? 0))
    return try call.attributes.flag("upper", true) ? x.triu(diagonal: diagonal) : x.tril(diagonal: diagonal)
  }

  private static func depthToSpace(_ call: NodeCall) throws -> Tensor {
    let x = try call.tensor(0)
    let block = try call.attributes.int("blocksize", 1)
    guard x.rank == 4, block > 0, block < 1 << 20, x.shape.sizes.allSatisfy({ $0 < 1 << 40 }) else {
      throw NodeFailure(expected: "[N, C, H, W] and a block size", got: "\(x.spec)")
    }
    let (n, c, h, w) = (x.shape[0], x.shape[1] / (block * block), x.shape[2], x.shape[3])
    if try call.attributes.text("mode", "DCR") == "CRD" {
      return x.reshaped(to: [n, c, block, block, h, w]).permuted([0, 1, 4, 2, 5, 3])
        .reshaped(to: [n, c, h * block, w * block])
    }
    return x.reshaped(to: [n, block, block, c, h, w]).permuted([0, 3, 4, 1, 5, 2])
      .reshaped(to: [n, c, h * block, w * block])
  }
}
