import CWeft

extension CPUBackend {
  func treeSums(_ forest: DecisionForest, _ x: Tensor, count: Int) -> Tensor {
    let isNarrow = x.dtype == .float32 || x.dtype.isHalf
    let features = x.converted(to: isNarrow ? .float32 : .float64).contiguous()
    let result = Tensor(zeros: [x.shape[0], count], dtype: .float64)
    if result.isInvalid || result.elementCount == 0 || features.isInvalid { return result }
    var call = weft_trees()
    (call.dtype, call.tree_count) = (Int32(features.dtype.rawValue), Int64(forest.roots.count))
    (call.rows, call.width, call.target_count) = (Int64(x.shape[0]), Int64(x.shape[1]), Int64(count))
    call.features = UnsafeRawPointer(features.baseAddress)
    call.sums = result.baseAddress.assumingMemoryBound(to: Double.self)
    forest.nodes.withUnsafeBytes { wide in
      forest.narrowNodes.withUnsafeBytes { narrow in
        call.nodes = (isNarrow ? narrow : wide).baseAddress
        withExtendedLifetime((features, result)) { Self.walk(forest, &call) }
      }
    }
    return result
  }

  private static func walk(_ forest: DecisionForest, _ call: inout weft_trees) {
    forest.roots.withUnsafeBufferPointer { roots in
      forest.begins.withUnsafeBufferPointer { begins in
        forest.ends.withUnsafeBufferPointer { ends in
          forest.targets.withUnsafeBufferPointer { targets in
            forest.weights.withUnsafeBufferPointer { weights in
              (call.roots, call.weights_begin, call.weights_end) = (
                roots.baseAddress, begins.baseAddress, ends.baseAddress
              )
              (call.targets, call.weights) = (targets.baseAddress, weights.baseAddress)
              weft_walk_trees(&call)
            }
          }
        }
      }
    }
  }
}
