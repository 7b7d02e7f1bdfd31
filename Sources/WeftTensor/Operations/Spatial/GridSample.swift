/// The image at the positions of a grid, which run from -1 to 1 on each axis; between pixels linear in each coordinate.
/// Gradients (`GridSampleGradient`): g added up at the pixels it came from, and the image's slopes at the positions.
public struct GridSample: TensorOperation {
  public static let name = "gridSample"
  public static let operands: Operands = ["image", "grid"]
  public static let equation = "y = Σ pixels around a position, weighted"
  /// `linear` or `nearest`.
  public let mode: InterpolationMode
  /// What lies outside of the image.
  public let padding: GridPadding
  /// -1 and 1 are the centers of the outermost pixels, rather than their outer edges.
  public let alignCorners: Bool

  public init(mode: InterpolationMode = .linear, padding: GridPadding = .zeros, alignCorners: Bool = false) {
    (self.mode, self.padding, self.alignCorners) = (mode, padding, alignCorners)
  }

  public static let defaults: Attributes = [
    "mode": InterpolationMode.linear, "padding": GridPadding.zeros, "alignCorners": false,
  ]

  var sampling: GridSampling {
    GridSampling(isLinear: mode == .linear, padding: padding, alignCorners: alignCorners)
  }

  /// Inputs: the image [N, C, H, W] and the grid [N, H', W', 2], or both with one axis more.
  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    func refused(_ code: TensorError.Code, _ expected: String, _ got: String) -> TensorError {
      TensorError(
        code, operation: Self.name, operands: [("image", inputs[0]), ("grid", inputs[1])], expected: expected, got: got)
    }
    let (image, grid) = (inputs[0].shape, inputs[1].shape)
    guard Self.fits(image, grid), inputs[0].dtype == .float32 || inputs[0].dtype == .float64,
      inputs[1].dtype == inputs[0].dtype
    else {
      throw refused(
        .shape, "[N, C, H, W] and [N, H', W', 2], or one axis more, both of float32 or of float64",
        "\(inputs[0]) and \(inputs[1])")
    }
    guard mode == .linear || mode == .nearest else { throw refused(.value, "mode linear or nearest", "\(mode)") }
    return [TensorSpec(Shape(image.sizes.prefix(2) + grid.sizes.dropFirst().dropLast()), inputs[0].dtype)]
  }

  /// Whether there is a list of positions for each image, whose pixels 32 bits can number.
  static func fits(_ image: Shape, _ grid: Shape) -> Bool {
    let sizes = image.sizes.dropFirst(2)
    guard sizes.count == 2 || sizes.count == 3, grid.rank == image.rank, grid[0] == image[0], grid[-1] == sizes.count,
      let pixels = Shape(Array(sizes)).checkedElementCount
    else { return false }
    return pixels > 0 && pixels <= Int(Int32.max)
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    [inputs.backend.gridSample(sampling, inputs[0], inputs[1], as: outputs[0])]
  }

  public func saves(needs: [Bool]) -> Saves { .inputs }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    guard let g = gradients[0] else { return [nil, nil] }
    let gradient = GridSampleGradient(self, ofImage: needs[0], ofGrid: needs[1])
    var found = apply(gradient, [g, saved.input(0), saved.input(1)])[...]
    return needs.map { $0 ? found.popFirst() : nil }
  }

  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    compositeTangents(tangents, inputs, composite)
  }

  /// In tensor operations.
  func composite(_ inputs: [Tensor]) -> [Tensor] {
    [inputs[0].sampledInSteps(inputs[1], mode: mode, padding: padding, alignCorners: alignCorners)]
  }

  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] { batch.merging(self, [0, 1]) }

  /// Σ over pixels, each times its share in the position: 1 less the distance on each axis, or whether it is nearest.
  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let (image, grid) = (inputs[0], inputs[1])
    let sizes = Array(image.shape.dropFirst(2))
    let points = Array(grid.shape.dropFirst().dropLast())
    return [
      ReferenceArray(shape: image.shape.prefix(2) + points) { index in
        let place = sizes.indices.map { axis in
          pixel(grid[[index[0]] + index.dropFirst(2) + [sizes.count - 1 - axis]], sizes[axis])
        }
        return ReferenceArray.indices(of: sizes).reduce(0) { sum, pixel in
          let share = zip(pixel, place).reduce(1) { share, pair in
            let distance = Swift.abs(pair.1 - Double(pair.0))
            let nearest = pair.1.rounded(.toNearestOrEven) == Double(pair.0) ? 1.0 : 0
            return share * (mode == .linear ? Swift.max(0, 1 - distance) : nearest)
          }
          return share == 0 ? sum : sum + share * image[Array(index.prefix(2)) + pixel]
        }
      }
    ]
  }

  /// Where a position lies on an axis, in pixels, brought inside as the padding says.
  private func pixel(_ position: Double, _ size: Int) -> Double {
    let last = Double(size - 1)
    var pixel = alignCorners ? (position + 1) / 2 * last : ((position + 1) * Double(size) - 1) / 2
    if padding == .zeros { return pixel }
    if padding == .reflection {
      let (low, high) = alignCorners ? (0, last) : (-0.5, last + 0.5)
      while high > low, pixel < low || pixel > high { pixel = pixel < low ? 2 * low - pixel : 2 * high - pixel }
    }
    return Swift.min(Swift.max(pixel, 0), last)
  }

  public static let samples = [
    Sample(GridSample(), .real([2, 2, 3, 4]), .real([2, 2, 3, 2], in: -1.3...1.3)),
    Sample(GridSample(padding: .border), .real([1, 5, 3, 2]), .real([1, 3, 2, 2], in: -1.6...1.6)),
    Sample(GridSample(padding: .reflection), .real([1, 2, 3, 4]), .real([1, 3, 2, 2], in: -3...3)),
    Sample(
      GridSample(padding: .reflection, alignCorners: true), .real([1, 2, 3, 4]), .real([1, 3, 2, 2], in: -3...3)),
    Sample(GridSample(alignCorners: true), .real([2, 1, 2, 3, 2]), .real([2, 1, 2, 2, 3], in: -1.1...1.1)),
    Sample(GridSample(mode: .nearest), .real([1, 4, 3, 4]), .real([1, 2, 3, 2], in: -1.3...1.3)),
    Sample(GridSample(), .real([0, 2, 3, 4]), .real([0, 2, 3, 2])),
  ]

  public static let refusals = [
    Refusal(GridSample(), .real([1, 2, 3, 4]), .real([1, 2, 3, 3]), because: "[N, H', W', 2]"),
    Refusal(GridSample(), .real([1, 2, 0, 4]), .real([1, 2, 3, 2]), because: "[N, H', W', 2]"),
    Refusal(GridSample(mode: .cubic), .real([1, 2, 3, 4]), .real([1, 2, 3, 2]), because: "mode linear or nearest"),
  ]
}

