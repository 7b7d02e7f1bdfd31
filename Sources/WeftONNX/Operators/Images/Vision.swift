import WeftTensor

extension Operator {
  /// Grids, boxes and columns of images.
  static let vision: [Operator] = [
    Operator("GridSample") { call in
      let mode: InterpolationMode =
        switch try call.attributes.text("mode", "linear") {
        case "nearest": .nearest
        case "cubic", "bicubic": .cubic
        default: .linear
        }
      let padding: GridPadding =
        switch try call.attributes.text("padding_mode", "zeros") {
        case "border": .border
        case "reflection": .reflection
        default: .zeros
        }
      return try call.tensor(0).gridSampled(
        try call.tensor(1), mode: mode, padding: padding, alignCorners: try call.attributes.flag("align_corners"))
    },
    Operator("AffineGrid", fixed: [1]) { call in
      affineGrid(
        try call.tensor(0), size: try call.integers(1) ?? [], alignCorners: try call.attributes.flag("align_corners"))
    },
    Operator("Col2Im", fixed: [1, 2]) { try image(of: $0) },
    Operator("RoiAlign", fixed: [1, 2]) { try aligned($0) },
    Operator("NonMaxSuppression", fixed: [0, 1, 2, 3, 4]) { try suppressed($0) },
  ]

  private static func image(of call: NodeCall) throws -> Tensor {
    let (x, sizes, kernel) = (try call.tensor(0), try call.integers(1) ?? [], try call.integers(2) ?? [])
    let axes = sizes.count
    guard axes > 0, x.rank == 3, kernel.count == axes, kernel.allSatisfy({ (1..<1 << 20).contains($0) }),
      Shape(sizes).validElementCount != nil, Shape(kernel).validElementCount != nil
    else { throw NodeFailure(expected: "[N, C·kernel, L], sizes and a kernel", got: "\(x.spec), \(sizes), \(kernel)") }
    var windows = try Windows(call, sizes: sizes, kernel: kernel)
    windows.kernel = kernel
    let counts = (0..<axes).map { axis in
      (sizes[axis] + windows.before[axis] + windows.after[axis] - windows.extent(axis)) / windows.strides[axis] + 1
    }
    let channels = x.shape[1] / kernel.reduce(1, *)
    var y = x.reshaped(to: Shape([x.shape[0], channels] + kernel + counts))
    // One axis of places and one of the kernel at a time become an axis of the image.
    for axis in (0..<axes).reversed() {
      let place = 2 + 2 * axis
      y = y.movedAxis(2 + axis, to: y.rank - 1)
      y = y.overlapAdded(
        axis: place, length: sizes[axis] + windows.before[axis] + windows.after[axis], step: windows.strides[axis],
        dilation: windows.dilations[axis])
      y = y.narrowed(axis: place, from: windows.before[axis], count: sizes[axis])
    }
    return y
  }

  private static func aligned(_ call: NodeCall) throws -> Tensor {
    let (x, boxes) = (try call.tensor(0), try call.tensor(1))
    let examples = try call.integers(2) ?? []
    let (height, width) = (try call.attributes.int("output_height", 1), try call.attributes.int("output_width", 1))
    let ratio = try call.attributes.int("sampling_ratio", 0)
    guard x.rank == 4, boxes.rank == 2, boxes.shape[1] == 4, examples.count == boxes.shape[0],
      (1..<1 << 12).contains(height), (1..<1 << 12).contains(width), ratio < 1 << 10,
      examples.allSatisfy({ (0..<x.shape[0]).contains($0) })
    else {
      throw NodeFailure(expected: "[N, C, H, W], boxes [K, 4] and their examples", got: "\(x.spec), \(boxes.spec)")
    }
    let mode = try call.attributes.text(
      "coordinate_transformation_mode", call.version < 16 ? "output_half_pixel" : "half_pixel")
    let isHalf = mode == "half_pixel"
    let (scale, takesMax) = (
      try call.attributes.float("spatial_scale", 1), try call.attributes.text("mode", "avg") == "max"
    )
    let corners = boxes.scalars(as: Double.self).map { $0 * scale - (isHalf ? 0.5 : 0) }
    let parts = try examples.enumerated().map { place, example -> Tensor in
      let (left, top) = (corners[4 * place], corners[4 * place + 1])
      var (w, h) = (corners[4 * place + 2] - left, corners[4 * place + 3] - top)
      if !isHalf { (w, h) = (max(w, 1), max(h, 1)) }
      let image = x.narrowed(axis: 0, from: example, count: 1).squeezed(0)
      let (rows, rowCount) = try samples(from: top, h, bins: height, ratio, x.shape[2])
      let (columns, columnCount) = try samples(from: left, w, bins: width, ratio, x.shape[3])
      return sampled(image, rows, columns, (height, rowCount), (width, columnCount), takesMax: takesMax)
    }
    guard !parts.isEmpty else { return Tensor(zeros: [0, x.shape[1], height, width], dtype: x.dtype) }
    return stacked(parts, axis: 0)
  }

  /// A place between two pixels of an axis: both, and the share of each.
  private typealias Between = (low: Int, high: Int, atLow: Double, atHigh: Double)

