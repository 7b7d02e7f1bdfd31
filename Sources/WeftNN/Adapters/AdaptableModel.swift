/// What adapters ask of a model that another library trained, so that the names and files of that library hold for it.
public protocol AdaptableModel: Module {
  /// What the library calls the module that this model calls `name`.
  func referenceName(ofModule name: String) -> String
  /// The linear maps that give the model's answers: `all-linear` leaves them alone.
  var outputLayers: [Module] { get }
  /// Whether the library keeps the weights of linear maps as [in, out].
  var keepsTransposedWeights: Bool { get }
}

extension AdaptableModel {
  /// The same.
  public func referenceName(ofModule name: String) -> String { name }
  /// None.
  public var outputLayers: [Module] { [] }
  /// No.
  public var keepsTransposedWeights: Bool { false }
}
