import WeftTensor

extension Operator {
  /// Convolutions whose kernels reach for places that the input says.
  static let deformable = [Operator("DeformConv") { try deformed($0) }]

  private static func deformed(_ call: NodeCall) throws -> Tensor {
    let (x, weight, offset) = (try call.tensor(0), try call.tensor(1), try call.tensor(2))
    let groups = try call.attributes.int("group", 1)
    let offsets = try call.attributes.int("offset_group", 1)
    guard x.rank == 4, weight.rank == 4, offset.rank == 4, (1..<1 << 20).contains(groups),
      (1..<1 << 20).contains(offsets), x.shape[1] % offsets == 0, x.shape[0] < 1 << 31,
      x.shape[1] % groups == 0, x.shape[1] / groups == weight.shape[1], weight.shape[0] % groups == 0
    else { throw NodeFailure(expected: "[N, C, H, W] with weights and offsets", got: "\(x.spec), \(offset.spec)") }
    let (h, w, kernel) = (x.shape[2], x.shape[3], Array(weight.shape.sizes.dropFirst(2)))
    let windows = try Windows(call, sizes: [h, w], kernel: kernel)
    // Products of sizes may be too large where there are no elements.
    guard Shape(kernel + offset.shape.sizes.suffix(2)).validElementCount != nil,
      Shape(kernel + [x.shape[1]]).validElementCount != nil
    else { throw NodeFailure(expected: "weights and offsets of usual sizes", got: "\(weight.spec), \(offset.spec)") }
    let (n, points, rows, columns) = (x.shape[0], kernel[0] * kernel[1], offset.shape[2], offset.shape[3])
    let moved = offset.reshaped(to: [n, offsets, points, 2, rows, columns])
    let base = places(windows, kernel, rows, columns).converted(to: x.dtype)
    let (y, z) = (moved[.all, .all, .all, 0] + base[0], moved[.all, .all, .all, 1] + base[1])
    // Grids run from -1 to 1, x before y: from edge to edge, for between centers an axis of one element has no length.
    let grid = stacked([(z * 2 + 1) / Double(max(w, 1)) - 1, (y * 2 + 1) / Double(max(h, 1)) - 1], axis: -1)
      .reshaped(to: [n * offsets, points * rows, columns, 2])
    let channels = x.shape[1] / offsets
    var sampled = x.reshaped(to: [n * offsets, channels, h, w]).gridSampled(grid)
      .reshaped(to: [n, offsets, channels, points, rows, columns])
    if let mask = try call.tensorIfAny(4) {
      sampled = sampled * mask.reshaped(to: [n, offsets, 1, points, rows, columns])
    }
    let inner = x.shape[1] / groups * points
    let matrix = sampled.reshaped(to: [n, groups, inner, rows * columns])
    let product = weight.reshaped(to: [groups, weight.shape[0] / groups, inner]).matmul(matrix)
    let result = product.reshaped(to: [n, weight.shape[0], rows, columns])
    return try call.tensorIfAny(3).map { result + $0.reshaped(to: [1, $0.elementCount, 1, 1]) } ?? result
  }

  /// Where each point of each kernel stands without offsets: [2, points, rows, columns].
  private static func places(_ windows: Windows, _ kernel: [Int], _ rows: Int, _ columns: Int) -> Tensor {
    func along(_ axis: Int, _ count: Int) -> Tensor {
      let starts = Tensor(arange: count) * windows.strides[axis] - windows.before[axis]
      return (Tensor(arange: kernel[axis]) * windows.dilations[axis]).unsqueezed(1) + starts
    }
    let shape: Shape = [kernel[0], kernel[1], rows, columns]
    let y = along(0, rows).reshaped(to: [kernel[0], 1, rows, 1]).expanded(to: shape)
    let x = along(1, columns).reshaped(to: [1, kernel[1], 1, columns]).expanded(to: shape)
    return stacked([y, x], axis: 0).reshaped(to: [2, kernel[0] * kernel[1], rows, columns])
  }
}