/// The gradients of `GridSample` from g, that of its result: of the image, g times the weights added up at the pixels;
/// of the grid, Σ over channels of g times the image's slopes, 0 with `nearest`.
struct GridSampleGradient: FusedOperation {
  static let name = "gridSampleGradient"
  static let operands: Operands = ["gradient", "image", "grid"]
  static let equation = "di[pₖ] += wₖ·g, dp = Σ g·∂y/∂p"
  let mode: InterpolationMode
  let padding: GridPadding
  let alignCorners: Bool
  /// Which gradients are wanted.
  let ofImage, ofGrid: Bool

  init(_ sample: GridSample, ofImage: Bool, ofGrid: Bool) {
    (mode, padding, alignCorners) = (sample.mode, sample.padding, sample.alignCorners)
    (self.ofImage, self.ofGrid) = (ofImage, ofGrid)
  }

  private var sample: GridSample { GridSample(mode: mode, padding: padding, alignCorners: alignCorners) }

  func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let result = try sample.outputs(for: Array(inputs.dropFirst()))[0]
    try TensorError.requireShape(result.shape, inputs[0], operation: Self.name)
    guard inputs[0].dtype == result.dtype else {
      throw TensorError(
        .dtype, operation: Self.name, operands: [("gradient", inputs[0])], expected: "\(result.dtype)",
        got: "\(inputs[0].dtype)")
    }
    return (ofImage ? [inputs[1]] : []) + (ofGrid ? [inputs[2]] : [])
  }

  func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let (backend, g, sampling) = (inputs.backend, inputs[0], sample.sampling)
    var results: [Tensor] = []
    if ofImage { results.append(backend.gridImageGradient(sampling, g, grid: inputs[2], as: outputs[0])) }
    if ofGrid, mode == .linear {
      results.append(backend.gridPositionsGradient(sampling, g, image: inputs[1], grid: inputs[2]))
    } else if ofGrid {
      results.append(Tensor(zeros: inputs[2].shape, dtype: inputs[2].dtype))
    }
    return results
  }

  func composite(_ inputs: [Tensor]) -> [Tensor] {
    compositeGradients([inputs[0]], [inputs[1], inputs[2]], needs: [ofImage, ofGrid], sample.composite)
      .compactMap { $0 }
  }

  func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    let inputs = (0..<3).map { saved.input($0) }
    var found = compositeGradients(gradients, inputs, needs: needs, composite)
    // The slope at what is no number is none.
    found[2] = found[2].map { Tensor.where(inputs[2].isNaN(), inputs[2], $0) }
    return found
  }

  func batched(_ batch: Batch) throws(TensorError) -> [Tensor] { batch.merging(self, [0, 1, 2]) }

  /// By differences: the sample is linear in the image, and between pixels of degree one in each coordinate.
  func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    func slope(of place: Int, by step: Double) -> ReferenceArray? {
      let values = [-step, step].compactMap { change -> Double? in
        var moved = [inputs[1], inputs[2]]
        let input = place < inputs[1].values.count ? 0 : 1
        moved[input].values[place - (input == 0 ? 0 : inputs[1].values.count)] += change
        guard let found = sample.reference(moved)?[0] else { return nil }
        return zip(found.values, inputs[0].values).reduce(0) { $0 + $1.0 * $1.1 }
      }
      guard values.count == 2 else { return nil }
      return ReferenceArray(shape: [], values: [(values[1] - values[0]) / (2 * step)])
    }
    let image = inputs[1].values.indices.compactMap { slope(of: $0, by: 1)?.values[0] }
    let grid = inputs[2].values.indices.compactMap { slope(of: inputs[1].values.count + $0, by: 1e-5)?.values[0] }
    return (ofImage ? [ReferenceArray(shape: inputs[1].shape, values: image)] : [])
      + (ofGrid ? [ReferenceArray(shape: inputs[2].shape, values: grid)] : [])
  }

  static let samples = [
    Sample(
      GridSampleGradient(GridSample(), ofImage: true, ofGrid: true), .real([1, 2, 2, 2]), .real([1, 2, 3, 4]),
      .real([1, 2, 2, 2], in: -0.9...0.9)),
    Sample(
      GridSampleGradient(GridSample(padding: .reflection), ofImage: false, ofGrid: true), .real([1, 1, 2, 2]),
      .real([1, 1, 3, 2]), .real([1, 2, 2, 2], in: -2...2)),
    Sample(
      GridSampleGradient(GridSample(mode: .nearest), ofImage: true, ofGrid: false), .real([1, 2, 1, 2]),
      .real([1, 2, 2, 2]), .real([1, 1, 2, 2], in: -0.9...0.9)),
  ]

  static let refusals = [
    Refusal(
      GridSampleGradient(GridSample(), ofImage: true, ofGrid: true), .real([1, 2, 2, 3]), .real([1, 2, 3, 4]),
      .real([1, 2, 2, 2]), because: "shape [1, 2, 2, 2]")
  ]
}
