/// The gradients of `GridSample` from g, that of its result: of the image, g times the weights added up at the pixels; of
/// the grid, Σ over channels of g times the image's slopes, 0 with `nearest`.
struct GridSampleGradient: TensorOperation {
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

  /// In tensor operations.
  private func composite(_ inputs: [Tensor]) -> [Tensor] {
    compositeGradients([inputs[0]], [inputs[1], inputs[2]], needs: [ofImage, ofGrid], sample.composite)
      .compactMap { $0 }
  }

  func saves(needs: [Bool]) -> Saves { .inputs }

  func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    compositeGradients(gradients, (0..<3).map { saved.input($0) }, needs: needs, composite)
  }

  func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    compositeTangents(tangents, inputs, composite)
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
