// Products over groups that indices make, without division: polynomials, whose derivatives are right at zeros too.

extension Tensor {
  /// For each of these values along `axis` the product of the others that share its index; 1 where there is none.
  ///
  /// Values are brought beside those with the same index; then it is the product of those before each in its group
  /// times the product of those after it.
  func productsOfOthers(sharing indices: Tensor, axis: Int) -> Tensor {
    let order = indices.argsort(axis: axis)
    let (values, keys) = (gathered(order, axis: axis), indices.gathered(order, axis: axis))
    let before = values.productsBefore(in: keys, axis: axis)
    let after = values.sliced(axis: axis, step: -1)
      .productsBefore(in: keys.sliced(axis: axis, step: -1), axis: axis).sliced(axis: axis, step: -1)
    return (before * after).gathered(order.argsort(axis: axis), axis: axis)
  }

  /// The product of the elements before each that have its key, where equal keys are neighbours. It is found by doubling:
  /// of the 2ᵏ before each, then of twice as many.
  private func productsBefore(in keys: Tensor, axis: Int) -> Tensor {
    let length = shape[axis]
    guard var products = behind(1, in: keys, axis: axis) else { return onesLike() }
    var distance = 1
    while distance < length, let further = products.behind(distance, in: keys, axis: axis) {
      products = products * further
      distance *= 2
    }
    return products
  }

  /// What stands `distance` places before each element; 1 where that has another key. nil where all have.
  private func behind(_ distance: Int, in keys: Tensor, axis: Int) -> Tensor? {
    guard shape[axis] > distance else { return nil }
    let isSame = keys.sliced(axis: axis, from: distance) .== keys.sliced(axis: axis, to: -distance)
    guard isSame.isBatched || isSame.any().item(as: Bool.self) else { return nil }
    let one = Tensor(ones: [], dtype: dtype)
    let shifted = Tensor.where(isSame, sliced(axis: axis, to: -distance), one)
    return concatenated([sliced(axis: axis, to: distance).onesLike(), shifted], axis: axis)
  }
}
