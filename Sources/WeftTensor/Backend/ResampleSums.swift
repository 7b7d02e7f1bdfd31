/// Sums of a few elements of an axis, with weights: those of element i are at starts[i] ..< starts[i + 1].
struct ResampleSums {
  var starts: [Int64] = [0]
  var places: [Int32] = []
  var weights: [Double] = []

  var size: Int { starts.count - 1 }
}
