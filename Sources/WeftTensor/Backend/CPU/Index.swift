import CWeft

// Indexing on the kernels of weft_index.h.
extension CPUBackend {
  func indexRange(_ indices: Tensor) -> IndexRange {
    var (smallest, largest): (Int64, Int64) = (0, 0)
    Self.withOperands([indices], shape: indices.shape) { rank, shape, operands in
      weft_index_range(rank, shape, operands, &smallest, &largest, nil, nil)
    }
    return IndexRange(smallest: Int(smallest), largest: Int(largest))
  }

  func indexRangePositions(_ indices: Tensor) -> (smallest: Int, largest: Int) {
    var (smallest, largest, first, last): (Int64, Int64, Int64, Int64) = (0, 0, 0, 0)
    Self.withOperands([indices], shape: indices.shape) { rank, shape, operands in
      weft_index_range(rank, shape, operands, &smallest, &largest, &first, &last)
    }
    return (Int(first), Int(last))
  }

  func gather(_ source: Tensor, _ indices: Tensor, axis: Int, fromEnd: Bool) -> Tensor? {
    let result = Tensor(uninitialized: TensorSpec(indices.shape, source.dtype))
    guard !result.isInvalid else { return result }
    var isInRange = true
    Self.withOperands([source, indices, result], shape: indices.shape) { rank, shape, operands in
      isInRange = weft_gather(
        rank, shape, Int32(axis), Int64(source.shape.axes[axis]), fromEnd, operands, operands + 1, operands + 2)
    }
    return isInRange ? result : nil
  }

  func scatter(_ values: Tensor, _ indices: Tensor, axis: Int, into target: Tensor, adding: Bool) {
    scatter(values, indices, axis: axis, into: target, mode: adding ? WEFT_SCATTER_ADD : WEFT_SCATTER_SET)
  }

  func scatter(_ values: Tensor, _ indices: Tensor, axis: Int, into target: Tensor, by reduction: Reduction) {
    let mode =
      switch reduction {
      case .sum: WEFT_SCATTER_ADD
      case .product: WEFT_SCATTER_PRODUCT
      case .maximum: WEFT_SCATTER_MAXIMUM
      case .minimum: WEFT_SCATTER_MINIMUM
      }
    scatter(values, indices, axis: axis, into: target, mode: mode)
  }

  private func scatter(
    _ values: Tensor, _ indices: Tensor, axis: Int, into target: Tensor, mode: weft_scatter_mode
  ) {
    let rounds = mode == WEFT_SCATTER_ADD || mode == WEFT_SCATTER_PRODUCT
    accumulating(in: target, rounds) { target in
      Self.withOperands([values, indices, target], shape: indices.shape) { rank, shape, operands in
        weft_scatter(
          rank, shape, Int32(axis), Int64(target.shape.axes[axis]), mode, operands, operands + 1, operands + 2)
      }
    }
  }

  /// Runs `body`, which brings many numbers into `target`: where it has half precision, into a copy in float32, which is
  /// rounded once at the end. Rounded at each addition, a sum of ones in bfloat16 would stay at 256.
  private func accumulating(in target: Tensor, _ rounds: Bool = true, _ body: (Tensor) -> Void) {
    guard rounds, target.dtype.isHalf else { return body(target) }
    let wide = map(Formulas.identity, [], [target], as: [TensorSpec(target.shape, .float32)])[0]
    guard !wide.isInvalid else { return }
    body(wide)
    map(Formulas.identity, [], [wide], into: [target])
  }

  func takeRows(_ table: Tensor, _ indices: Tensor) -> Tensor {
    let (table, indices) = (table.contiguous(), indices.contiguous())
    let (count, width) = (indices.elementCount, table.shape.axes[1])
    let result = Tensor(uninitialized: TensorSpec([count, width], table.dtype))
    weft_take_rows(
      Int64(count), Int64(width), Int32(table.dtype.rawValue), Int64(table.shape.axes[0]), table.baseAddress,
      indices.indexAddress, result.baseAddress)
    return result
  }

  func sumBags(
    _ table: Tensor, _ indices: Tensor, bounds: [Int], skipping: Int?, as output: TensorSpec
  ) -> Tensor {
    let (table, indices) = (table.contiguous(), indices.contiguous())
    let result = Tensor(uninitialized: output)
    guard !result.isInvalid else { return result }
    withExtendedLifetime((table, indices)) {
      bounds.map(Int64.init).withUnsafeBufferPointer { bounds in
        var bags = weft_bags(
          count: Int64(bounds.count - 1), width: Int64(output.shape[1]), skipped: Int64(skipping ?? -1),
          dtype: Int32(table.dtype.rawValue), table: table.baseAddress, index: indices.indexAddress,
          bounds: bounds.baseAddress, output: result.baseAddress)
        weft_sum_bags(&bags)
      }
    }
    return result
  }

  func addRows(_ rows: Tensor, _ indices: Tensor, into table: Tensor) {
    let (rows, indices) = (rows.contiguous(), indices.contiguous())
    accumulating(in: table) { table in
      weft_add_rows(
        Int64(indices.elementCount), Int64(table.shape.axes[1]), Int32(rows.dtype.rawValue),
        Int32(table.dtype.rawValue), Int64(table.shape.axes[0]), rows.baseAddress, indices.indexAddress,
        table.baseAddress)
    }
  }

  func nonzeroCount(_ tensor: Tensor) -> Int { nonzero(tensor, into: nil) }

  func nonzeroPositions(_ tensor: Tensor, count: Int) -> Tensor {
    let positions = Tensor(uninitialized: TensorSpec([count], .int64))
    _ = nonzero(tensor, into: positions)
    return positions
  }

  func coordinates(of positions: Tensor, in shape: Shape) -> Tensor {
    let (positions, count) = (positions.contiguous(), positions.elementCount)
    let result = Tensor(uninitialized: TensorSpec([count, shape.rank], .int64))
    guard !result.isInvalid else { return result }
    withExtendedLifetime(positions) {
      weft_coordinates(
        Int64(count), positions.indexAddress, Int32(shape.rank), shape.sizes.map(Int64.init), result.indexAddress)
    }
    return result
  }

  private func nonzero(_ tensor: Tensor, into positions: Tensor?) -> Int {
    var count = 0
    Self.withOperands([tensor], shape: tensor.shape) { rank, shape, operands in
      count = Int(weft_nonzero(rank, shape, operands, positions?.indexAddress))
    }
    return count
  }

  func sort(_ input: Tensor, axis: Int, descending: Bool, count: Int) -> (values: Tensor, positions: Tensor) {
    var shape = input.shape
    shape[axis] = count
    let values = Tensor(uninitialized: TensorSpec(shape, input.dtype))
    let positions = Tensor(uninitialized: TensorSpec(shape, .int64))
    Self.withOperands([input, values, positions], shape: input.shape) { rank, shape, operands in
      weft_sort(rank, shape, Int32(axis), descending, Int64(count), operands, operands + 1, operands + 2)
    }
    return (values, positions)
  }
}

extension Tensor {
  fileprivate var indexAddress: UnsafeMutablePointer<Int64> { baseAddress.assumingMemoryBound(to: Int64.self) }
}
