import WeftTensor

// Resampling.
extension ExportRules {
  static let spatial: [(String, ExportRule)] = [
    rule(ResampleAxis.self) { operation, step in [try ResampleWriter(step, operation).write()] },
    rule(GridSample.self) { operation, step in
      let (image, grid) = (step.input(0), step.input(1))
      guard image.rank == 4 || step.opset >= 20 else { throw ExportObstacle("volumes sampled before opset 20") }
      let linear = step.opset >= 20 ? "linear" : "bilinear"
      let attributes: GraphAttributes = [
        "mode": .text(operation.mode == .linear ? linear : "nearest"),
        "padding_mode": .text(operation.padding.rawValue), "align_corners": .integer(operation.alignCorners ? 1 : 0),
      ]
      return [step.graph.emit("GridSample", [image, grid], attributes, shapes: step.outputShapes[0])]
    },
  ]
}

/// Writes the resampling of one axis, or of several one after another, as one node.
private struct ResampleWriter {
  let step: ExportStep
  let operation: ResampleAxis
  /// What the first of them reads.
  let source: GraphValue
  /// The axes in rising order, with the scales that are given.
  let axes: [(axis: Int, scale: Double?)]

  var graph: GraphWriter { step.graph }

  init(_ step: ExportStep, _ operation: ResampleAxis) throws {
    (self.step, self.operation) = (step, operation)
    var axes = [(axis: try step.place(operation.axis, of: 0), scale: operation.scale)]
    var source = step.inputs[0]
    while let maker = step.graph.makers[source.name], let before = maker.operation as? ResampleAxis,
      before.mode == operation.mode, before.alignCorners == operation.alignCorners,
      before.antialias == operation.antialias, (before.scale == nil) == (operation.scale == nil),
      let axis = step.inputSpecs[0].shape.axis(before.axis), !axes.contains(where: { $0.axis == axis })
    {
      axes.append((axis, before.scale))
      source = maker.inputs[0]
    }
    self.source = source
    self.axes = axes.sorted { $0.axis < $1.axis }
  }

  func write() throws -> GraphValue {
    let isPlane = source.rank == 4 && axes.allSatisfy { $0.axis >= 2 }
    // Runtimes do not agree with PyTorch, and Weft, about antialiasing.
    let isKnown = (operation.mode != .cubic || isPlane) && !operation.antialias && source.rank <= 5
    if isKnown, let node = try node() { return node }
    // Its matrix.
    let axis = try step.place(operation.axis, of: 0)
    let (sizes, results) = (step.inputs[0].sizes(of: axis) ?? [], step.outputShapes[0].map { $0[axis] })
    guard sizes.allSatisfy({ $0 == sizes[0] }), results.allSatisfy({ $0 == results[0] }) else {
      throw ExportObstacle("a resampling of an axis of a free size that ONNX's Resize does not do")
    }
    let x = step.input(0)
    return graph.mapped(x, axis: axis, by: operation.matrix(from: sizes[0], x.dtype))
  }

  /// One node; nil where the scales that are given lead to other sizes.
  private func node() throws -> GraphValue? {
    let attributes = settings
    let shapes = step.outputShapes[0]
    if operation.scale != nil, !operation.alignCorners {
      var scales = Array(repeating: 1.0, count: source.rank)
      for (axis, scale) in axes { scales[axis] = scale ?? 1 }
      let fits = zip(source.shapes, shapes).allSatisfy { input, result in
        axes.allSatisfy { Int(Double(Float(input[$0.axis]) * Float(scales[$0.axis]))) == result[$0.axis] }
      }
      guard fits else { return nil }
      let list = graph.constant(Tensor(scales, shape: [scales.count], dtype: .float32))
      return graph.emitList("Resize", [source, nil, list], attributes, results: [(source.dtype, shapes)])[0]
    }
    let all = step.opset < 18
    let sizes = all ? shapes : shapes.mapShapes { shape in axes.map { shape[$0.axis] } }
    let listed = all ? [] : [("axes", GraphAttribute.integers(axes.map(\.axis)))]
    return graph.emitList(
      "Resize", [source, nil, nil, try graph.shape(sizes, near: [source])], attributes + listed,
      results: [(source.dtype, shapes)])[0]
  }

  private var settings: [(String, GraphAttribute)] {
    switch operation.mode {
    case .nearest:
      return [
        ("mode", .text("nearest")), ("coordinate_transformation_mode", .text("asymmetric")),
        ("nearest_mode", .text("floor")),
      ]
    case .nearestExact:
      return [
        ("mode", .text("nearest")), ("coordinate_transformation_mode", .text("half_pixel")),
        ("nearest_mode", .text("round_prefer_ceil")),
      ]
    default:
      let place = operation.alignCorners ? "align_corners" : "half_pixel"
      let cubic = [("cubic_coeff_a", GraphAttribute.number(-0.75))]
      return [("mode", .text(operation.mode == .cubic ? "cubic" : "linear"))]
        + [("coordinate_transformation_mode", .text(place))] + (operation.mode == .cubic ? cubic : [])
    }
  }
}