  private static func samples(
    from start: Double, _ extent: Double, bins: Int, _ ratio: Int, _ length: Int
  ) throws -> ([Between], Int) {
    let wanted = (extent / Double(bins)).rounded(.up)
    let each = ratio > 0 ? ratio : wanted > 0 ? Int(min(wanted, 4096)) : 0
    guard each > 0, start.isFinite, extent.isFinite, length > 0 else {
      throw NodeFailure(expected: "boxes with an area", got: "one from \(start) of \(extent)")
    }
    let samples = (0..<bins * each).map { index -> Between in
      let (bin, step) = (index / each, index % each)
      let size = extent / Double(bins)
      let place = start + Double(bin) * size + (Double(step) + 0.5) * size / Double(each)
      if place < -1 || place > Double(length) { return (0, 0, 0, 0) }
      let inside = max(place, 0)
      let low = min(Int(inside), length - 1)
      if low == length - 1 { return (low, low, 1, 0) }
      return (low, low + 1, 1 - (inside - Double(low)), inside - Double(low))
    }
    return (samples, each)
  }

  private static func sampled(
    _ image: Tensor, _ rows: [Between], _ columns: [Between], _ height: (bins: Int, each: Int),
    _ width: (bins: Int, each: Int), takesMax: Bool
  ) -> Tensor {
    func pick(_ atRow: (Between) -> (Int, Double), _ atColumn: (Between) -> (Int, Double)) -> Tensor {
      let (r, c) = (rows.map(atRow), columns.map(atColumn))
      let part = image.indexSelected(Tensor(r.map(\.0)), axis: 1).indexSelected(Tensor(c.map(\.0)), axis: 2)
      let weights = Tensor(r.map(\.1), dtype: image.dtype).unsqueezed(1) * Tensor(c.map(\.1), dtype: image.dtype)
      return part * weights
    }
    let low: (Between) -> (Int, Double) = { ($0.low, $0.atLow) }
    let high: (Between) -> (Int, Double) = { ($0.high, $0.atHigh) }
    let corners = [pick(low, low), pick(low, high), pick(high, low), pick(high, high)]
    let shape: Shape = [image.shape[0], height.bins, height.each, width.bins, width.each]
    // The operator takes the largest of the weighted corners, not of the values between them.
    if takesMax {
      return corners.dropFirst().reduce(corners[0]) { maximum($0, $1) }.reshaped(to: shape).max(axes: [2, 4])
    }
    return corners.dropFirst().reduce(corners[0], +).reshaped(to: shape).mean(axes: [2, 4])
  }

  /// The best boxes of each class, without those that overlap a better one.
  private static func suppressed(_ call: NodeCall) throws -> Tensor {
    let (boxes, scores) = (try call.tensor(0), try call.tensor(1))
    let most = try call.integer(2) ?? 0
    let (overlap, least) = (try call.number(3) ?? 0, try call.number(4) ?? -.infinity)
    guard boxes.rank == 3, boxes.shape[2] == 4, scores.rank == 3, scores.shape[0] == boxes.shape[0],
      scores.shape[2] == boxes.shape[1]
    else { throw NodeFailure(expected: "boxes [N, K, 4] and scores [N, C, K]", got: "\(boxes.spec), \(scores.spec)") }
    let isCentered = try call.attributes.flag("center_point_box")
    let (corners, values) = (boxes.scalars(as: Float.self), scores.scalars(as: Float.self))
    let (classes, count) = (scores.shape[1], boxes.shape[1])
    var found: [Int] = []
    for example in 0..<boxes.shape[0] {
      let areas = (0..<count).map {
        Box(corners[(example * count + $0) * 4..<(example * count + $0) * 4 + 4], isCentered)
      }
      for kind in 0..<classes {
        let start = (example * classes + kind) * count
        let order = (0..<count).filter { Double(values[start + $0]) > least }
          .sorted { (values[start + $1], $0) < (values[start + $0], $1) }
        var kept: [Int] = []
        for box in order where kept.count < most {
          if kept.contains(where: { areas[box].overlap(areas[$0]) > overlap }) { continue }
          kept.append(box)
        }
        found += kept.flatMap { [example, kind, $0] }
      }
    }
    return Tensor(found, shape: [found.count / 3, 3])
  }
}

/// A rectangle.
private struct Box {
  private let left, right, top, bottom: Double

  /// Corners in any order, or a center and sizes.
  init(_ values: ArraySlice<Float>, _ isCentered: Bool) {
    let v = values.map(Double.init)
    if isCentered {
      (left, right, top, bottom) = (v[0] - v[2] / 2, v[0] + v[2] / 2, v[1] - v[3] / 2, v[1] + v[3] / 2)
    } else {
      (top, bottom) = (min(v[0], v[2]), max(v[0], v[2]))
      (left, right) = (min(v[1], v[3]), max(v[1], v[3]))
    }
  }

  private var area: Double { (right - left) * (bottom - top) }

  /// The area in both by that in either.
  func overlap(_ other: Box) -> Double {
    let width = min(right, other.right) - max(left, other.left)
    let height = min(bottom, other.bottom) - max(top, other.top)
    guard width > 0, height > 0, area > 0, other.area > 0 else { return 0 }
    return width * height / (area + other.area - width * height)
  }
}
