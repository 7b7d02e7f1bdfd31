import WeftNN
import WeftTensor

/// Pictures as sequences: each patch becomes a vector by a convolution, a learned vector may stand before all of them, and
/// learned positions are added (Dosovitskiy et al., "An Image is Worth 16x16 Words", 2021).
///
/// Shape: [N, channels, height, width] to [N, T, E], T patches row by row, and one more with a class token.
final class PatchEmbedding: Module {
  /// What a family's files call the parts.
  struct Names: Sendable {
    let projection, positions: String
    /// Nil where nothing stands before the patches.
    var classToken: String?
    /// Whether the positions are [1, T, E] and the class token [1, 1, E], rather than [T, E] and [E].
    var hasLeadingAxes = false
  }

  let projection: Conv2d
  let classToken: Parameter?
  let positions: Parameter
  private let grid: PatchGrid
  private let names: Names

  init(_ grid: PatchGrid, width: Int, names: Names, hasBias: Bool = true) {
    let patch = PerAxis([grid.patchHeight, grid.patchWidth])
    projection = Conv2d(grid.channels, width, kernelSize: patch, stride: patch, bias: hasBias)
    let normal = Initializer.normal(deviation: 0.02)
    let count = grid.rows * grid.columns + (names.classToken == nil ? 0 : 1)
    classToken = names.classToken.map { _ in Parameter(normal(names.hasLeadingAxes ? [1, 1, width] : [width])) }
    positions = Parameter(normal(names.hasLeadingAxes ? [1, count, width] : [count, width]))
    (self.grid, self.names) = (grid, names)
  }

  override var properties: [(name: String, value: Any)] {
    var parts: [(name: String, value: Any)] = [(names.projection, projection), (names.positions, positions)]
    if let classToken, let name = names.classToken { parts.append((name, classToken)) }
    return parts
  }

  override func forward(_ pixels: Tensor) -> Tensor {
    let patches = projection(pixels.converted(to: projection.weight.tensor.dtype))
    var sequence = patches.flattened(from: 2).transposed(1, 2)
    if let classToken {
      let width = sequence.shape[2]
      let first = classToken.tensor.reshaped(1, 1, width).expanded(to: [sequence.shape[0], 1, width])
      sequence = concatenated([first, sequence], axis: 1)
    }
    return sequence + position(rows: patches.shape[2], columns: patches.shape[3])
  }

  /// The vectors of so many patches' positions: those that were learned, or between them where the grid is another.
  ///
  /// Shape: [1, T, E].
  private func position(rows: Int, columns: Int) -> Tensor {
    let learned = positions.tensor
    let all = learned.reshaped(1, learned.shape[-2], learned.shape[-1])
    if (rows, columns) == (grid.rows, grid.columns) { return all }
    let count = classToken == nil ? 0 : 1
    let table = all.sliced(axis: 1, from: count).reshaped(1, grid.rows, grid.columns, all.shape[2])
    let resized = table.permuted(0, 3, 1, 2).converted(to: max32(all.dtype))
      .interpolated(size: [rows, columns], mode: .cubic)
    let between = resized.converted(to: all.dtype).flattened(from: 2).transposed(1, 2)
    return count == 0 ? between : concatenated([all.sliced(axis: 1, to: count), between], axis: 1)
  }

  /// Interpolated in float32 at least: 16 bits shift what lies between.
  private func max32(_ dtype: DType) -> DType { dtype == .float64 ? .float64 : .float32 }
}
