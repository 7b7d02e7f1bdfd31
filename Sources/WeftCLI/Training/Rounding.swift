import Weft

/// Whether sums are rounded alike on any number of threads, which `WEFT_DETERMINISTIC` asks for: a training goes on as
/// it was begun, whatever the environment says by then.
enum Rounding {
  /// Has sums rounded as they were before a stop.
  ///
  /// - Parameter known: Whether that was alike on any number of threads; nil is no.
  /// - Returns: What the user is to be told, where the environment asks for the other.
  static func takeUp(_ known: Bool?) -> String? {
    let (known, asked) = (known ?? false, Threads.isDeterministic)
    if asked == known { return nil }
    Threads.isDeterministic = known
    return known
      ? "with the same bits on any number of threads, as it was begun, though WEFT_DETERMINISTIC does not ask for them"
      : "without WEFT_DETERMINISTIC, as it was begun: with it the numbers would be others from here on"
  }
}
